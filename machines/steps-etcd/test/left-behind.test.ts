import { factsFrom, NO_TARGET } from '@pawl/engine';
import type { ClusterChoices } from '../src/cluster-choices';
import { leftBehind } from '../src/left-behind';

const named = (names: readonly string[]): readonly { name: string }[] => names.map((name) => ({ name }));
const choices = {
  etcd: named(['etcd1', 'etcd2', 'etcd3']),
  masters: named(['master1', 'etcd3']),
} as unknown as ClusterChoices;

const UNTOUCHED = /: nothing was changed there/;
const HELD = /: fenced, and what the run had stopped there is held\.$/;
const ETCD = /it is not held: this run may have started etcd, .* Keep it off, or away from this network/;
const MASTER = /it is not held: this run may have started the masters’ units, /;
const BOTH = /may have started etcd, .*, and the masters’ units, /;
const BACK = /: what stood there before this run is in its place again;/;

const fences = { 'prepare/plant-fences': NO_TARGET };
const [promoted, edited] = [{ 'put/promote': 'etcd1' }, { 'reconfigure-masters/edit': 'etcd3' }];
const [second, third] = [{ 'scale-up/add-2': 'etcd1' }, { 'scale-up/add-3': 'etcd1' }];

test.each<readonly [string, string, Readonly<Record<string, string>>, RegExp]>([
  ['before fences stood', 'etcd2', {}, UNTOUCHED],
  ['a joiner before it was added', 'etcd2', { ...fences, 'scale-up/configure-2': 'etcd2' }, HELD],
  ['a joiner that was added: it is started next', 'etcd2', { ...fences, ...second }, ETCD],
  ['the one after it', 'etcd3', { ...fences, ...second }, HELD],
  ['the first before its copy is in place', 'etcd1', { ...fences, 'set-aside/copy': 'etcd1' }, HELD],
  ['the first, that is started next, forced', 'etcd1', { ...fences, ...promoted }, ETCD],
  ['a master that was not edited', 'master1', { ...fences, ...third }, HELD],
  ['a master that was edited', 'master1', { ...fences, 'reconfigure-masters/edit': 'master1' }, MASTER],
  ['a member beside a master', 'etcd3', { ...fences, ...third, ...edited }, BOTH],
  [
    'stopped again by the way back',
    'etcd3',
    {
      ...{ ...fences, ...third, ...edited },
      ...{ 'etcd-down/stop-and-hold': 'etcd3', 'masters-down/stop-and-hold': 'etcd3' },
    },
    HELD,
  ],
  [
    'lost when its own was back',
    'etcd2',
    { ...fences, ...second, 'etcd-down/stop-and-hold': 'etcd2', 'files-back/restore-files': 'etcd2' },
    BACK,
  ],
])('%s', (_what, host, done, said) => {
  const facts = factsFrom(
    Object.fromEntries(Object.entries(done).map(([step, target]) => [step, { [target]: {} }])),
  );
  expect(leftBehind({ choices, facts }, host, 'put/promote')).toMatch(said);
});
