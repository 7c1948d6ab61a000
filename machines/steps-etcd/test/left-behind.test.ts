import { factsFrom } from '@pawl/engine';
import type { ClusterChoices } from '../src/cluster-choices';
import { leftBehind } from '../src/left-behind';

const named = (names: readonly string[]): readonly { name: string }[] => names.map((name) => ({ name }));
const choices = {
  etcd: named(['etcd1', 'etcd2', 'etcd3']),
  masters: named(['master1', 'etcd3']),
} as unknown as ClusterChoices;

const HELD = /: fenced, and what the run had stopped there is held\.$/;
const ETCD = /it is not held: this run may have started etcd, .* Keep it off, or away from this network/;
const MASTER = /it is not held: this run may have started the masters’ units, /;
const BOTH = /may have started etcd, .*, and the masters’ units, /;

test.each<readonly [string, string, Readonly<Record<string, string>>, RegExp]>([
  ['a joiner before it was added', 'etcd2', { 'scale-up/configure-2': 'etcd2' }, HELD],
  ['a joiner that was added: it is started next', 'etcd2', { 'scale-up/add-2': 'etcd1' }, ETCD],
  ['the one after it', 'etcd3', { 'scale-up/add-2': 'etcd1' }, HELD],
  ['the first, forced', 'etcd1', { 're-form/start-forced': 'etcd1' }, HELD],
  [
    'the first, its forcing ended: it is started clean next',
    'etcd1',
    { 're-form/end-forced': 'etcd1' },
    ETCD,
  ],
  ['a master that was not edited', 'master1', { 'scale-up/add-3': 'etcd1' }, HELD],
  ['a master that was edited', 'master1', { 'reconfigure-masters/edit': 'master1' }, MASTER],
  [
    'a member beside a master',
    'etcd3',
    { 'scale-up/add-3': 'etcd1', 'reconfigure-masters/edit': 'etcd3' },
    BOTH,
  ],
])('%s', (_what, host, done, said) => {
  const facts = factsFrom(
    Object.fromEntries(Object.entries(done).map(([step, target]) => [step, { [target]: {} }])),
  );
  expect(leftBehind({ choices, facts }, host)).toMatch(said);
});
