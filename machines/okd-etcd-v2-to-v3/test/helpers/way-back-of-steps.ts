import { labAvailable, labDown, labUp, runPawl, type Lab, type Observer, type PawlResult } from '@pawl/lab';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { okdEtcdV2ToV3 } from '../../src';
import { brokenRules } from '../../../../test/lab/broken-rules';
import { etcdOf, sh } from '../../../../test/lab/lab-hosts';
import { UNLIKE_BACKUP } from '../../../../test/lab/original-at-start';
import { changedSince, pictureOf, type Picture } from '../../../../test/lab/picture';

const ENTRY = path.join(
  __dirname,
  '../../../../build/test/machines/okd-etcd-v2-to-v3/test/fixtures/pawl-paused-after.js',
);
const story = labAvailable().ok ? describe : describe.skip;

/** Generated from the machine: a step that is added to it is rolled back by a test, or fails there. */
const STEPS = okdEtcdV2ToV3.spec.phases
  .flatMap(({ name, steps }) => steps.map((step) => ({ id: `${name}/${step.name}`, step })))
  .filter(({ step }) => step.kind !== 'read')
  .map(({ id }) => id);
const BEFORE_NO_RETURN = STEPS.slice(0, STEPS.indexOf('start-masters/release-and-start'));

/** Places 3 to 7 are made by the function that makes place 2: more minutes would show nothing new. */
const WITH_OTHERS = /^stop-etcd\/stop-followers$|^scale-up\/[a-z]+-2$/;
const LEFT_OUT = /^scale-up\/[a-z]+-[3-7]$/;

/** They leave on the hosts what the step before them left, or a key that is gone again: seen by the long tests (`npm run test:shapes`). */
const ALIKE = /canary$|\/peer-url$|\/discard-spent$|\/master-configuration$/;
const LAST = BEFORE_NO_RETURN.at(-1);

/** The steps that a cluster of one has, and those that only a larger one has. */
const ONE = BEFORE_NO_RETURN.filter((id) => !WITH_OTHERS.test(id) && !LEFT_OUT.test(id));
export const ALONE_ALIKE = ONE.filter((id) => ALIKE.test(id) && id !== LAST);
export const ALONE = ONE.filter((id) => !ALONE_ALIKE.includes(id));
export const TOGETHER = BEFORE_NO_RETURN.filter((id) => WITH_OTHERS.test(id));

interface Stepping {
  readonly name: string;
  readonly etcd: number;
  readonly steps: readonly string[];
}

/** A test a step: paused after it, rolled back, compared with a picture from before the first run. All on one lab, one after the other. */
export function tellWayBackOfSteps({ name, etcd, steps }: Stepping): void {
  story(`${etcd} etcd: after each step that changes something, the way back ends where the run began`, () => {
    let lab: Lab;
    let observer: Observer;
    let before: Picture;

    beforeAll(async () => {
      // Three of them, busy, need the time that the installer gives them; one alone would only wait it out at each start.
      const spec = {
        name,
        etcd,
        masters: 1,
        ...(etcd === 1 && { etcdElectionMs: 500, masterUnits: 'single' as const }),
      };
      lab = await labUp(spec, { replace: true });
      await lab.fill({ keys: 300, valueBytes: 256 });
      await lab.startMasters();
      before = await pictureOf(lab);
      observer = await lab.observer();
      writeFileSync(path.join(lab.dir, 'look'), originalsEqualBackups(lab));
    });

    afterAll(async () => {
      await observer.stop();
      await labDown(name);
    });

    const pawl = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<PawlResult> =>
      runPawl(lab, args, { entry: ENTRY, env });
    const begin = ['run', '--no-input', '--json', '--accept-point-of-no-return', `api.${name}.lab`];

    test('a picture tells what was changed since', async () => {
      const [conf, stray] = ['/etc/etcd/etcd.conf', '/opt/stray'];
      await sh(
        lab,
        'etcd1',
        `cp -p ${conf} ${stray}; touch ${conf}; : >/var/lib/etcd/stray; chmod 0755 /etc/etcd`,
      );
      const changed = await changedSince(lab, before);
      await sh(lab, 'etcd1', `cp -p ${stray} ${conf}; rm ${stray} /var/lib/etcd/stray; chmod 0700 /etc/etcd`);
      const seen = changed.map((line) => line.split(' ').slice(0, 4).join(' ')).sort();
      expect(seen).toEqual([
        `+ etcd1: data /var/lib/etcd/stray`,
        `+ etcd1: dir /etc/etcd`,
        `+ etcd1: file ${conf}`,
        `+ etcd1: there ${stray}`,
        `- etcd1: dir /etc/etcd`,
        `- etcd1: file ${conf}`,
      ]);
      expect(await changedSince(lab, before)).toEqual([]);
    });

    // One lab for all: what was rolled back takes a new run at once.
    test.each(steps)('%s', async (step) => {
      const since = Date.now();
      const run = await pausedAfter(step, () => [...begin, '-i', lab.inventoryPath], pawl, lab);
      const back = await pawl(['rollback', run, '--no-input', '--yes'], {
        PAWL_TEST_LOOK_AT: 'okd-etcd-v2-to-v3/files-back/restore-files@',
        PAWL_TEST_LOOK: `sh ${lab.dir}/look`,
      });
      expect([back.exit, back.exit === 0 ? '' : `${back.stderr}\n${back.stdout}`]).toEqual([0, '']);
      expect(await changedSince(lab, before)).toEqual([]);
      await observer.settle();
      const seen = observer.events({ since });
      expect(seen.length).toBeGreaterThan(50);
      expect(brokenRules(seen, { etcd: etcdOf(lab).map((host) => host.name) })).toEqual([]);
      // For room alone: some thirty runs keep their backups here.
      await Promise.all(
        etcdOf(lab).map((host) =>
          sh(lab, host.name, 'rm -r /var/lib/etcd/pawl-* || [ ! -e /var/lib/etcd/pawl-* ]'),
        ),
      );
    });
  });
}

type Run = (args: readonly string[], env: Readonly<Record<string, string>>) => Promise<PawlResult>;

/** @returns the run */
async function pausedAfter(
  step: string,
  begin: () => readonly string[],
  pawl: Run,
  lab: Lab,
): Promise<string> {
  if (step !== 'set-aside/discard-spent') return pauses(step, begin(), pawl);
  // Comes to be only where a work copy came to nothing: this one has lost its log.
  const run = await pauses('set-aside/copy', begin(), pawl);
  await sh(lab, 'etcd1', `rm /var/lib/etcd/pawl-${run}/copy-1/member/wal/*.wal`);
  return pauses(step, ['resume', run, '--no-input', '--json'], pawl);
}

async function pauses(step: string, args: readonly string[], pawl: Run): Promise<string> {
  const { exit, stdout, stderr } = await pawl(args, { PAWL_TEST_PAUSE_AFTER: step });
  if (exit !== 4 || !stderr.includes(`told to pause at okd-etcd-v2-to-v3/${step}@`))
    throw new Error(`it did not pause after ${step}: exit ${exit}\n${stderr}\n${stdout}`);
  return (JSON.parse(stdout) as { readonly run: string }).run;
}

/** For whoever is in the lab's network: fails where a file of a member is not what its backup's own list says it was. */
function originalsEqualBackups(lab: Lab): string {
  return etcdOf(lab)
    .map(
      (host) =>
        `${lab.ssh(host.name, ['sudo', 'sh']).join(' ')} <<'END' || exit 1\ncd /var/lib/etcd\n${UNLIKE_BACKUP}\nEND`,
    )
    .join('\n');
}
