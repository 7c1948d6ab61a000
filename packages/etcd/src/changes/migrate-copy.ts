import { sh, type Change, type Sh } from '@pawl/hosts';
import { commandScript } from '../cli/command-script';
import { etcdctlOffline, type Command } from '../cli/etcdctl';
import { EtcdError } from '../errors';
import { holdDb, neverHeldV3, refuse } from './fragments';
import type { RunLayout, WorkCopy } from './layout';

/** Only ever a work copy: `…/pawl-RUN/copy-N`, checked here and once more on the host. */
export function migrateCommand(copy: WorkCopy): Command {
  if (!/\/pawl-[^/]+\/copy-[1-9][0-9]*$/.test(copy.folder)) {
    throw new EtcdError('E_ETCD_REFUSED', `migrate is given a work copy only, not ${copy.folder}`);
  }
  return etcdctlOffline([
    'migrate',
    '--data-dir',
    copy.folder,
    ...(copy.wal === null ? [] : ['--wal-dir', copy.wal]),
  ]);
}

/**
 * The one-shot: `etcdctl migrate` on work copy N. Judge the job by `parseMigrate`: exit 0 alone means nothing.
 *
 * Layers of its own, whatever the guard and the controller believe: the path must be a work copy's, with no link below the
 * data directory (which may lie behind one itself: `/var/lib/etcd` on another disk); the original must hold no
 * v3 data; the copy must not be in use, nor come into use while migrate reads (it would wait for ever, and go on stale); and a directory beside the copy, made before it begins and never taken away, says that
 * this copy has had its try. Refused by them: exit 65, nothing begun.
 *
 * Durable when it returns: what etcdctl wrote to the copy, owned as the original is. May happen twice: never to one copy.
 */
export function migrateCopy(layout: RunLayout, copy: WorkCopy, run: string, deadlineMs = 3_600_000): Change {
  return {
    what: `etcdctl migrate --data-dir ${copy.folder}`,
    once: `migrate-${run}-copy-${copy.number}`,
    deadlineMs,
    script: sh.lines(
      refuse,
      sh`folder=${copy.folder}
case $folder in
  */pawl-*/copy-[1-9]|*/pawl-*/copy-[1-9][0-9]|*/pawl-*/copy-[1-9][0-9][0-9]) ;;
  *) refuse "$folder is no work copy" ;;
esac
data=\${folder%/*/*}
[ "$(readlink -f "$folder")" = "$(readlink -f "$data")\${folder#"$data"}" ] || refuse "$folder is reached through a link"
[ -d "$folder/member/snap" ] || refuse "$folder/member is not there"
there ${layout.original} || refuse ${`${layout.original} is not there`}
there ${layout.member} && refuse ${`${layout.member} is there: something is in the copy’s place already`}`,
      neverHeldV3(layout.original),
      // Whether the copy is free; etcdctl takes the lock itself, so it is let go again.
      sh.lines(holdDb(copy.member), sh`exec 9<&-`),
      sh`mkdir "$folder/migrate-started" || refuse "$folder has had its try: it is never migrated again"
sync`,
      migrateUnlessItWaits(copy),
      sh`owner=$(stat -c %u:%g ${layout.original})
find ${copy.member} -exec chown "$owner" {} +
sync`,
    ),
  };
}

/**
 * migrate reads v2 first and takes the db's lock after that: where another process has it by then, it says so on stderr, waits
 * for ever, and what it writes in the end is stale, exit 0 [measured]. So it is ended at once, and who has the db is said.
 */
function migrateUnlessItWaits(copy: WorkCopy): Sh {
  return sh`said="$folder/migrate-started/stderr"
db=${`${copy.member}/snap/db`}
${commandScript(migrateCommand(copy))} 2>"$said" &
migrate=$!
while kill -0 "$migrate" 2>/dev/null; do
  if grep -q 'waiting for etcd to close' "$said"; then kill -9 "$migrate" || true; break; fi
  sleep 0.1
done
code=0
wait "$migrate" || code=$?
cat "$said" >&2
if grep -q 'waiting for etcd to close' "$said"; then
  for open in /proc/[0-9]*/fd/*; do
    if [ "$open" -ef "$db" ]; then
      process=\${open#/proc/}; process=\${process%%/*}
      echo "$db is open in process $process ($(cat "/proc/$process/comm"))" >&2
    fi
  done
fi
[ "$code" = 0 ] || exit "$code"`;
}
