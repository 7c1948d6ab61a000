import { factsFrom, type JsonObject } from '@pawl/engine';
import { forceNewClusterDropin, removeForceDropin, runLayout } from '@pawl/etcd';
import { editFile, holdName, releaseUnit, stopAndHoldUnit } from '@pawl/hosts';
import { breakGlass } from '../src';
import { choicesOf, preflightFacts, RUN, type Seen } from './helpers/a-cluster';
import { byHandFrom } from './helpers/by-hand';

const textOf = (change: (seen: Seen) => void = () => undefined): string => {
  const seen = preflightFacts();
  change(seen);
  return breakGlass(RUN, choicesOf(), factsFrom(seen));
};
const text = textOf();
const set = (seen: Seen, host: string, settings: JsonObject): void => {
  const facts = seen['preflight/etcd-hosts']?.[host];
  Object.assign((facts?.['settings'] as JsonObject | undefined) ?? {}, settings);
};
const pathsIn = (script: string, pattern: RegExp): readonly string[] => [
  ...new Set(script.match(pattern) ?? []),
];

test('names every host, and each in the parts that are for it', () => {
  const parts = byHandFrom(text);
  expect(parts).toHaveLength(9);
  const hosts = (part: number): readonly string[] => parts[part - 1]?.flatMap((block) => block.hosts) ?? [];
  const { etcd, masters } = choicesOf();
  const [etcdHosts, masterHosts] = [etcd, masters].map((list) => list.map(({ name }) => name));
  for (const part of [1, 5, 9]) expect(hosts(part)).toEqual([...(etcdHosts ?? []), ...(masterHosts ?? [])]);
  for (const part of [3, 4, 6]) expect(hosts(part)).toEqual(etcdHosts);
  for (const part of [2, 8]) expect(hosts(part)).toEqual(masterHosts);
});

test('names the hold where the change puts it, and takes away every one', () => {
  for (const unit of ['etcd', 'origin-master-api', 'origin-master-controllers']) {
    const hold = `/etc/systemd/system/${unit}.service.d/${holdName}`;
    expect(stopAndHoldUnit(unit, { run: RUN, why: 'x' }).script.text).toContain(
      `/etc/systemd/system/${unit}.service.d`,
    );
    expect(releaseUnit(unit).script.text).toContain(hold);
    expect(text).toContain(`rm -f ${hold}`);
  }
});

test('takes away all that forces a new cluster', () => {
  const made = forceNewClusterDropin('etcd', { snapshotCount: 3 }).script.text;
  const left = pathsIn(made, /\/run\/\S*(?:99-pawl-force\.conf|force-new-cluster\.env)(?=['\s]|$)/gm);
  expect(left).toHaveLength(2);
  for (const file of left) {
    expect(text).toContain(file);
    expect(removeForceDropin('etcd').script.text).toContain(file);
  }
});

test('finds the original of each edited file where the change keeps it', () => {
  const kept = `/var/lib/pawl/runs/${RUN}/pristine/etc/etcd/etcd.conf`;
  const edit = editFile({
    run: RUN,
    path: '/etc/etcd/etcd.conf',
    expectedSha256: 'x',
    content: '',
    what: 'x',
  });
  expect(edit.script.text).toContain(kept);
  expect(text).toContain(`cp -p ${kept} /etc/etcd/etcd.conf`);
});

test('speaks of the directories, files and units of this very cluster', () => {
  const own = textOf((seen) => {
    set(seen, 'etcd1', { dataDir: '/srv/my data', walDir: '/wal/etcd/wal', configFile: '/etc/etcd.env' });
    Object.assign(seen['preflight/masters']?.['master2'] ?? {}, { units: ['origin-master'] });
  });
  const { member, original, originalWal } = runLayout(
    { dataDir: '/srv/my data', walDir: '/wal/etcd/wal' },
    RUN,
  );
  const [etcd1, others] = byHandFrom(own)[4] ?? [];
  expect([etcd1?.hosts, others?.hosts]).toEqual([['etcd1'], ['etcd2', 'etcd3']]);
  const typed = etcd1?.lines.join('\n') ?? '';
  expect(typed).toContain(`mv -nT '${original}' '${member}'`);
  expect(typed).toContain(`mv -nT ${originalWal} /wal/etcd/wal`);
  expect(typed).toContain(' /etc/etcd.env; fi');
  expect(others?.lines.join()).not.toMatch(/wal/);
  expect(byHandFrom(own)[1]?.map(({ hosts, lines }) => [hosts, lines])).toEqual([
    [['master1'], ['systemctl stop origin-master-controllers.service origin-master-api.service']],
    [['master2'], ['systemctl stop origin-master']],
  ]);
});

test('has the usual names where preflight did not come to an end', () => {
  expect(breakGlass(RUN, choicesOf(), factsFrom({}))).toContain(
    'systemctl stop origin-master-controllers origin-master-api',
  );
});

/** An original beside a re-formed member mixes two histories: nothing is started before all is back. */
test('starts nothing before every original is back, and deletes no data', () => {
  const put = text.indexOf(`mv -nT ${runLayout({ dataDir: '/var/lib/etcd', walDir: null }, RUN).original}`);
  expect(put).toBeGreaterThan(0);
  expect(text.slice(0, put)).not.toMatch(/systemctl (?:--no-block )?start/);
  expect(text).not.toMatch(/rm -\w*r/);
});
