import { readBundle } from '@pawl/engine';
import {
  labAvailable,
  labDown,
  labUp,
  MIGRATE,
  runPawl,
  tellStory,
  tellWayBack,
  type ExecEvent,
  type Lab,
  type StoryReport,
} from '@pawl/lab';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  etcdOf,
  factsOf,
  holds,
  journalOf,
  leftOnHosts,
  MASTER_UNITS,
  mastersOf,
  onlyRun,
  originalsUntouched,
  privateKeys,
  unitsAtRest,
  sh,
  whereSecretsLie,
  type Row,
} from '../../../test/lab/lab-hosts';

jest.setTimeout(10 * 60_000);

const NAME = 'okd-story';
const story = labAvailable().ok ? describe : describe.skip;

/** What `npm run demo` tells, told to nobody: killed in the middle of migrate, resumed, and looked at by witnesses. */
story('the migration of three etcd hosts and two masters', () => {
  let lab: Lab;
  let report: StoryReport;
  let canaries: readonly string[];
  let unitsBefore: Readonly<Record<string, string>>;
  let told = '';
  const hear = (text: string): void => void (told += `${text}\n`);
  const tell = { act: hear, say: hear, command: () => undefined, quote: hear, proof: hear };
  let run: string;
  let rows: readonly Row[];
  let seen: readonly ExecEvent[];

  beforeAll(async () => {
    lab = await labUp({ name: NAME, etcd: 3, masters: 2 }, { replace: true });
    ({ canaries } = await lab.fill({ keys: 1200, valueBytes: 512 }));
    await lab.startMasters();
    unitsBefore = await unitsAtRest(lab);
    report = await tellStory(lab, tell);
    run = await onlyRun(lab);
    rows = await journalOf(lab, run);
    seen = readFileSync(path.join(lab.dir, 'observer.ndjson'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as ExecEvent);
  });

  afterAll(async () => labDown(NAME));

  /** Programs started on hosts, as the observer outside Pawl saw them: host and command line. */
  const programs = (argv: RegExp): readonly string[] =>
    seen.filter((event) => argv.test(event.argv)).map((event) => `${event.host} ${event.argv}`);

  test('moves every key, once, and a second run changes nothing', () => {
    expect(report).toMatchObject({ migrates: 1, secondRunExit: 0, compared: { wrong: [] } });
    expect(report.compared.equal + report.compared.expired).toBeGreaterThan(report.keysBefore * 0.98);
    expect(report.compared.leased).toBeGreaterThan(10);
    expect(report.outageSeconds).toBeGreaterThan(1);
  });

  test('gives migrate the work copy, and never the unit’s own member', () => {
    expect(programs(MIGRATE)).toEqual([`etcd1 etcdctl migrate --data-dir /var/lib/etcd/pawl-${run}/copy-1`]);
  });

  test('adds the two others, one after the other, and each is a member that was started', async () => {
    // After a join etcd refuses the next add for some seconds: it is asked again. What counts is who was asked for, in which order.
    const asked = programs(/^\S*etcdctl .*\bmember add\b/).map((line) => /member add (\S+)/.exec(line)?.[1]);
    const order = asked.filter((name, index) => name !== asked[index - 1]);
    expect(order).toEqual(['etcd2.lab', 'etcd3.lab']);
    const tls = '--cacert /etc/etcd/ca.crt --cert /etc/etcd/peer.crt --key /etc/etcd/peer.key';
    const list = await sh(
      lab,
      'etcd1',
      `ETCDCTL_API=3 etcdctl --endpoints https://${lab.host('etcd1').address}:2379 ${tls} member list`,
    );
    const members = list
      .trimEnd()
      .split('\n')
      .map((line) => line.split(', ').slice(1, 4));
    expect(members.sort()).toEqual(
      [1, 2, 3].map((n) => ['started', `etcd${n}.lab`, `https://${lab.host(`etcd${n}`).address}:2380`]),
    );
  });

  test('grants as many leases as it says, and starts and stops what it declares', () => {
    expect(programs(/^\S*etcdctl .*\blease grant\b/)).toHaveLength(
      Number(factsOf(rows, 're-attach-ttls/attach')?.['leases']),
    );
    const all = (verb: string, unit: string): readonly string[] =>
      programs(new RegExp(`^\\S*systemctl (--no-block )?${verb}( --no-block)? ${unit}(\\.service)?$`))
        .map((line) => line.split(' ')[0] ?? '')
        .sort();
    // etcd1: stopped with the others, started forced, stopped, started clean.
    expect(all('stop', 'etcd')).toEqual(['etcd1', 'etcd1', 'etcd2', 'etcd3']);
    expect(all('start', 'etcd')).toEqual(['etcd1', 'etcd1', 'etcd2', 'etcd3']);
    for (const unit of MASTER_UNITS) {
      expect(all('stop', unit)).toEqual(['master1', 'master2']);
      expect(all('start', unit)).toEqual(['master1', 'master2']);
    }
  });

  test('stops masters before etcd, followers before the leader, and starts masters last', () => {
    const order = programs(/^\S*systemctl (--no-block )?(stop|start) /).map((line) =>
      line.replace(/ \S*systemctl (--no-block )?/, ' ').replaceAll('.service', ''),
    );
    const lastOf = (pattern: RegExp): number => order.findLastIndex((line) => pattern.test(line));
    const firstOf = (pattern: RegExp): number => order.findIndex((line) => pattern.test(line));
    expect(lastOf(/ stop origin/)).toBeLessThan(firstOf(/ stop etcd/));
    expect(lastOf(/ start etcd/)).toBeLessThan(firstOf(/ start origin/));
    const leader = String(factsOf(rows, 'stop-etcd/read-again')?.['leader']);
    const stops = order.filter((line) => line.endsWith(' stop etcd')).slice(0, 3);
    expect(stops.at(-1)).toBe(`${leader} stop etcd`);
  });

  test('writes no original: each is what its backup’s list of sums says', async () => {
    await originalsUntouched(lab, run);
  });

  test('leaves no fence, no hold and no forced start', async () => {
    expect(await leftOnHosts(lab)).toEqual([]);
  });

  test('leaves units enabled and active as it found them', async () => {
    expect(await unitsAtRest(lab)).toEqual(unitsBefore);
    expect(Object.keys(unitsBefore)).toHaveLength(etcdOf(lab).length + mastersOf(lab).length);
  });

  test('shows no secret: not on the terminal, not in its records, not on a host, not in a command line', async () => {
    expect(canaries.length).toBeGreaterThan(5);
    expect(holds(told, canaries)).toBe(false);
    expect(holds(seen.map((event) => event.argv).join('\n'), canaries)).toBe(false);
    expect(await whereSecretsLie(lab, canaries)).toEqual([]);
    const bundle = path.join(lab.controllerDir, 'run.bundle');
    await runPawl(lab, ['journal', run, '--export', bundle]);
    const text = readFileSync(bundle, 'utf8');
    expect(holds(text, [...canaries, ...(await privateKeys(lab))])).toBe(false);
    expect(readBundle(text)).toMatchObject({ verdict: { ok: true }, cleaned: [] });
    // It would have been found: what is no secret is, in both places.
    const found = await whereSecretsLie(lab, ['copy-1']);
    expect(found.some((file) => file.startsWith('etcd1:/var/lib/pawl/'))).toBe(true);
    expect(found.some((file) => file.endsWith('pawl.db') || file.endsWith('.log'))).toBe(true);
  });

  test('and goes back once its loss is accepted by name, killed on the way: v2 is as it was', async () => {
    const back = await tellWayBack(lab, tell, report.before);
    expect(back).toMatchObject({ refusedExit: 3, exit: 0, compared: { wrong: [] } });
    expect(back.compared.equal).toBeGreaterThan(1000);
    expect(told).toMatch(/E_DATA_LOSS/);
    expect(holds(told, canaries)).toBe(false);
    expect(await leftOnHosts(lab)).toEqual([]);
    expect(await unitsAtRest(lab)).toEqual(unitsBefore);
  });
});
