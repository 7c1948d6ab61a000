import { sh, type Change } from '@pawl/hosts';
import { commandScript } from '../cli/command-script';
import { etcdctlV3, type Asked } from '../cli/etcdctl';
import type { LeaseWork } from '../leases/lease-work';

/**
 * Grants the planned leases, puts each key again with its lease, and deletes those whose time has passed. A lease's length is
 * taken at the moment it is granted, so that a slow job makes no key live longer.
 *
 * Durable when it returns: all of it. Cut off, it leaves part of it, and perhaps a lease without keys, which runs out by
 * itself; the next plan holds the rest. May happen twice: the compare in each request leaves keys that were done alone, and
 * then says FAILURE for the whole request, so make a new plan instead. Prove it by `compareWithV3` with the mode as `leases`.
 */
export function attachLeases(settings: Asked, work: LeaseWork): Change {
  // etcdctl's own time-out does not end it where the member stops in the middle of a request (measured, on a full disk).
  const grant = `timeout 60 ${commandScript(etcdctlV3(settings, ['lease', 'grant'])).text}`;
  const txn = `timeout 60 ${commandScript(etcdctlV3(settings, ['--command-timeout=30s', 'txn'])).text}`;
  return {
    what: whatIsDone(work),
    stdin: work.text,
    deadlineMs: 1_800_000,
    script: sh`PAWL_GRANT=${grant} PAWL_TXN=${txn} awk '
BEGIN { grant = ENVIRON["PAWL_GRANT"]; txn = ENVIRON["PAWL_TXN"] }
function fail(why) { print why | "cat >&2"; close("cat >&2"); failed = 1; exit 1 }
!open && /^lease [0-9]+$/ {
  "date +%s" | getline now; close("date +%s")
  left = $2 - now; if (left < 1) left = 1
  command = grant " " left; said = ""
  while ((command | getline line) > 0) if (line ~ /^lease +[0-9a-f]+ granted/) said = line
  close(command)
  if (said == "") fail("no lease was granted")
  split(said, word, " +"); lease = word[2]; leases++
  next
}
!open && /^txn$/ { open = 1; next }
open && /^end$/ {
  open = 0
  if (close(txn) != 0) fail("etcdctl txn failed, after " done " requests")
  done++
  next
}
open { sub(/^put --lease=@ /, "put --lease=" lease " "); print | txn; next }
{ fail("a line that is none of ours") }
END { if (!failed) print "pawl-requests " done + 0 " leases " leases + 0 }
' | { failures=0 whole=no
  while read -r line; do
    case $line in FAILURE) failures=$((failures + 1)) ;; pawl-requests*) whole=yes; echo "$line" ;; esac
  done
  echo "failed-compares $failures"
  [ $whole = yes ]; }`,
  };
}

/** A plan is shown before v2 is read: how many there are is not known then, and none would be a lie. */
function whatIsDone({ text, leases, keys, deletions }: LeaseWork): string {
  if (text === '') return 'attach a lease to every key that has a TTL, delete those whose time has passed';
  return `attach ${leases} leases to ${keys} keys, delete ${deletions} whose time has passed`;
}

/** What the job says: how many requests went through, and in how many a key was no longer as planned. */
export function leasesAttached(stdout: string): {
  readonly whole: boolean;
  readonly requests: number;
  readonly failedCompares: number;
} {
  const requests = /^pawl-requests (\d+) leases \d+$/m.exec(stdout)?.[1];
  const failedCompares = Number(/^failed-compares (\d+)$/m.exec(stdout)?.[1] ?? '0');
  return {
    whole: requests !== undefined && failedCompares === 0,
    requests: Number(requests ?? '0'),
    failedCompares,
  };
}
