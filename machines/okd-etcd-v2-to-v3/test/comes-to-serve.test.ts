import { factsFrom } from '@pawl/engine';
import { comesToServe } from '@pawl/steps-etcd';
import { choicesOf, preflightFacts, RUN } from './helpers/a-cluster';
import { fakeHands } from '../../../test/machines/fake-hands';

/** @param starts of the API, look after look, in microseconds since boot; the last one stays */
async function watch(
  starts: readonly number[],
  readyAt: number,
): Promise<{ readonly ready: boolean; readonly said: string; readonly told: readonly string[] }> {
  let looks = 0;
  const told: string[] = [];
  const hands = fakeHands({
    read: (_, argv) =>
      argv[0] === 'systemctl'
        ? `Id=origin-master-api.service\nExecMainStartTimestampMonotonic=${starts[Math.min(looks, starts.length) - 1]}\n`
        : '',
  });
  const task = {
    run: RUN,
    choices: choicesOf(),
    facts: factsFrom(preflightFacts()),
    target: 'master1',
    hands,
    intent: { id: 'x', run: RUN, seq: 1, phase: 'p', step: 's', target: 'master1', attempt: 1 },
    signal: new AbortController().signal,
    progress: (said: string) => told.push(said),
  };
  const seen = await comesToServe(task, () => {
    looks += 1;
    return Promise.resolve({
      ready: looks >= readyAt,
      said: looks >= readyAt ? 'ok' : `answers ${Math.min(looks, 2)}`,
    });
  });
  return { ...seen, told };
}

test('waited for while it is on its way up, and told of; a first start that fails is usual', async () => {
  expect(await watch([1, 2], 4)).toEqual({
    ...{ ready: true, said: 'ok' },
    told: ['answers 1', 'answers 2'],
  });
});

test('not waited for where it ends again and again', async () => {
  const { ready, said } = await watch([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 20);
  expect([ready, said]).toEqual([false, expect.stringMatching(/^answers 2; .*api.* ends again and again$/)]);
});
