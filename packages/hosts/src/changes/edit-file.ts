import { createHash } from 'node:crypto';
import type { Change } from '../host';
import { sh, type Sh } from '../sh';

export interface FileEdit {
  readonly run: string;
  readonly path: string;
  /** sha256 (hex) of the content that was read and that the new one was made from. */
  readonly expectedSha256: string;
  readonly content: string | Buffer;
  /**
   * The folder under `runs/RUN` that keeps the first original; `pristine` if left out. What is kept elsewhere is evidence: `restoreFile`
   * does not put it back.
   */
  readonly keptIn?: string;
  /** One line: `two keys in master-config.yaml`. */
  readonly what?: string;
}

/**
 * Replaces a file's content: refused (exit 65) where it is no longer what was read. Written beside with the owner, mode,
 * times and extended attributes of the original (SELinux's label is one), synced, renamed: a crash leaves the old content or the
 * new one. A link is followed. The first original of the run is kept under `runs/RUN/pristine`. May happen twice: a file that
 * holds the new content already is left alone.
 */
export function editFile({ run, path, expectedSha256, content, what, keptIn }: FileEdit): Change {
  return {
    what: `edit ${path}${what === undefined ? '' : `: ${what}`}`,
    stdin: content,
    script: sh.lines(
      sh`
path=$(readlink -f ${path})
now=$(sha256sum <"$path")
now=\${now%% *}
if [ "$now" = ${sha256(content)} ]; then
  echo ${`${path} holds it already`}
  exit 0
fi
if [ "$now" != ${expectedSha256} ]; then
  echo ${`${path} was changed by somebody else since it was read`} >&2
  exit 65
fi`,
      keepPristine(run, path, keptIn),
      sh`
new=\${path%/*}/.\${path##*/}.pawl-new
rm -f "$new"
cp -a --attributes-only "$path" "$new"
cat >"$new"`,
      putInPlace(content),
    ),
  };
}

export interface NewFile {
  readonly path: string;
  readonly content: string | Buffer;
  /** Octal: `0600`. */
  readonly mode: string;
  /** `user:group`; root's if left out. */
  readonly owner?: string;
  /** Its content may be secret: not shown in `what`. The content itself is never shown. */
  readonly what?: string;
}

/**
 * Writes a file that is not there yet; refused (exit 65) where another content stands under the name. Directories above it
 * are made. Whole and durable when it returns, or not there. May happen twice.
 */
export function writeFile({ path, content, mode, owner = 'root:root', what }: NewFile): Change {
  return {
    what: `write ${path}${what === undefined ? '' : `: ${what}`}`,
    stdin: content,
    script: sh.lines(
      sh`
path=${path}
new=\${path%/*}/.\${path##*/}.pawl-new
if [ -e "$path" ]; then
  now=$(sha256sum <"$path")
  if [ "\${now%% *}" != ${sha256(content)} ]; then
    echo ${`${path} is there already, with another content`} >&2
    exit 65
  fi
  chmod ${mode} "$path"
  chown ${owner} "$path"
  exit 0
fi
mkdir -p "\${path%/*}"
rm -f "$new"
(umask 077 && cat >"$new")
chmod ${mode} "$new"
chown ${owner} "$new"`,
      putInPlace(content),
    ),
  };
}

/**
 * Puts the run's first original of an edited file back, as it was. What stood there until then is kept under `runs/RUN/replaced`,
 * and told as `replaced SHA256 PATH` on stdout: somebody may have edited it since. May happen twice: an original that stands
 * there again is left alone, and what was kept stays.
 */
export function restoreFile({ run, path }: { readonly run: string; readonly path: string }): Change {
  return {
    what: `put ${path} back as it was`,
    script: sh`
path=$(readlink -f ${path})
new=\${path%/*}/.\${path##*/}.pawl-new
pristine=${pristineOf(run, path)}
if [ ! -e "$pristine" ]; then
  echo ${`this run has not edited ${path}`}
  exit 0
fi
kept=${`/var/lib/pawl/runs/${run}/replaced${path}`}
if ! cmp -s "$pristine" "$path"; then
  (umask 077 && mkdir -p "\${kept%/*}")
  rm -f "$kept.new"
  if [ -e "$path" ]; then cp -a "$path" "$kept.new"; else : >"$kept.new"; fi
  dd if=/dev/null of="$kept.new" conv=notrunc,fsync status=none
  mv -fT "$kept.new" "$kept"
  dd if=/dev/null of="$kept" conv=notrunc,fsync status=none
fi
rm -f "$new"
cp -a "$pristine" "$new"
dd if=/dev/null of="$new" conv=notrunc,fsync status=none
mv -fT "$new" "$path"
dd if=/dev/null of="$path" conv=notrunc,fsync status=none
if [ -e "$kept" ]; then
  sum=$(sha256sum <"$kept")
  echo "replaced \${sum%% *}" ${path}
fi`,
  };
}

/** Removes a file of ours. With `expectedSha256`: refused (exit 65) where it holds something else. May happen twice. */
export function removeFile(path: string, expectedSha256?: string): Change {
  const check =
    expectedSha256 === undefined
      ? sh``
      : sh`
if [ -e ${path} ]; then
  now=$(sha256sum <${path})
  if [ "\${now%% *}" != ${expectedSha256} ]; then
    echo ${`${path} holds something else than what was put there`} >&2
    exit 65
  fi
fi`;
  // A name that goes leaves no file to fsync.
  return { what: `remove ${path}`, script: sh.lines(check, sh`rm -f ${path}`, sh`sync`) };
}

/** Kept once, by a rename: a second attempt must not keep what the first one wrote. */
function keepPristine(run: string, path: string, keptIn?: string): Sh {
  return sh`
pristine=${pristineOf(run, path, keptIn)}
if [ ! -e "$pristine" ]; then
  (umask 077 && mkdir -p "\${pristine%/*}")
  rm -f "$pristine.new"
  cp -a "$path" "$pristine.new"
  dd if=/dev/null of="$pristine.new" conv=notrunc,fsync status=none
  mv -fT "$pristine.new" "$pristine"
  dd if=/dev/null of="$pristine" conv=notrunc,fsync status=none
fi`;
}

/** `$new` becomes `$path`, if it is whole. */
function putInPlace(content: string | Buffer): Sh {
  return sh`
now=$(sha256sum <"$new")
if [ "\${now%% *}" != ${sha256(content)} ]; then
  echo 'what was written is not what was meant: is the disk full?' >&2
  exit 74
fi
dd if=/dev/null of="$new" conv=notrunc,fsync status=none
mv -fT "$new" "$path"
dd if=/dev/null of="$path" conv=notrunc,fsync status=none`;
}

/** Where a run keeps the first original of a file that it edits. */
export function pristineOf(run: string, path: string, keptIn = 'pristine'): string {
  return `/var/lib/pawl/runs/${run}/${keptIn}${path}`;
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
