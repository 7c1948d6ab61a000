import { proveEdit } from '../../src/config/proven-edit';
import { fixture } from '../fixture';

const wanted = new Map([['storage-backend', 'etcd3']]);
const before = fixture('master-config/ha.yaml');
const head = '  apiServerArguments: \n';
const right = before.replace(head, `${head}    storage-backend:\n    - etcd3\n`);

test('the right edit is proven, and its lines are told', () => {
  expect(proveEdit(before, right, wanted, 'x.yaml').map(({ sign, text }) => sign + text)).toEqual([
    '+    storage-backend:',
    '+    - etcd3',
  ]);
});

test.each([
  ['another value changed', right.replace('masterCount: 3', 'masterCount: 4'), /changed its meaning/],
  ['another argument lost', right.replace('    event-ttl:\n    - 48h0m0s\n', ''), /changed its meaning/],
  ['a section lost', right.replace(/volumeConfig:[\s\S]*/, ''), /changed its meaning/],
  ['the argument left out', before, /storage-backend would not be etcd3/],
  ['another value for it', right.replace('- etcd3', '- etcd2'), /storage-backend would not be etcd3/],
  ['a text for the list', right.replace(':\n    - etcd3', ': etcd3'), /storage-backend would not be etcd3/],
  ['a comment lost', right.replace('      # - apis/batch/v2alpha1=true\n', ''), /a comment would be lost/],
  ['a comment changed', right.replace('two days', '2 days'), /a comment would be lost/],
  ['quotes changed elsewhere', right.replace('"s0:/2"', "'s0:/2'"), /outside kubernetesMasterConfig/],
  [
    'a blank line elsewhere',
    right.replace('kind: MasterConfig\n', 'kind: MasterConfig\n\n'),
    /outside kubernetesMasterConfig/,
  ],
  [
    'a list elsewhere indented',
    right.replace('apiLevels:\n- v1', 'apiLevels:\n  - v1'),
    /outside kubernetesMasterConfig/,
  ],
])('%s is not', (_, after, why) => {
  expect(() => proveEdit(before, after, wanted, 'x.yaml')).toThrow(why);
});

test('no message quotes what changed: it may be a password', () => {
  const after = right.replace('s3cr3t-canary', 's3cr3t-canary2');
  let said = '';
  try {
    proveEdit(before, after, wanted, 'x.yaml');
  } catch (error) {
    said = JSON.stringify(error, Object.getOwnPropertyNames(error));
  }
  expect(said).toMatch(/changed its meaning/);
  expect(said).not.toContain('canary');
});
