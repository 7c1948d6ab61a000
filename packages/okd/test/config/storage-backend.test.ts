import { spawnSync } from 'node:child_process';
import { editForV2, editForV3, isV3, upgradeGate } from '../../src/config/storage-backend';
import { fixture } from '../fixture';

const head = 'apiVersion: v1\nkubernetesMasterConfig:\n';
const tail = '  masterCount: 3 # three\nservingInfo:\n  bindAddress: 0.0.0.0:8443\n';
const twoKeys = [
  '    storage-backend:',
  '    - etcd3',
  '    storage-media-type:',
  '    - application/vnd.kubernetes.protobuf',
];
const lines = (...all: readonly string[]): string => all.map((line) => `${line}\n`).join('');

describe.each(['ha', 'single', 'embedded'])('%s.yaml as the installer leaves it', (name) => {
  const before = fixture(`master-config/${name}.yaml`);

  test('gains four lines or replaces one, and nothing else', () => {
    const edit = editForV3(before);
    const gone = edit.difference.filter((change) => change.sign === '-').map((change) => change.text);
    expect(gone).toEqual(name === 'embedded' ? ['  apiServerArguments: null'] : []);
    expect(edit.difference.filter((change) => change.sign === '+').map((change) => change.text)).toEqual([
      ...(name === 'embedded' ? ['  apiServerArguments:'] : []),
      ...twoKeys,
    ]);
    expect(edit.changed).toBe(true);
  });

  test('is v2 before, v3 after, and passes the upgrade’s gate only then', () => {
    const { text } = editForV3(before);
    expect([isV3(before), isV3(text)]).toEqual([false, true]);
    expect(upgradeGate(before)).toEqual({ backendIsEtcd3: false, installerFindsIt: false, passes: false });
    expect(upgradeGate(text)).toEqual({ backendIsEtcd3: true, installerFindsIt: true, passes: true });
  });

  test('a second edit changes nothing', () => {
    const { text, sha256After } = editForV3(before);
    expect(editForV3(text)).toEqual({
      text,
      sha256Before: sha256After,
      sha256After,
      changed: false,
      difference: [],
    });
  });

  test('the way back leaves no trace of the two keys', () => {
    const back = editForV2(editForV3(before).text);
    expect(isV3(back.text)).toBe(false);
    expect(back.text).toBe(before.replace('apiServerArguments: null', 'apiServerArguments:'));
  });
});

test.each([
  ['null with nothing behind it', '  apiServerArguments:\n', '  apiServerArguments:\n'],
  ['null with a blank behind it', '  apiServerArguments: \n', '  apiServerArguments: \n'],
  ['null with a comment', '  apiServerArguments: # none\n', '  apiServerArguments: # none\n'],
  ['null as a word', '  apiServerArguments: null # none\n', '  apiServerArguments: # none\n'],
  ['a tilde', '  apiServerArguments: ~\n', '  apiServerArguments:\n'],
  ['an empty mapping', '  apiServerArguments: {}\n', '  apiServerArguments:\n'],
  ['quoted keys', '  "apiServerArguments": {}\n', '  "apiServerArguments":\n'],
  ['no such key', '', '  apiServerArguments:\n'],
])('%s', (_, given, expected) => {
  // Where the key is missing it comes first in its section.
  expect(editForV3(head + given + tail).text).toBe(head + expected + lines(...twoKeys) + tail);
});

test('commented arguments below an empty key stay where they are', () => {
  const given = `${head}  apiServerArguments:\n    # event-ttl:\n    # - 2h\n${tail}`;
  expect(editForV3(given).text).toBe(
    `${head}  apiServerArguments:\n${lines(...twoKeys)}    # event-ttl:\n    # - 2h\n${tail}`,
  );
});

test.each([
  ['etcd2', '    storage-backend:\n    - etcd2\n'],
  ['an empty list', '    storage-backend: []\n'],
  ['null', '    storage-backend:\n'],
  ['flow style, which the installer would not find', '    storage-backend: [etcd3]\n'],
  ['two values', '    storage-backend:\n    - etcd3\n    - etcd2\n'],
  ['a text instead of a list', '    storage-backend: etcd3\n'],
  ['a blank behind the colon, which hides it from the installer', '    storage-backend: \n    - etcd3\n'],
  ['a list deeper in', '    storage-backend:\n        - etcd2\n'],
])('storage-backend with %s is replaced in its place', (_, given) => {
  const other = '    event-ttl:\n    - 2h\n';
  const edit = editForV3(
    `${head}  apiServerArguments:\n${other}${given}${other.replace('event', 'other')}${tail}`,
  );
  expect(edit.text).toBe(
    `${head}  apiServerArguments:\n${lines(...twoKeys.slice(2))}${other}${lines(...twoKeys.slice(0, 2))}${other.replace('event', 'other')}${tail}`,
  );
  expect(upgradeGate(edit.text).passes).toBe(true);
});

test('a list that is deeper in, and right, stays as it is', () => {
  const given = `${head}  apiServerArguments:\n    storage-backend:\n      - "etcd3"\n    storage-media-type:\n      - application/vnd.kubernetes.protobuf\n${tail}`;
  expect(editForV3(given).changed).toBe(false);
});

test('weird indentation is taken up', () => {
  const given =
    'kubernetesMasterConfig:\n      apiServerArguments:\n            event-ttl: [2h]\n      masterCount: 1\n';
  expect(editForV3(given).text).toBe(
    `kubernetesMasterConfig:\n      apiServerArguments:\n${lines(...twoKeys.map((line) => line.replace(/^ {4}/, '            ')))}            event-ttl: [2h]\n      masterCount: 1\n`,
  );
  const empty = 'kubernetesMasterConfig:\n    apiServerArguments:\n    masterCount: 1\n';
  expect(editForV3(empty).text).toContain(
    '    apiServerArguments:\n        storage-backend:\n        - etcd3\n',
  );
});

test('a flow mapping becomes block style with each argument’s own words', () => {
  const given = `${head}  apiServerArguments: {"event-ttl": ['2h'], runtime-config: [a=b, "c"], storage-backend: [etcd2]} # x\n${tail}`;
  expect(editForV3(given).text).toBe(
    `${head}  apiServerArguments: # x\n${lines(...twoKeys)}    "event-ttl": ['2h']\n    runtime-config: [a=b, "c"]\n${tail}`,
  );
  expect(editForV2(given).text).toBe(
    `${head}  apiServerArguments: # x\n    "event-ttl": ['2h']\n    runtime-config: [a=b, "c"]\n${tail}`,
  );
});

test('a flow mapping that says nothing about the two keys is not touched by the way back', () => {
  const given = `${head}  apiServerArguments: {event-ttl: [2h]}\n${tail}`;
  expect(editForV2(given).changed).toBe(false);
});

test('a document start, a byte-order mark and a missing last line end are kept', () => {
  const given = '\uFEFF---\nkubernetesMasterConfig:\n  masterCount: 1\n  apiServerArguments:';
  expect(editForV3(given).text).toBe(`${given}\n${twoKeys.join('\n')}`);
});

test.each([
  ['DOS line ends', 'kubernetesMasterConfig:\r\n  apiServerArguments:\r\n', 1],
  ['a tab as indentation', 'kubernetesMasterConfig:\n\tapiServerArguments:\n', 2],
  ['a key that stands twice', `${head}  apiServerArguments:\n  apiServerArguments:\n${tail}`, 4],
  ['an argument that stands twice', `${head}  apiServerArguments:\n    a: [b]\n    a: [c]\n${tail}`, 5],
  ['two documents', `${head}${tail}---\na: b\n`, 6],
  ['an alias for the arguments', `x: &x {a: [b]}\n${head}  apiServerArguments: *x\n${tail}`, 4],
  ['an anchor on the arguments', `${head}  apiServerArguments: &x\n    a: [b]\n${tail}y: *x\n`, 3],
  ['a merge key', `x: &x {a: [b]}\n${head}  apiServerArguments:\n    <<: *x\n${tail}`, 5],
  ['a merge key beside them', `x: &x {a: [b]}\n${head}  <<: *x\n${tail}`, 4],
  ['an alias that leads nowhere', `${head}  apiServerArguments: *nowhere\n${tail}`, 1],
  ['a flow mapping over several lines', `${head}  apiServerArguments: {a: [b],\n    c: [d]}\n${tail}`, 3],
  ['a list instead of a mapping', `${head}  apiServerArguments:\n  - a\n${tail}`, 3],
  [
    'a comment that would be lost',
    `${head}  apiServerArguments:\n    storage-backend: # why\n    - etcd2\n${tail}`,
    4,
  ],
  [
    'a comment behind the value',
    `${head}  apiServerArguments:\n    storage-backend:\n    - etcd2 # why\n${tail}`,
    4,
  ],
  ['no kubernetesMasterConfig', 'apiVersion: v1\n', 1],
  ['an empty kubernetesMasterConfig', 'a: b\nkubernetesMasterConfig:\n', 2],
  ['a flow kubernetesMasterConfig', 'a: b\nkubernetesMasterConfig: {apiServerArguments: null}\n', 2],
  ['JSON', '{"kubernetesMasterConfig": {"apiServerArguments": null}}\n', 1],
  ['a list at the top', '- a\n', 1],
  ['nothing', '', 1],
])('%s: refused, with the line', (_, text, line) => {
  expect(() => editForV3(text, 'm1:/etc/x.yaml')).toThrow(
    expect.objectContaining({ code: 'E_MASTER_CONFIG', where: `m1:/etc/x.yaml:${line}` }),
  );
});

test('no message quotes the file: it may hold passwords', () => {
  const text = `${fixture('master-config/ha.yaml')}oauthConfig:\n  bindPassword: s3cr3t-canary\n`;
  let said = '';
  try {
    editForV3(text);
  } catch (error) {
    said = JSON.stringify(error, Object.getOwnPropertyNames(error));
  }
  expect(said).toContain('E_MASTER_CONFIG');
  expect(said).not.toContain('s3cr3t-canary');
});

test('the installer’s own grep finds the edited file, and only that', () => {
  const found = (text: string): number | null =>
    spawnSync('grep', ['-Pzoq', 'storage-backend:\\n.*etcd3'], { input: text }).status;
  const before = fixture('master-config/ha.yaml');
  expect(found(before)).toBe(1);
  expect(found(editForV3(before).text)).toBe(0);
});
