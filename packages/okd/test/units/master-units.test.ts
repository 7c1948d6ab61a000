import { discoverMasterUnits, judgeMasterUnits, startOrder, stopOrder } from '../../src/units/master-units';
import { parseShow, type ShownUnit } from '../../src/units/show-units';
import { fakeHost } from '../fake-host';
import { fixture } from '../fixture';

const absent = parseShow(
  'Id=pacemaker.service\nLoadState=not-found\nActiveState=inactive\n\nId=etcd_container.service\nLoadState=not-found\nActiveState=inactive\n',
);

function unit(id: string, changes: Partial<ShownUnit> = {}): ShownUnit {
  return {
    id,
    load: 'loaded',
    active: 'active',
    sub: 'running',
    enabled: 'enabled',
    mainPid: 42,
    startedUs: 1,
    command: ['/usr/bin/openshift', 'start', 'master'],
    environment: '',
    environmentFiles: [],
    ...changes,
  };
}
const off: Partial<ShownUnit> = { active: 'inactive', sub: 'dead', enabled: 'disabled', mainPid: 0 };
const judge = (units: readonly ShownUnit[]) => judgeMasterUnits(units, absent, false);
const codes = (units: readonly ShownUnit[]) => judge(units).refusals.map((refusal) => refusal.code);

describe.each(['systemd-219', 'systemd-252'])('as %s answers', (systemd) => {
  const shown = (name: string): readonly ShownUnit[] => parseShow(fixture(`${systemd}/${name}.show.txt`));
  const masters = (name: string): readonly ShownUnit[] =>
    shown(name).filter((one) => one.id.includes('-master'));

  test('HA: the masked single units are left over, api starts first and stops last', () => {
    const units = judge(masters('ha'));
    expect(units.refusals).toEqual([]);
    expect(startOrder(units)).toEqual(['origin-master-api.service', 'origin-master-controllers.service']);
    expect(stopOrder(units)).toEqual(['origin-master-controllers.service', 'origin-master-api.service']);
    expect(units.leftOver).toEqual([
      { unit: 'origin-master.service', why: 'masked' },
      { unit: 'atomic-openshift-master.service', why: 'masked' },
    ]);
  });

  test('stopped and held units are still the master', () => {
    expect(startOrder(judge(masters('held')))).toEqual([
      'origin-master-api.service',
      'origin-master-controllers.service',
    ]);
  });

  test('a single master, with a disabled pair, Pacemaker and a container etcd', () => {
    const all = shown('single');
    const units = judgeMasterUnits(
      all.filter((one) => one.id.includes('-master')),
      all.filter((one) => !one.id.includes('-master')),
      false,
    );
    expect(startOrder(units)).toEqual(['origin-master.service']);
    expect(units.refusals.map((refusal) => refusal.code)).toEqual(['E_PACEMAKER', 'E_ETCD_CONTAINER']);
    expect(units.leftOver.map((one) => one.unit)).toEqual([
      'origin-master-api.service',
      'origin-master-controllers.service',
    ]);
  });

  test('discovery asks systemd about what it lists, in one question', async () => {
    const host = fakeHost(
      {},
      {
        'systemctl list-unit-files': fixture(`${systemd}/ha.list.txt`),
        [`systemctl show ${showFlags} -- atomic-openshift-master.service origin-master-api.service`]: blocks(
          `${systemd}/ha.show.txt`,
          [3, 1, 2, 0],
        ),
        [`systemctl show ${showFlags} -- pacemaker.service`]: blocks(`${systemd}/ha.show.txt`, [4, 5]),
      },
    );
    const units = await discoverMasterUnits(host);
    expect(startOrder(units)).toEqual(['origin-master-api.service', 'origin-master-controllers.service']);
    expect(units.refusals).toEqual([]);
    expect(host.asked).toHaveLength(4);
  });
});

const showFlags = [
  '--no-pager',
  ...['Id', 'LoadState', 'ActiveState', 'SubState', 'UnitFileState', 'MainPID'].map((name) => `-p ${name}`),
  ...['ExecMainStartTimestampMonotonic', 'ExecStart', 'Environment', 'EnvironmentFiles'].map(
    (name) => `-p ${name}`,
  ),
].join(' ');

function blocks(name: string, order: readonly number[]): string {
  const all = fixture(name).split('\n\n');
  return order.map((index) => all[index]).join('\n\n');
}

test.each([
  ['no unit at all', []],
  ['units that neither run nor start at boot', [unit('origin-master-api.service', off)]],
  ['the API alone', [unit('origin-master-api.service'), unit('origin-master-controllers.service', off)]],
  [
    'single unit and pair',
    [
      unit('origin-master.service'),
      unit('origin-master-api.service'),
      unit('origin-master-controllers.service'),
    ],
  ],
  [
    'a pair of two names',
    [unit('origin-master-api.service'), unit('atomic-openshift-master-controllers.service')],
  ],
  ['two single units', [unit('origin-master.service'), unit('atomic-openshift-master.service')]],
])('%s is not one master', (_, units) => {
  expect(codes(units)).toEqual(['E_MASTER_UNITS']);
});

test('a unit that was masked while it ran still runs, so it counts', () => {
  const masked = unit('origin-master.service', { load: 'masked', enabled: 'masked' });
  expect(judge([masked]).units.map((one) => one.id)).toEqual(['origin-master.service']);
});

test('a stopped unit that would start at boot counts, one that would not is left over', () => {
  const stopped = { active: 'inactive', sub: 'dead' };
  expect(codes([unit('origin-master.service', stopped)])).toEqual([]);
  expect(judge([unit('origin-master.service'), unit('origin-master-api.service', off)]).leftOver).toEqual([
    { unit: 'origin-master-api.service', why: 'inactive and disabled: it neither runs nor starts at boot' },
  ]);
});

test('an alias is not a second unit', () => {
  expect(codes([unit('origin-master.service'), unit('origin-master.service')])).toEqual([]);
});

test.each([
  ['/usr/bin/docker', 'docker'],
  ['/bin/runc', 'system-container'],
  ['/usr/bin/openshift', 'host'],
])('a unit that starts %s: %s', (program, runtime) => {
  const judged = judge([unit('origin-master.service', { command: [program, 'run'] })]);
  expect(judged.units[0]?.runtime).toBe(runtime);
  expect(judged.refusals.map((refusal) => refusal.code)).toEqual(
    runtime === 'host' ? [] : ['E_MASTER_RUNTIME'],
  );
});

test('an Atomic Host is refused as such', () => {
  const judged = judgeMasterUnits(
    [unit('origin-master.service', { command: ['/usr/bin/docker'] })],
    absent,
    true,
  );
  expect(judged.refusals.map((refusal) => refusal.code)).toEqual(['E_MASTER_RUNTIME']);
});

test('Pacemaker that is stopped but enabled is refused: it comes with the next boot', () => {
  const judged = judgeMasterUnits(
    [unit('origin-master.service')],
    [unit('pacemaker.service', { active: 'inactive', sub: 'dead' })],
    false,
  );
  expect(judged.refusals.map((refusal) => refusal.code)).toEqual(['E_PACEMAKER']);
});
