import { factsFrom, planSteps, type Facts, type StepPlan } from '@pawl/engine';
import { etcdHostCommands } from '@pawl/etcd';
import { unlistedCommands } from '@pawl/hosts';
import { okdHostCommands } from '@pawl/okd';
import { okdEtcdV2ToV3, okdMigration } from '../src';
import { choicesOf, laterFacts, preflightFacts, RUN } from './helpers/a-cluster';

const planOf = (etcd: number, facts: Facts): StepPlan =>
  planSteps(okdEtcdV2ToV3, { run: RUN, choices: choicesOf(etcd), facts });
const steps = (plan: StepPlan) =>
  [...plan.phases, ...plan.rollback, ...plan.cleanup].flatMap((phase) => phase.steps);
const scripts = (plan: StepPlan): readonly (readonly [string, string])[] =>
  steps(plan).flatMap(({ id, targets }) =>
    targets.map(({ target, lines }) => [`${id} on ${target}`, lines.join('\n')] as const),
  );

describe.each([1, 3, 5])('the plan for %d etcd hosts', (etcd) => {
  const early = planOf(etcd, factsFrom(preflightFacts(etcd)));
  const late = planOf(etcd, laterFacts(preflightFacts(etcd)));

  test('runs nothing on a host that is not in the list of host commands', () => {
    for (const plan of [early, late]) {
      const unlisted = scripts(plan).flatMap(([where, script]) =>
        script.startsWith('known once')
          ? []
          : unlistedCommands(script, [...etcdHostCommands, ...okdHostCommands]).map(
              (what) => `${where}: ${what}`,
            ),
      );
      expect(unlisted).toEqual([]);
    }
  });

  test('says of every step that changes something exactly what, once its facts are known', () => {
    const vague = steps(late).filter(
      ({ kind, targets }) =>
        kind !== 'read' &&
        targets.some(({ lines }) =>
          lines.some((line) => line.startsWith('known once') || line.includes('is known when')),
        ),
    );
    expect(vague.map(({ id }) => id)).toEqual([]);
  });

  test('can be made from what check sees: who leads is all that it lacks', () => {
    const vague = steps(early).flatMap(({ id, targets }) =>
      targets.filter(({ lines }) => lines[0]?.startsWith('known once') === true).map(() => id),
    );
    expect(vague).toEqual(['stop-etcd/stop-followers', 'stop-etcd/stop-leader']);
  });

  test('joins every host but the first, and has no step for members that there aren’t', () => {
    const joining = steps(late).filter(
      ({ id, targets }) => /scale-up\/(configure|start)-\d/.test(id) && targets.length > 0,
    );
    expect(joining.flatMap(({ targets }) => targets.map((t) => t.target))).toEqual(
      Array.from({ length: etcd - 1 }, (_, n) => [`etcd${n + 2}`, `etcd${n + 2}`]).flat(),
    );
  });

  test('the point of no return is the start of the first master, at its cost', () => {
    expect(early.pointOfNoReturn?.step).toBe('start-masters/release-and-start');
    expect(early.pointOfNoReturn?.cost).toContain('api.example.com');
    expect(
      steps(early)
        .filter((step) => step.pointOfNoReturn)
        .map((step) => step.id),
    ).toEqual(['start-masters/release-and-start']);
  });
});

test('migrate stands in the plan once, on a work copy, and says that it happens at most once', () => {
  const lines = scripts(planOf(3, laterFacts(preflightFacts()))).flatMap(([where, script]) =>
    script.split('\n').map((line) => [where, line] as const),
  );
  const migrates = lines.filter(([, line]) => /^(?!#).*\betcdctl migrate\b/.test(line));
  expect(migrates).toEqual([
    ['migrate/run-migrate on etcd1', expect.stringContaining(`--data-dir /var/lib/etcd/pawl-${RUN}/copy-1`)],
  ]);
  expect(lines.map(([, line]) => line)).toContain(`# at most once in this run: migrate-${RUN}-copy-1`);
});

test('a separate WAL directory is set aside, copied, migrated and promoted with its member', () => {
  const seen = preflightFacts(1);
  const host = seen['preflight/etcd-hosts']?.['etcd1'];
  Object.assign(host?.['settings'] ?? {}, { walDir: '/srv/wal/etcd' });
  const plan = planOf(1, factsFrom(seen));
  const of = (id: string): string => scripts(plan).find(([where]) => where.startsWith(id))?.[1] ?? '';
  const [original, copy] = [`/srv/wal/pawl-${RUN}-original-wal`, `/srv/wal/pawl-${RUN}-copy-1-wal`];
  expect(of('back-up/members')).toContain('/srv/wal/etcd');
  expect(of('set-aside/originals')).toContain(original);
  expect(of('set-aside/copy')).toContain(copy);
  expect(of('migrate/run-migrate')).toContain(`--wal-dir ${copy}`);
  expect(of('migrate/promote')).toMatch(new RegExp(`${copy}[^]*/var/lib/etcd/pawl-${RUN}/copy-1/member`));
  const all = scripts(plan).flatMap(([, script]) =>
    script.startsWith('known once')
      ? []
      : unlistedCommands(script, [...etcdHostCommands, ...okdHostCommands]),
  );
  expect(all).toEqual([]);
});

test('every phase says its way back, and what it would be entered at', () => {
  for (const phase of planOf(3, factsFrom({})).phases) {
    expect(phase.wayBack).toMatch(/\.$/);
    if (phase.name !== 'preflight') expect(phase.rollbackAt).toBeDefined();
  }
});

test('nothing of an original is ever the target of a write', () => {
  const original = `/var/lib/etcd/pawl-${RUN}/original`;
  const written = scripts(planOf(3, laterFacts(preflightFacts())))
    .flatMap(([where, script]) => script.split('\n').map((line) => `${where}: ${line}`))
    .filter((line) =>
      new RegExp(`(>|of=|rm |chown |chmod |touch |sed -i|ln )\\S*\\s*['"]?${original}`).test(line),
    );
  expect(written).toEqual([]);
});

test('what users will notice is said with the sizes', () => {
  const seen = preflightFacts();
  const { keys, dataBytes, notices } = okdMigration.summary(choicesOf(), seen);
  expect([keys, dataBytes]).toEqual([3000, 30 * 1024 * 1024]);
  expect(notices.join(' ')).toMatch(/120 of 3000 keys have a TTL/);
  expect(okdMigration.summary(choicesOf(), {}).notices).toHaveLength(3);
});
