import { sh, type Sh } from '@pawl/hosts';
import { commandScript } from '../cli/command-script';
import { etcdctlOffline } from '../cli/etcdctl';

/** `there PATH` */
export const there: Sh = sh`there() { [ -e "$1" ] || [ -L "$1" ]; }`;

/** `refuse WORDS`: says why, and ends with 65. */
export const refuse: Sh = sh.lines(sh`refuse() { echo "$1" >&2; exit 65; }`, there);

/** `uptime_seconds`: what a script counts its patience by. Nobody sets it, as somebody sets the time of day while one waits. */
export const uptimeSeconds: Sh = sh`uptime_seconds() { IFS='. ' read -r up _ </proc/uptime; echo "$up"; }`;

/**
 * Takes the lock that etcd and migrate take on a db, on descriptor 9, and keeps it until the script ends; a db that another
 * process has open is refused. Without it a copy is of a store that is still being written, and migrate of such a one is
 * stale, exit 0 [measured].
 */
export function holdDb(member: string): Sh {
  return sh`db=${`${member}/snap/db`}
[ -f "$db" ] || refuse "$db is not there"
exec 9<"$db"
flock -n -x 9 || refuse "$db is in use by another process"`;
}

/**
 * Refuses a stopped store that was ever written by v3: migrate would overwrite it. To be asked before `holdDb`: under a lock
 * `snapshot status` waits for ever [measured, 3.1 to 3.4].
 */
export function neverHeldV3(member: string): Sh {
  const status = commandScript(etcdctlOffline(['-w', 'json', 'snapshot', 'status', `${member}/snap/db`]));
  return sh`status=$(timeout 60 ${status}) || refuse ${`${member}/snap/db can't be read`}
revision=$(printf '%s\n' "$status" | sed -n 's/.*"revision":\([0-9]*\).*/\1/p')
[ "$revision" = 0 ] || refuse ${`${member} holds v3 data`}", revision $revision: it is not migrated"`;
}

/** `sums DIR`: sha256 and path of each file in it, sorted. `whole FROM TO`: the same files with the same contents, linked nowhere. */
export const sums: Sh = sh`sums() { (cd "$1" && find . -type f -exec sha256sum {} + | sort); }
whole() {
  [ -z "$(find "$1" "$2" -type l)" ] || refuse "a link lies in $1: what it leads to would not be copied"
  [ "$(find "$2" -type f | while IFS= read -r file; do stat -c %h "$file"; done | sort -u)" = 1 ] || refuse "$2 holds hard links: writing there would write elsewhere, too"
  sums "$1" >"$3"
  sums "$2" | cmp -s "$3" - || refuse "$2 is not what $1 is"
}`;
