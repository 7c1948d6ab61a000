import fc from 'fast-check';
import {
  assignments,
  editEtcdConf,
  removeForceFromConf,
  initialCluster,
  joinerConf,
  parseEnvFile,
} from '../../src';

const OKD = `# [member]
ETCD_NAME=etcd1.example
ETCD_DATA_DIR=/var/lib/etcd/
#ETCD_WAL_DIR=""
ETCD_INITIAL_CLUSTER=etcd1.example=https://198.18.1.1:2380,etcd2.example=https://198.18.1.2:2380
ETCD_INITIAL_CLUSTER_STATE=new
# [security]
ETCD_CERT_FILE="/etc/etcd/server.crt"
`;

test.each([
  ['A=b', { A: 'b' }],
  ['A="b c"', { A: 'b c' }],
  ["A='b $x \\'", { A: 'b $x \\' }],
  ['A=b c  ', { A: 'b c' }],
  ['A=" b "  ', { A: ' b ' }],
  ['  A = b', { A: 'b' }],
  ['# A=b\n; B=c\nC=d', { C: 'd' }],
  ['# comment \\\nA=b\nB=c', { B: 'c' }],
  ['A=b#c', { A: 'b#c' }],
  ['A=b\nA=c', { A: 'c' }],
  ['A=b\\\nc', { A: 'bc' }],
  ['A="b\nc"', { A: 'b\nc' }],
  ['A="b\\"c"', { A: 'b"c' }],
  ['A="b\\nc"', { A: 'b\\nc' }],
  ['A=b\\ ', { A: 'b ' }],
  ['A=a\'b\'"c"', { A: 'abc' }],
  ['A=', { A: '' }],
  ['A=b\r\nC=d\r\n', { A: 'b', C: 'd' }],
  ['no assignment\nA=b', { A: 'b' }],
  ['export A=b', {}],
  ['', {}],
])('%j', (text, expected) => {
  expect(Object.fromEntries(parseEnvFile(text))).toEqual(expected);
});

test('what the editor writes reads back, and everything else stays as it was', () => {
  const name = fc.constantFrom('A', 'ETCD_NAME', 'ETCD_X');
  const value = fc.stringMatching(/^[A-Za-z0-9 _.,:/=@+#;-]*$/);
  const line = fc.oneof(
    fc.stringMatching(/^# [a-zA-Z"' =]*$/),
    fc.constant(''),
    fc
      .tuple(fc.constantFrom('A', 'B', 'ETCD_NAME'), fc.constantFrom('x', '"x y"', "'q'", 'x\\\ny'))
      .map(([key, raw]) => `${key}=${raw}`),
  );
  fc.assert(
    fc.property(fc.array(line), name, value, fc.boolean(), (lines, key, wanted, ended) => {
      const text = lines.join('\n') + (ended ? '\n' : '');
      const edited = editEtcdConf(text, { [key]: wanted });
      const before = new Map(parseEnvFile(text));
      before.set(key, wanted);
      expect(new Map(parseEnvFile(edited))).toEqual(before);
      expect(edited.split('\n').filter((kept) => kept.startsWith('#'))).toEqual(
        text.split('\n').filter((kept) => kept.startsWith('#')),
      );
      expect(assignments(edited).filter((assignment) => assignment.name === key)).toHaveLength(1);
      expect(editEtcdConf(edited, { [key]: wanted })).toBe(edited);
    }),
  );
});

test('a value that no environment file can hold is refused', () => {
  for (const value of ['a"b', 'a\nb', 'a$b', 'a\\b'])
    expect(() => editEtcdConf('', { A: value })).toThrow(/holds a quote/);
});

test('a joiner lists exactly the present members and itself, comments and order kept', () => {
  const conf = joinerConf(OKD, {
    memberName: 'etcd1.example',
    peerUrl: 'https://198.18.1.1:2380',
    present: [{ name: 'etcd3.example', peerUrls: ['https://198.18.1.3:2380'] }],
  });
  expect(conf).toBe(
    OKD.replace(
      /ETCD_INITIAL_CLUSTER=.*/,
      'ETCD_INITIAL_CLUSTER=etcd3.example=https://198.18.1.3:2380,etcd1.example=https://198.18.1.1:2380',
    ).replace('STATE=new', 'STATE=existing'),
  );
});

test('it may be there already, added and not started; another one unstarted is refused', () => {
  const joiner = { memberName: 'm2', peerUrl: 'https://b:2380' };
  const m1 = { name: 'm1', peerUrls: ['https://a:2380'] };
  expect(initialCluster({ ...joiner, present: [m1, { name: '', peerUrls: ['https://b:2380'] }] })).toBe(
    'm1=https://a:2380,m2=https://b:2380',
  );
  expect(() =>
    initialCluster({ ...joiner, present: [m1, { name: '', peerUrls: ['https://c:2380'] }] }),
  ).toThrow(expect.objectContaining({ code: 'E_ETCD_REFUSED' }));
  expect(() => joinerConf('ETCD_NAME=m9\n', { ...joiner, present: [m1] })).toThrow(/ETCD_NAME is m9/);
});

test.each([
  [
    '# comment\nETCD_NAME=m1\nETCD_FORCE_NEW_CLUSTER=true\n#[cluster]\n',
    '# comment\nETCD_NAME=m1\n#[cluster]\n',
  ],
  ['ETCD_FORCE_NEW_CLUSTER=true\nA=1\n ETCD_FORCE_NEW_CLUSTER = "true"', 'A=1\n'],
  ['A=1\nETCD_FORCE_NEW_CLUSTER=tr\\\nue\nB=2\n', 'A=1\nB=2\n'],
  [
    '#ETCD_FORCE_NEW_CLUSTER=true\nA="ETCD_FORCE_NEW_CLUSTER=true"\n',
    '#ETCD_FORCE_NEW_CLUSTER=true\nA="ETCD_FORCE_NEW_CLUSTER=true"\n',
  ],
  ['', ''],
])('force-new-cluster goes, everything else stays: %j', (text, expected) => {
  expect(removeForceFromConf(text)).toBe(expected);
});
