import { factsFrom, planSteps, type Facts } from '@pawl/engine';
import { okdEtcdV2ToV3, okdMigration, type TtlMode } from '../src';
import { leaseMode } from '../src/ttl-mode';
import { choicesOf, preflightFacts, RUN } from './helpers/a-cluster';

const seen = factsFrom(preflightFacts());
const asked = (ttl: TtlMode, facts: Facts = seen) => ({ choices: { ...choicesOf(), ttl }, facts });
const attachLines = (ttl: TtlMode, facts = seen): readonly string[] =>
  planSteps(okdEtcdV2ToV3, { ...asked(ttl, facts), run: RUN, said: { dead: [], remove: [] } })
    .phases.flatMap(({ steps }) => steps)
    .find(({ id }) => id === 're-attach-ttls/attach')?.targets[0]?.lines ?? [];

test('remaining needs no configuration', () => {
  expect(leaseMode(asked('remaining', factsFrom({})))).toEqual({ kind: 'remaining' });
  expect(attachLines('remaining')[0]).toMatch(/^# --ttl remaining: every key .* keeps what it has left$/);
});

test('documented: the durations of the published procedure', () => {
  expect(leaseMode(asked('documented'))).toEqual({
    kind: 'durations',
    secondsByPrefix: {
      '/kubernetes.io/events': 3600,
      '/kubernetes.io/masterleases': 10,
      '/openshift.io/oauth/accesstokens': 86_400,
      '/openshift.io/oauth/authorizetokens': 500,
      '/openshift.io/leases/controllers': 10,
    },
  });
});

test('configured: those of the first master; where it says that keys don’t expire, they keep what they have', () => {
  const facts = preflightFacts();
  Object.assign(facts['preflight/masters']?.['master2'] ?? {}, { config: null });
  expect(leaseMode(asked('configured', factsFrom(facts)))).toEqual({
    kind: 'durations',
    secondsByPrefix: {
      '/kubernetes.io/events': 7200,
      '/kubernetes.io/masterleases': 15,
      '/openshift.io/oauth/authorizetokens': 300,
      '/openshift.io/leases/controllers': 30,
    },
  });
  const lines = attachLines('configured').filter((line) => line.startsWith('# --ttl'));
  expect(lines).toHaveLength(6);
  expect(lines[0]).toBe(
    '# --ttl configured: /kubernetes.io/events 7200 s from then on (kubernetesMasterConfig.apiServerArguments.event-ttl of master1)',
  );
  expect(lines[2]).toContain('/openshift.io/oauth/accesstokens keeps what it has left');
  expect(lines[5]).toContain('every other key');
});

test('prefixes are those of the configuration', () => {
  const facts = preflightFacts();
  Object.assign(facts['preflight/masters']?.['master1']?.['config'] ?? {}, {
    prefixes: { kubernetes: '/k', openshift: '/o' },
  });
  expect(
    Object.keys(
      (leaseMode(asked('documented', factsFrom(facts))) as { secondsByPrefix: object }).secondsByPrefix,
    ),
  ).toEqual([
    '/k/events',
    '/k/masterleases',
    '/o/oauth/accesstokens',
    '/o/oauth/authorizetokens',
    '/o/leases/controllers',
  ]);
});

test('a plan beside the refusal of a master whose configuration can’t be read says so', () => {
  const facts = preflightFacts();
  Object.assign(facts['preflight/masters']?.['master1'] ?? {}, { config: null });
  expect(attachLines('documented', factsFrom(facts))).toEqual(['known once preflight/masters has run']);
});

test.each(['remaining', 'documented', 'configured'] as const)('what users are told of --ttl %s', (ttl) => {
  const { notices } = okdMigration.summary({ ...choicesOf(), ttl }, preflightFacts());
  expect(notices.at(-1)).toMatch(/^120 of 3000 keys have a TTL .*: .*had left/);
});
