import { parseUnitFiles, masterRole } from '../../src/units/list-master-units';
import { parseShow, showUnits } from '../../src/units/show-units';
import { fakeHost } from '../fake-host';
import { fixture } from '../fixture';

describe.each(['systemd-219', 'systemd-252'])('%s', (systemd) => {
  test('list-unit-files: names of services, whatever columns follow', () => {
    expect(parseUnitFiles(fixture(`${systemd}/ha.list.txt`))).toEqual([
      'atomic-openshift-master.service',
      'origin-master-api.service',
      'origin-master-controllers.service',
      'origin-master.service',
    ]);
  });

  test('show: one block a unit, a missing one too', () => {
    const shown = parseShow(fixture(`${systemd}/ha.show.txt`));
    expect(
      shown.map(({ id, load, active, sub, enabled }) => [id, load, active, sub, enabled].join(' ')),
    ).toEqual([
      'origin-master.service masked inactive dead masked',
      'origin-master-api.service loaded active running enabled',
      'origin-master-controllers.service loaded active running enabled',
      'atomic-openshift-master.service masked inactive dead masked',
      'pacemaker.service loaded inactive dead disabled',
      'etcd_container.service loaded inactive dead disabled',
      'corosync.service not-found inactive dead ',
    ]);
  });

  test('show: command line, environment and environment files as the unit has them', () => {
    const api = parseShow(fixture(`${systemd}/ha.show.txt`))[1]!;
    expect(api.command).toEqual([
      '/usr/bin/openshift',
      'start',
      'master',
      'api',
      '--config=${CONFIG_FILE}',
      '$OPTIONS',
    ]);
    expect(api.environmentFiles).toEqual([{ path: '/etc/sysconfig/origin-master-api', optional: false }]);
    expect(api.environment).toBe('GOTRACEBACK=crash');
    expect(api.mainPid).toBe(53);
    expect(api.startedUs).toBe(2053612175);
  });
});

test('a pattern that matches nothing prints nothing', () => {
  expect(parseUnitFiles(fixture('systemd-252/none.list.txt'))).toEqual([]);
});

test('an answer for fewer units than were asked about is an error, not a guess', async () => {
  const host = fakeHost({}, { 'systemctl show': 'Id=a.service\nLoadState=loaded\n' });
  await expect(showUnits(host, ['a.service', 'b.service'])).rejects.toMatchObject({
    code: 'E_OKD_COMMAND',
    where: 'm1',
  });
});

test('systemd that does not answer is named', async () => {
  const host = fakeHost(
    {},
    { 'systemctl show': { exit: 1, stderr: 'Failed to connect to bus: No such file or directory\n' } },
  );
  await expect(showUnits(host, ['a.service'])).rejects.toThrow(/exit status 1 \(Failed to connect to bus/);
});

test.each([
  ['origin-master.service', 'origin', 'all-in-one'],
  ['origin-master-api.service', 'origin', 'api'],
  ['atomic-openshift-master-controllers.service', 'atomic-openshift', 'controllers'],
  ['openshift-master.service', 'openshift', 'all-in-one'],
])('%s is a master unit', (unit, family, role) => {
  expect(masterRole(unit)).toEqual({ family, role });
});

test.each([
  'origin-master-backup.service',
  'origin-node.service',
  'my-origin-master.service',
  'origin-master@.service',
])('%s is none', (unit) => {
  expect(masterRole(unit)).toBeUndefined();
});
