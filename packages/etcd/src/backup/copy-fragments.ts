import { sh, type Sh } from '@pawl/hosts';

/**
 * `listed DIR NAME`: sha256 of each file in DIR as `./NAME/…`. `room DIR PATH…`: refuses where the file system of DIR has no room
 * for the paths with a tenth and 128 MiB to spare: etcd makes two WAL files of 64 MiB at its start. `failed`: could not be written.
 */
export const copyFragments: Sh = sh`listed() { (cd "$1" && find . -type f -exec sha256sum {} +) | sed "s|  \./|  ./$2/|"; }
room() {
  free=$(stat -f -c '%a %S' "$1")
  free=$((\${free% *} * \${free#* } / 1024))
  dir=$1
  shift
  need=$(du -s -k "$@" | { sum=0; while read -r size rest; do sum=$((sum + size)); done; echo "$sum"; })
  need=$((need + need / 10 + 131072))
  [ "$free" -gt "$need" ] || refuse "the file system of $dir has $((free / 1024)) MiB free, and the copy needs $((need / 1024)): make room, and resume"
}
failed() {
  echo "the backup could not be copied to $part: is the disk full?" >&2
  exit 74
}`;
