import type { Change } from '../host';
import { sh, type Sh } from '../sh';
import { unitName } from './unit-name';
import { recordUnit } from './unit-properties';

export interface HoldReason {
  readonly run: string;
  /** For whoever finds the unit held: `etcd data is being migrated`. */
  readonly why: string;
}

/** A path that nobody ever makes: so no removal of evidence can lift a hold. */
export const neverCreated = '/var/lib/pawl/never-created';

export const holdName = '00-pawl-hold.conf';

/**
 * Nothing starts the unit any more, a reboot included; a running one runs on. A drop-in, not a mask: masking fails for units
 * that live in /etc. Measured: `Assertion failed on job for etcd.service`, exit 1, unit inactive.
 *
 * Recorded first, once per run, under `unit-NAME`: how the unit was found. Durable when it returns: the drop-in. May happen
 * twice: all of it, to the same end.
 */
export function holdUnit(unit: string, reason: HoldReason): Change {
  const name = unitName(unit);
  return { what: `hold ${name}`, record: recordUnit(name), script: holdScript(name, reason) };
}

export interface StopOptions {
  /** A unit that has not stopped after so many seconds is killed: for one that loses nothing by it. Left out: systemd's own patience. */
  readonly killAfterSeconds?: number;
}

/** Held before it is stopped, so that nothing starts it in between. Proven: inactive, and no process left. */
export function stopAndHoldUnit(unit: string, reason: HoldReason, options: StopOptions = {}): Change {
  const name = unitName(unit);
  return {
    what: `hold ${name} and stop it`,
    record: recordUnit(name),
    script: sh.lines(holdScript(name, reason), stopScript(name, options)),
    deadlineMs: stopDeadlineMs,
  };
}

/**
 * Stops a unit and proves it: inactive, and no process left in its control group. Not durable: without a hold a reboot, or
 * somebody, starts it again. May happen twice.
 */
export function stopUnit(unit: string): Change {
  const name = unitName(unit);
  return {
    what: `stop ${name}`,
    record: recordUnit(name),
    script: stopScript(name),
    deadlineMs: stopDeadlineMs,
  };
}

/** systemd itself gives a unit 90 seconds, then kills it. */
const stopDeadlineMs = 150_000;

function holdScript(name: string, { run, why }: HoldReason): Sh {
  const dir = `/etc/systemd/system/${name}.d`;
  const [file, beside] = [`${dir}/${holdName}`, `${dir}/.${holdName}.new`];
  const lines = [
    `# Held by Pawl, run ${oneLine(run)}: ${oneLine(why)}`,
    `# Nothing starts this unit while this file is here. The way back by hand is written in /var/lib/pawl/README.`,
    '[Unit]',
    `AssertPathExists=${neverCreated}`,
  ];
  return sh`
mkdir -p ${dir}
printf '%s\n' ${lines} >${beside}
dd if=/dev/null of=${beside} conv=notrunc,fsync status=none
mv -f ${beside} ${file}
dd if=/dev/null of=${file} conv=notrunc,fsync status=none
systemctl daemon-reload
case " $(systemctl show -p DropInPaths ${name}) " in
  *[=\ ]${file}\ *) ;;
  *) echo ${`systemd does not know the hold of ${name}`} >&2; exit 1 ;;
esac`;
}

function stopScript(name: string, { killAfterSeconds }: StopOptions = {}): Sh {
  return sh`${
    killAfterSeconds === undefined
      ? sh``
      : sh`
timeout ${String(killAfterSeconds)} systemctl stop ${name} || systemctl kill -s KILL ${name} || :`
  }
systemctl stop ${name}
case $(systemctl show -p ActiveState ${name}) in
  ActiveState=inactive | ActiveState=failed) ;;
  *) systemctl show -p ActiveState -p SubState ${name} >&2; exit 1 ;;
esac
left=$(${processesOf(name)})
if [ -n "$left" ]; then
  echo ${`${name} is stopped, and these processes of it live on:`} $left >&2
  exit 1
fi`;
}

/** Process ids in the unit's control group and below: version 1, hybrid and version 2 have it in different places. */
export function processesOf(name: string): Sh {
  return sh`
group=$(systemctl show -p ControlGroup ${name})
group=\${group#ControlGroup=}
if [ -n "$group" ] && [ "$group" != / ]; then
  for base in /sys/fs/cgroup/systemd /sys/fs/cgroup/unified /sys/fs/cgroup; do
    if [ -d "$base$group" ]; then find "$base$group" -name cgroup.procs -exec cat {} +; fi
  done | sort -un
fi`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
