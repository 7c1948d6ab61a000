import { okdRestore } from '@pawl/okd-etcd-restore-v2';
import { okdEtcdV2ToV3 } from '../src';

/** What comes before what, by the phases of the machine. Between two of them the engine has a barrier over all hosts. */
const inOrder = (phases: readonly { readonly name: string }[], wanted: readonly string[]): void => {
  const names = phases.map(({ name }) => name);
  expect(wanted.filter((name) => !names.includes(name))).toEqual([]);
  expect(wanted.toSorted((a, b) => names.indexOf(a) - names.indexOf(b))).toEqual(wanted);
};

test('no etcd data moves before every master is stopped and held, and every member is backed up', () => {
  inOrder(okdEtcdV2ToV3.spec.phases, [
    'prepare',
    'stop-masters',
    'stop-etcd',
    'back-up',
    'set-aside',
    'migrate',
  ]);
});

test('no joiner before v3 is proven, no master before that and the leases', () => {
  inOrder(okdEtcdV2ToV3.spec.phases, [
    're-form',
    'verify-v3',
    'scale-up',
    're-attach-ttls',
    'start-masters',
    'finish',
  ]);
});

test.each([
  ['the migration', okdEtcdV2ToV3.spec.rollback],
  ['a restore', okdRestore.machine.spec.rollback],
])(
  'the way back of %s: no original beside a forced member, no etcd before every original, no master before etcd',
  (_, back) => {
    inOrder(back, ['masters-down', 'etcd-down', 'force-gone', 'originals-back', 'etcd-back', 'masters-back']);
  },
);
