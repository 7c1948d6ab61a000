import { differencesOf } from '../src/same-cluster';

const host = (name: string, address = `198.18.0.${name.slice(-1)}`, port = 22) => ({
  name,
  address,
  port,
  user: 'root',
});
const recorded = {
  clusterName: 'c',
  etcd: [host('etcd1'), host('etcd2')],
  masters: [host('master3')],
  ttl: 'remaining',
};

test('the same hosts are the same, whoever logs in and whatever else was chosen', () => {
  const fresh = { ...recorded, ttl: 'other', etcd: recorded.etcd.map((h) => ({ ...h, user: 'op' })) };
  expect(differencesOf(recorded, fresh)).toEqual([]);
});

test.each([
  ['a host less', { ...recorded, etcd: [host('etcd1')] }, ['etcd: etcd2 is gone']],
  ['a host more', { ...recorded, masters: [host('master3'), host('master4')] }, ['masters: master4 is new']],
  ['a role less', { ...recorded, masters: [] }, ['masters: master3 is gone']],
  [
    'another address',
    { ...recorded, etcd: [host('etcd1'), host('etcd2', '198.18.0.9')] },
    ['etcd: etcd2 was at 198.18.0.2, is at 198.18.0.9'],
  ],
  [
    'another port',
    { ...recorded, etcd: [host('etcd1'), host('etcd2', '198.18.0.2', 2222)] },
    ['etcd: etcd2 was at 198.18.0.2, is at 198.18.0.2:2222'],
  ],
  [
    'another order: the first one migrates',
    { ...recorded, etcd: [host('etcd2'), host('etcd1')] },
    ['etcd: the order was etcd1, etcd2, is etcd2, etcd1'],
  ],
])('%s is told', (_, fresh, differences) => expect(differencesOf(recorded, fresh)).toEqual(differences));
