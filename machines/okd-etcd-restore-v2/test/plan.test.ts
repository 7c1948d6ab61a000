import { factsFrom, planSteps, type Facts, type StepPlan } from '@pawl/engine';
import { etcdHostCommands } from '@pawl/etcd';
import { unlistedCommands } from '@pawl/hosts';
import { okdHostCommands } from '@pawl/okd';
import { okdEtcdRestoreV2, okdRestore } from '../src';
import { choicesOf } from './helpers/choices-of';
import { factsOf, laterFacts, RUN } from './helpers/facts-of';

const planOf = (etcd: number, facts: Facts): StepPlan =>
  planSteps(okdEtcdRestoreV2, { run: RUN, choices: choicesOf(etcd), facts });
const scripts = (plan: StepPlan): readonly (readonly [string, string])[] =>
  [...plan.phases, ...plan.rollback, ...plan.cleanup].flatMap(({ steps }) =>
    steps.flatMap(({ id, targets }) =>
      targets.map(({ target, lines }) => [`${id} on ${target}`, lines.join('\n')] as const),
    ),
  );

describe.each([1, 3, 5])('the plan for %d etcd hosts', (etcd) => {
  const plan = planOf(etcd, factsFrom(laterFacts(factsOf(etcd))));

  test('runs nothing on a host that is not in the list of host commands', () => {
    const listed = [...etcdHostCommands, ...okdHostCommands];
    expect(
      scripts(plan).flatMap(([where, script]) =>
        unlistedCommands(script, listed).map((what) => `${where}: ${what}`),
      ),
    ).toEqual([]);
  });

  test('says of every step exactly what', () => {
    const vague = scripts(plan).filter(([, text]) => /known once|is known when/.test(text));
    expect(vague.map(([where]) => where)).toEqual([]);
  });

  test('joins every other host once', () => {
    const added = scripts(plan).filter(([where]) => where.startsWith('scale-up/add-'));
    expect(added).toHaveLength(etcd - 1);
  });
});

test('migrate is in no line of it', () => {
  expect(JSON.stringify(planOf(3, factsFrom(laterFacts(factsOf()))))).not.toMatch(/etcdctl[^"]* migrate/);
});

test('nothing of what stood there is deleted: every rm is of what the run made', () => {
  const removed = scripts(planOf(3, factsFrom(laterFacts(factsOf())))).flatMap(([where, text]) =>
    [...text.matchAll(/^\s*rm -rf? (.*)$/gm)].map(([, what]) => `${where}: ${what ?? ''}`),
  );
  expect(removed.length).toBeGreaterThan(0);
  expect(removed.filter((line) => /\/var\/lib\/etcd(?!\/pawl-restore-20261124-1)/.test(line))).toEqual([]);
});

test('the summary tells what it costs', () => {
  const { notices } = okdRestore.summary({ ...choicesOf() }, factsOf());
  expect(notices.join('\n')).toContain('12 of them written since');
});
