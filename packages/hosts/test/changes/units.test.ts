import { holdUnit, releaseUnit, startUnit, stopAndHoldUnit, stopUnit, unitState } from '../../src';
import { describeOnHost, shells } from '../guard/test-run';
import { onShell } from './on-shell';

/**
 * A stand-in for systemctl: remembers what is active, knows the drop-ins it was told to reload, refuses to start what is held.
 * What systemd itself makes of a hold is tested on a real cluster.
 */
const systemctl = `#!/bin/sh
state=/var/lib/systemd-stub
echo "$*" >>$state/calls
properties='' block=yes
while [ $# -gt 0 ]; do
  case $1 in
    -p) properties="$properties $2"; shift ;;
    --no-block) block=no ;;
    *) break ;;
  esac
  shift
done
verb=$1; shift
case $verb in
  daemon-reload)
    for dir in /etc/systemd/system/*.d; do
      unit=\${dir##*/}; unit=\${unit%.d}
      ls -d "$dir"/*.conf 2>/dev/null | tr '\\n' ' ' | sed 's/ $//' >"$state/$unit.dropins"
    done
    for known in $state/*.dropins; do
      unit=\${known##*/}; unit=\${unit%.dropins}
      [ -d "/etc/systemd/system/$unit.d" ] || : >"$known"
    done ;;
  show)
    while [ $# -gt 0 ]; do
      case $1 in -p) properties="$properties $2"; shift ;; *) unit=$1 ;; esac
      shift
    done
    for property in $properties; do
      case $property in
        Id) echo "Id=$unit" ;;
        LoadState) echo LoadState=loaded ;;
        UnitFileState) echo UnitFileState=enabled ;;
        ActiveState) echo "ActiveState=$(cat $state/$unit.active)" ;;
        SubState) echo SubState=some ;;
        FragmentPath) echo "FragmentPath=/usr/lib/systemd/system/$unit" ;;
        DropInPaths) echo "DropInPaths=$(cat $state/$unit.dropins)" ;;
        MainPID) echo "MainPID=$(cat $state/$unit.pid)" ;;
        NeedDaemonReload) echo NeedDaemonReload=no ;;
        ControlGroup) echo "ControlGroup=$(cat $state/$unit.group)" ;;
      esac
    done ;;
  stop)
    while [ -e $state/$1.hangs ]; do sleep 0.1; done
    echo "$(cat $state/$1.after-stop)" >$state/$1.active; echo 0 >$state/$1.pid ;;
  start)
    if [ -s $state/$1.dropins ]; then echo "Assertion failed on job for $1." >&2; exit 1; fi
    echo active >$state/$1.active ;;
  kill) rm -f $state/$3.hangs ;;
  reset-failed) ;;
  *) exit 99 ;;
esac
`;

describeOnHost.each(shells)('changes of units, under %s', (shell) => {
  const on = onShell(shell);
  const unit = 'etcd.service';
  const reason = { run: 'okd-20261124-1', why: 'etcd data is being\nmigrated' };
  const dropIn = '/etc/systemd/system/etcd.service.d/00-pawl-hold.conf';

  beforeEach(() => {
    const { host } = on;
    host.sh('cat >/usr/local/bin/systemctl; chmod 755 /usr/local/bin/systemctl', systemctl);
    host.sh(`
      rm -rf /var/lib/systemd-stub /etc/systemd/system/*; mkdir /var/lib/systemd-stub; cd /var/lib/systemd-stub
      echo active >${unit}.active; echo 4711 >${unit}.pid; : >${unit}.group; : >${unit}.dropins; echo inactive >${unit}.after-stop`);
  });

  test('a hold is a drop-in that says who, why and where the way back is', async () => {
    expect(on.apply(holdUnit('etcd', reason))).toMatchObject({ exit: 0 });
    expect(on.host.sh(`cat ${dropIn}; stat -c %a ${dropIn}; ls -A /etc/systemd/system/etcd.service.d`)).toBe(
      [
        '# Held by Pawl, run okd-20261124-1: etcd data is being migrated',
        '# Nothing starts this unit while this file is here. The way back by hand is written in /var/lib/pawl/README.',
        '[Unit]',
        'AssertPathExists=/var/lib/pawl/never-created',
        '644',
        '00-pawl-hold.conf',
        '',
      ].join('\n'),
    );
    expect(await unitState(on.read, unit)).toMatchObject({
      verdict: 'running',
      active: 'active',
      dropIns: [dropIn],
    });
    expect(on.apply(startUnit(unit))).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining('Assertion failed'),
    });
  });

  test('a hold that systemd has not taken in is no hold', () => {
    on.host.sh(`printf '#!/bin/sh\\nexit 0\\n' >/usr/local/bin/systemctl`);
    expect(on.apply(holdUnit(unit, reason))).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining('hold'),
    });
  });

  test('held before it is stopped, then proven to be both', async () => {
    expect(on.apply(stopAndHoldUnit(unit, reason))).toMatchObject({ exit: 0 });
    const calls = on.host.sh('grep -E "^(stop|daemon-reload)" /var/lib/systemd-stub/calls');
    expect(calls).toBe('daemon-reload\nstop etcd.service\n');
    expect(await unitState(on.read, unit)).toEqual({
      unit,
      load: 'loaded',
      file: 'enabled',
      active: 'inactive',
      sub: 'some',
      fragment: `/usr/lib/systemd/system/${unit}`,
      dropIns: [dropIn],
      mainPid: 0,
      processes: [],
      needsReload: false,
      verdict: 'held',
    });
    expect(on.apply(stopAndHoldUnit(unit, reason))).toMatchObject({ exit: 0 });
  });

  test('one that hangs is killed where it may be, and only then', () => {
    on.host.sh(`: >/var/lib/systemd-stub/${unit}.hangs`);
    expect(on.apply(stopAndHoldUnit(unit, reason, { killAfterSeconds: 1 }))).toMatchObject({ exit: 0 });
    on.apply(stopAndHoldUnit(unit, reason, { killAfterSeconds: 1 }));
    const calls = on.host.sh('grep -c "^kill -s KILL etcd.service" /var/lib/systemd-stub/calls');
    expect(calls).toBe('1\n');
  });

  test('a unit that does not stop is not called stopped', async () => {
    on.host.sh(`echo deactivating >/var/lib/systemd-stub/${unit}.after-stop`);
    expect(on.apply(stopUnit(unit))).toMatchObject({
      exit: 1,
      stderr: 'ActiveState=deactivating\nSubState=some\n',
    });
    expect(await unitState(on.read, unit)).toMatchObject({ verdict: 'running' });
  });

  test('stopped means inactive and no process: one that stayed behind is told', async () => {
    const group = `/pawl-test-${process.pid}-${shell}`;
    const cgroup = on.host
      .sh(
        `
      for base in /sys/fs/cgroup/systemd /sys/fs/cgroup; do
        if [ -e $base/cgroup.procs ]; then echo $base${group}; break; fi
      done`,
      )
      .trim();
    on.host.sh(`mkdir -p ${cgroup}/below; echo ${group} >/var/lib/systemd-stub/${unit}.group`);
    const left = on.host
      .sh(
        `
      sleep 1000 </dev/null >/dev/null 2>&1 & echo $! >${cgroup}/below/cgroup.procs; echo $!`,
      )
      .trim();
    try {
      expect(on.apply(stopUnit(unit))).toMatchObject({ exit: 1, stderr: expect.stringContaining(left) });
      expect(await unitState(on.read, unit)).toMatchObject({
        active: 'inactive',
        processes: [Number(left)],
        verdict: 'running',
      });
    } finally {
      on.host.sh(`kill -9 ${left}; while [ -n "$(cat ${cgroup}/below/cgroup.procs)" ]; do sleep 0.02; done`);
    }
    expect(on.apply(stopUnit(unit))).toMatchObject({ exit: 0 });
    expect(await unitState(on.read, unit)).toMatchObject({ verdict: 'stopped' });
    on.host.sh(`rmdir ${cgroup}/below ${cgroup}`);
  });

  test('released and started, nothing is left of the hold', async () => {
    on.apply(stopAndHoldUnit(unit, reason));
    expect(on.apply(releaseUnit(unit))).toMatchObject({ exit: 0 });
    expect(on.apply(releaseUnit(unit))).toMatchObject({ exit: 0 });
    expect(on.host.sh('ls -A /etc/systemd/system')).toBe('');
    expect(await unitState(on.read, unit)).toMatchObject({ verdict: 'stopped', dropIns: [] });
    expect(on.apply(startUnit(unit, { wait: false }))).toMatchObject({ exit: 0 });
    expect(on.host.sh('tail -n 1 /var/lib/systemd-stub/calls')).toBe('--no-block start etcd.service\n');
    expect(await unitState(on.read, unit)).toMatchObject({ verdict: 'running' });
  });

  test('drop-ins of others stay', () => {
    on.host.sh(
      'mkdir /etc/systemd/system/etcd.service.d; echo "[Service]" >/etc/systemd/system/etcd.service.d/10-theirs.conf',
    );
    on.apply(holdUnit(unit, reason));
    expect(on.apply(releaseUnit(unit))).toMatchObject({ exit: 0 });
    expect(on.host.sh('ls -A /etc/systemd/system/etcd.service.d')).toBe('10-theirs.conf\n');
  });

  test('no answer from systemd is not taken for a state', async () => {
    on.host.sh(`printf '#!/bin/sh\\nexit 0\\n' >/usr/local/bin/systemctl`);
    await expect(unitState(on.read, unit)).rejects.toMatchObject({ code: 'E_UNIT' });
  });
});

test('how a unit was found is recorded before anything changes', () => {
  const { record } = stopAndHoldUnit('etcd', { run: 'r', why: 'w' });
  expect(record?.name).toBe('unit-etcd.service');
  expect(record?.script.text).toMatch(
    /^systemctl show -p Id .*-p UnitFileState -p ActiveState .* etcd\.service$/,
  );
});

test.each(['../etcd', 'a/b', '', '-x', 'a b'])("'%s' is no unit's name", (name) => {
  expect(() => stopUnit(name)).toThrow(expect.objectContaining({ code: 'E_QUOTE' }));
});
