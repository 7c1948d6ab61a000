import type { Change } from '../host';
import { sh } from '../sh';
import { holdName } from './hold-unit';
import { unitName } from './unit-name';

/**
 * Takes the hold away. Does not start the unit: see `startUnit`. Durable when it returns. May happen twice: a hold that is
 * gone is gone.
 */
export function releaseUnit(unit: string): Change {
  const name = unitName(unit);
  const dir = `/etc/systemd/system/${name}.d`;
  return {
    what: `release ${name}`,
    script: sh`
rm -f ${`${dir}/${holdName}`} ${`${dir}/.${holdName}.new`}
if [ -d ${dir} ]; then rmdir --ignore-fail-on-non-empty ${dir}; fi
sync
systemctl daemon-reload
case "$(systemctl show -p DropInPaths ${name})" in
  *${`/${holdName}`}*) echo ${`systemd still knows a hold of ${name}`} >&2; exit 1 ;;
esac`,
  };
}

/**
 * Starts a unit. `wait: false` only queues the start (`--no-block`), for a unit that becomes ready when others have started
 * too, as an etcd member that waits for its peers; whoever does that looks at it afterwards. Not durable: what starts it after
 * a reboot is whether it is enabled. May happen twice. Never starts a unit that is held: systemd refuses it.
 */
export function startUnit(unit: string, { wait = true }: { readonly wait?: boolean } = {}): Change {
  const name = unitName(unit);
  return {
    what: `start ${name}`,
    // A unit that failed often of late is not started again before its failures are forgotten.
    script: sh`
systemctl reset-failed ${name} 2>/dev/null || :
systemctl ${wait ? [] : ['--no-block']} start ${name}`,
    deadlineMs: 150_000,
  };
}
