import { compareWithBefore, labAvailable, MIGRATE, runPawl, type Lab, type Observer } from '@pawl/lab';
import { brokenRules } from '../../../test/lab/broken-rules';
import { killPawl } from '../../../test/lab/kill-pawl';
import { journalOf, leftOnHosts, onlyRun, originalsUntouched } from '../../../test/lab/lab-hosts';
import { GO_ON, loseDatabase, rebuildFromHosts } from '../../../test/lab/lost-database';
import { changedSince, type Picture } from '../../../test/lab/picture';
import { servingLab } from '../../../test/lab/serving-lab';
import { saidBy, untouched } from '../../../test/lab/untouched';
import { KILLS, ROLLBACK_KILLS } from './helpers/kill-points';
import { schemaFaults } from './helpers/schemas';

jest.setTimeout(20 * 60_000);

const NAME = 'okd-fromh';
const MACHINE = 'okd-etcd-v2-to-v3';
const story = labAvailable().ok ? describe : describe.skip;

const from = (phase: string): number => KILLS.findIndex((at) => at.startsWith(`${phase}/`));
/** Before stop-masters no job was made: there is nothing to rebuild, and nothing was changed. */
const BEFORE_ANY_JOB = KILLS.slice(from('prepare'), from('stop-masters'));
/** Of these phases each leaves the whole way back open. */
const WITH_WAY_BACK = KILLS.slice(from('stop-masters'), from('start-masters'));
const FORWARD = KILLS.slice(from('stop-masters'), from('finish'));
const BACK = ROLLBACK_KILLS.slice(0, -1);
/** What only compares makes no job: the last one that did is where the run stands. */
const STANDS_IN = new Map([
  ['verify-v3/compare@-/outcome:before-commit', 're-form'],
  ['v2-equal/compare@-/outcome:before-commit', 'etcd-back'],
]);

story('the controller’s folder deleted', () => {
  let lab: Lab;
  let observer: Observer;
  let before: Picture;

  servingLab({ name: NAME, etcd: 1, masters: 1, etcdElectionMs: 500 }, (serving) => {
    ({ lab, observer, before } = serving);
  });

  const consent = ['--no-input', '--accept-point-of-no-return', `api.${NAME}.lab`];
  const begin = (): readonly string[] => ['run', '-i', lab.inventoryPath, ...consent];
  const killed = (args: readonly string[], at: string): Promise<void> =>
    killPawl(lab, args, `${MACHINE}/${at}`);

  async function rebuilt(at: string): Promise<string> {
    loseDatabase(lab);
    const result = await rebuildFromHosts(lab);
    expect([at, result.exit, schemaFaults(result.stdout)]).toEqual([at, 5, []]);
    expect(JSON.parse(result.stdout)).toMatchObject({
      outcome: 'in-doubt',
      phase: STANDS_IN.get(at) ?? at.split('/')[0],
      reason: { code: 'E_REBUILT', facts: { hosts: ['etcd1', 'master1'] } },
      choices: [{ name: 'go-on' }],
    });
    return onlyRun(lab);
  }

  test.each(BEFORE_ANY_JOB)('%s: nothing to rebuild, and its fences are opened by name', async (at) => {
    await killed(begin(), at);
    loseDatabase(lab);
    const result = await untouched(lab, observer, () => rebuildFromHosts(lab));
    expect([result.exit, saidBy(result)]).toEqual([3, expect.stringMatching(/E_NO_JOB.*pawl unfence/)]);
    const [, run = ''] = /knows? no job of (\S+?):/.exec(saidBy(result)) ?? [];
    const opened = await runPawl(lab, [
      ...['unfence', '-i', lab.inventoryPath, run, '--reason', 'its database is gone', '--yes', '--no-input'],
    ]);
    expect([opened.exit, opened.stderr]).toEqual([0, expect.any(String)]);
  });

  test.each(WITH_WAY_BACK)('%s: rebuilt, and rolled back to the byte', async (at) => {
    const since = Date.now();
    await killed(begin(), at);
    const run = await rebuilt(at);
    const { exit, stderr } = await runPawl(lab, ['rollback', run, '--yes', '--no-input']);
    expect([exit, exit === 0 ? '' : stderr]).toEqual([0, '']);
    expect(await changedSince(lab, before)).toEqual([]);
    expect(await leftOnHosts(lab)).toEqual([]);
    await observer.settle();
    expect(observer.events({ since, argv: MIGRATE }).length).toBeLessThanOrEqual(1);
    expect(brokenRules(observer.events({ since }), { etcd: ['etcd1'] })).toEqual([]);
    loseDatabase(lab);
  });

  test('on the way back, in every phase: rebuilt each time, it gets to its end', async () => {
    await killed(begin(), 're-attach-ttls/attach@etcd1/host:after');
    let run = await onlyRun(lab);
    for (const [index, at] of BACK.entries()) {
      await killed(index === 0 ? ['rollback', run, '--yes', '--no-input'] : ['resume', run, ...GO_ON], at);
      run = await rebuilt(at);
    }
    const { exit, stderr } = await runPawl(lab, ['resume', run, ...GO_ON]);
    expect([exit, exit === 0 ? '' : stderr]).toEqual([0, '']);
    expect(await changedSince(lab, before)).toEqual([]);
    loseDatabase(lab);
  });

  test('in every phase of one migration: rebuilt each time, it is finished, and migrate has run once', async () => {
    const since = Date.now();
    const v2 = await lab.v2dump();
    let run = '';
    for (const [index, at] of FORWARD.entries()) {
      await killed(index === 0 ? begin() : ['resume', run, ...GO_ON], at);
      run = await rebuilt(at);
    }
    const { exit, stderr } = await runPawl(lab, ['resume', run, ...GO_ON]);
    expect([exit, exit === 0 ? '' : stderr]).toEqual([0, '']);
    await observer.settle();
    expect(observer.events({ since, argv: MIGRATE }).map(({ argv }) => argv)).toEqual([
      `etcdctl migrate --data-dir /var/lib/etcd/pawl-${run}/copy-1`,
    ]);
    const { wrong, leased } = await compareWithBefore(lab, v2);
    expect([wrong.slice(0, 5), leased > 5]).toEqual([[], true]);
    expect(await leftOnHosts(lab)).toEqual([]);
    await originalsUntouched(lab, run);
    expect((await journalOf(lab, run)).filter(({ kind }) => kind === 'rebuilt')).toHaveLength(1);
  });

  test('of a completed run: named, it is rebuilt as completed; what a rollback would lose is asked about', async () => {
    const run = await onlyRun(lab);
    loseDatabase(lab);
    const none = await rebuildFromHosts(lab);
    expect([none.exit, saidBy(none)]).toEqual([3, expect.stringMatching(new RegExp(`E_NO_FENCE.*${run}`))]);
    const named = await rebuildFromHosts(lab, run);
    expect([named.exit, JSON.parse(named.stdout)]).toEqual([
      0,
      expect.objectContaining({ outcome: 'completed', next: null }),
    ]);
    const again = ['rollback', run, '--no-input', '--json'];
    const refused = await runPawl(lab, [...again, '--yes']);
    expect([refused.exit, saidBy(refused)]).toEqual([3, expect.stringContaining('E_DATA_LOSS')]);
    const { exit, stderr } = await runPawl(lab, [...again, '--accept-data-loss', `api.${NAME}.lab`]);
    expect([exit, exit === 0 ? '' : stderr]).toEqual([0, '']);
    expect(await changedSince(lab, before)).toEqual([]);
  });
});
