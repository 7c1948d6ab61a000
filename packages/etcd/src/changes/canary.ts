import { sh, type Change, type ReadHost } from '@pawl/hosts';
import { commandScript } from '../cli/command-script';
import { etcdctlV3, run as runCommand, type Asked } from '../cli/etcdctl';
import { commandFailed } from '../parse/complaint';
import { parseTxnGet } from '../parse/range';
import { goLiteral } from '../v3/go-literal';
import { txnText } from '../v3/txn-text';
import { uptimeSeconds } from './fragments';

/**
 * Writes a key and proves that the store takes writes. Health does not: a leader that died with uncommitted writes leaves a
 * healthy store that hangs on its first v3 writes until its index has caught up, one a try [measured: the 19th succeeded]. So
 * it is tried again until the deadline. A try ends after 3 s; in 3.1, whose txn knows no time-out, when the server gives up (10 s with
 * OKD's election time-out).
 *
 * Durable when it returns: the key. May happen twice: the same value again. It raises the store's revision.
 */
export function canaryPut(settings: Asked, run: string, patience = 180): Change {
  return canary(
    settings,
    `write the canary ${canaryKey(run)}`,
    txnText([], [`put -- ${goLiteral(canaryKey(run))} ${goLiteral(run)}`]),
    patience,
  );
}

/** Takes the key away again. Its revision stays: record the store's revision after this. May happen twice. */
export function canaryDelete(settings: Asked, run: string, patience = 60): Change {
  return canary(
    settings,
    `delete the canary ${canaryKey(run)}`,
    txnText([], [`del -- ${goLiteral(canaryKey(run))}`]),
    patience,
  );
}

/** Whether one member's own store holds the canary. */
export async function canaryIsThere(host: ReadHost, settings: Asked, run: string): Promise<boolean> {
  const command = etcdctlV3(settings, ['-w', 'json', 'txn']);
  const result = await runCommand(host, command, {
    stdin: txnText([], [`get --consistency s -- ${goLiteral(canaryKey(run))}`]),
  });
  if (result.exit !== 0) throw commandFailed(result, 'read the canary', host.name);
  return parseTxnGet(result.stdout.toString('utf8')).kvs.some((kv) => kv.value.toString('utf8') === run);
}

export function canaryKey(run: string): string {
  return `/pawl-canary/${run}`;
}

function canary(settings: Asked, what: string, stdin: string, patience: number): Change {
  const txn = commandScript(etcdctlV3(settings, ['--command-timeout=3s', 'txn']));
  return {
    what,
    stdin,
    deadlineMs: (patience + 30) * 1000,
    script: sh`text=$(cat; echo .)
text=\${text%.}
${uptimeSeconds}
until=$(($(uptime_seconds) + ${patience}))
tries=0
while :; do
  tries=$((tries + 1))
  if said=$(printf '%s' "$text" | timeout 15 ${txn} 2>&1); then
    case $said in *SUCCESS*) echo "tries $tries"; exit 0 ;; esac
  else
    status=$?
    case $status in
      126|127) printf '%s\n' "$said" >&2; exit "$status" ;;
      124) said="\${said:-etcdctl gave no answer}" ;;
    esac
  fi
  if [ "$(uptime_seconds)" -ge "$until" ]; then printf '%s\n' "$said" >&2; exit 1; fi
  sleep 0.2
done`,
  };
}
