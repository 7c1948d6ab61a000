import type { Fleet, Session } from '@pawl/engine';
import { fleetPerRun } from '../src';
import { aSession } from './a-session';

/** Writes down who is asked what. */
function recording(calls: string[]): (session: Session) => Fleet<string, string> {
  return ({ run, claim }) => {
    const name = `${run}:${claim.claim}`;
    calls.push(`open ${name}`);
    return {
      attach: async () => {
        calls.push(`attach ${name}`);
        if (claim.claim === 'refused') throw new Error('unreachable');
        return [];
      },
      reading: () => `reading ${name}`,
      working: () => `working ${name}`,
      detach: async () => void calls.push(`detach ${name}`),
    };
  };
}

test('each session has a fleet of its own, opened once and let go once', async () => {
  const calls: string[] = [];
  const fleet = fleetPerRun(recording(calls));
  const [a, b] = [aSession({ claim: 'a' }), aSession({ claim: 'b' })];
  await Promise.all([fleet.attach(a), fleet.attach(b)]);
  const intent = { id: 'i', run: a.run, seq: 1, phase: 'p', step: 's', target: '-', attempt: 1 };
  expect([fleet.reading(a, intent), fleet.working(b, intent, 'm')]).toEqual([
    `reading ${a.run}:a`,
    `working ${b.run}:b`,
  ]);
  await fleet.detach(a);
  await fleet.detach(b);
  await fleet.detach(b);
  expect(calls.filter((call) => !call.startsWith('attach'))).toEqual([
    ...['a', 'b'].map((claim) => `open ${a.run}:${claim}`),
    ...['a', 'b'].map((claim) => `detach ${a.run}:${claim}`),
  ]);
});

test('one that can’t be attached is let go all the same', async () => {
  const calls: string[] = [];
  const fleet = fleetPerRun(recording(calls));
  const session = aSession({ claim: 'refused' });
  await expect(fleet.attach(session)).rejects.toThrow('unreachable');
  await fleet.detach(session);
  expect(calls.at(-1)).toBe(`detach ${session.run}:refused`);
});
