import { labAvailable, MIGRATE, runPawl, type Lab, type Observer, type PawlResult } from '@pawl/lab';
import { okdEtcdV2ToV3 } from '../src';
import { killPawl } from '../../../test/lab/kill-pawl';
import { brokenRules } from '../../../test/lab/broken-rules';
import { journalOf } from '../../../test/lab/lab-hosts';
import { changedSince, type Picture } from '../../../test/lab/picture';
import { servingLab } from '../../../test/lab/serving-lab';

jest.setTimeout(10 * 60_000);

const NAME = 'okd-back-killed';
const story = labAvailable().ok ? describe : describe.skip;

/** Once in each phase of the way back: while its change is made, or, where it only looks, before what it saw is committed. */
const KILLS = [
  'masters-down/stop-and-hold@master1/host:during',
  'etcd-down/stop-and-hold@etcd1/host:during',
  'force-gone/remove-force@etcd1/host:during',
  'originals-back/set-new-aside@etcd1/host:during',
  'originals-back/rename-back@etcd1/host:during',
  'files-back/restore-files@etcd1/host:during',
  'etcd-back/release-and-start@etcd1/host:during',
  'v2-equal/compare@-/outcome:before-commit',
  'masters-back/release-and-start@master1/host:during',
  'fences-closed/close-fences@-/host:during',
];

/** A run that was completed has let its hosts go: it takes them again first. */
const KILLS_AFTER_ITS_END = [
  'masters-down/plant-fences@-/host:during',
  'originals-back/set-new-aside@etcd1/host:after',
  'fences-closed/close-fences@-/host:during',
];

story('a way back whose controller is killed in every phase', () => {
  let lab: Lab;
  let observer: Observer;
  let before: Picture;

  servingLab({ name: NAME, etcd: 1, masters: 1, etcdElectionMs: 500 }, (serving) => {
    ({ lab, observer, before } = serving);
  });

  const pawl = (args: readonly string[]): Promise<PawlResult> => runPawl(lab, args);
  const begun = async (...more: readonly string[]): Promise<{ run: string; exit: number | null }> => {
    const { exit, stdout } = await pawl([
      ...['run', '-i', lab.inventoryPath, '--no-input', '--json'],
      ...['--accept-point-of-no-return', `api.${NAME}.lab`, ...more],
    ]);
    return { run: (JSON.parse(stdout) as { readonly run: string }).run, exit };
  };
  const killedAt = (args: readonly string[], at: string): Promise<void> =>
    killPawl(lab, args, `okd-etcd-v2-to-v3/${at}`);
  /** What the observer saw of it: how often data was moved, units were stopped and started. */
  const counted = async (since: number): Promise<Readonly<Record<string, number>>> => {
    await observer.settle();
    const count = (argv: RegExp): number => observer.events({ since, argv }).length;
    expect(brokenRules(observer.events({ since }), { etcd: ['etcd1'] })).toEqual([]);
    return {
      migrate: count(MIGRATE),
      setAside: count(/^mv -nT \/var\/lib\/etcd\/member \S*\/original\/member$/),
      newAside: count(/^mv -nT \/var\/lib\/etcd\/member \S*\/v3\/member$/),
      putBack: count(/^mv -nT \S*\/original\/member \/var\/lib\/etcd\/member$/),
    };
  };

  test('every phase is in the list', () => {
    const phases = okdEtcdV2ToV3.spec.rollback.map((phase) => phase.name);
    expect([...new Set(KILLS.map((at) => at.split('/')[0]))]).toEqual(phases);
  });

  test('before the point of no return: resumed each time, it ends where the run began', async () => {
    const since = Date.now();
    const { run, exit } = await begun('--pause-before', 'start-masters');
    expect(exit).toBe(4);
    for (const [index, at] of KILLS.entries())
      // Whichever of the two is asked for: it goes on with the way back.
      await killedAt(
        [index % 2 === 0 ? 'rollback' : 'resume', run, '--no-input', ...(index % 2 === 0 ? ['--yes'] : [])],
        at,
      );
    const { exit: ended, stderr } = await pawl(['rollback', run, '--no-input', '--yes']);
    expect([ended, ended === 0 ? '' : stderr]).toEqual([0, '']);
    expect(await changedSince(lab, before)).toEqual([]);
    expect(await counted(since)).toEqual({ migrate: 1, setAside: 1, newAside: 1, putBack: 1 });
    const rows = await journalOf(lab, run);
    expect(rows.filter(({ kind }) => kind === 'rollback')).toHaveLength(1);
    expect(rows.filter(({ kind }) => kind === 'claimed')).toHaveLength(KILLS.length + 1);
  });

  test('after the end of a run: what would be lost is shown, and only by its name it goes ahead', async () => {
    const since = Date.now();
    const { run, exit } = await begun();
    expect(exit).toBe(0);
    const late = '/kubernetes.io/configmaps/late/written';
    expect((await lab.api('master1', `/lab/put?key=${late}&value=on-v3`)).status).toBe(200);
    const asked = ['rollback', run, '--no-input', '--json'];
    const refused = await pawl([...asked, '--yes']);
    expect(refused.exit).toBe(3);
    const { reason } = JSON.parse(refused.stdout) as { readonly reason: { readonly facts: unknown } };
    expect(reason).toMatchObject({
      code: 'E_DATA_LOSS',
      facts: { name: `api.${NAME}.lab`, writtenKeys: expect.arrayContaining([late]) as unknown },
    });
    expect((await lab.api('master1', `/lab/get?key=${late}`)).status).toBe(200);

    const accepted = [...asked, '--accept-data-loss', `api.${NAME}.lab`];
    for (const at of KILLS_AFTER_ITS_END) await killedAt(accepted, at);
    const { exit: ended, stderr } = await pawl(accepted);
    expect([ended, ended === 0 ? '' : stderr]).toEqual([0, '']);
    expect(await changedSince(lab, before)).toEqual([]);
    expect(await counted(since)).toEqual({ migrate: 1, setAside: 1, newAside: 1, putBack: 1 });
    const again = await pawl(asked);
    expect([again.exit, JSON.parse(again.stdout)]).toEqual([
      0,
      expect.objectContaining({ outcome: 'already-rolled-back' }),
    ]);
  });
});
