import type { ExecEvent } from '@pawl/lab';
import { brokenRules } from './broken-rules';

const MASTERS = 'master1 systemctl stop origin-master-api.service';
const DOWN = ['etcd1 systemctl stop etcd.service', 'etcd2 systemctl stop etcd.service'];
const ASIDE = 'mv -nT /var/lib/etcd/member /var/lib/etcd/pawl-R/original/member';
const BACK = 'mv -nT /var/lib/etcd/pawl-R/original/member /var/lib/etcd/member';
const START = 'systemctl --no-block start etcd.service';
const MIGRATE = 'etcd1 etcdctl migrate --data-dir /var/lib/etcd/pawl-R/copy-1';
const THERE = [MASTERS, ...DOWN, `etcd1 ${ASIDE}`, `etcd2 ${ASIDE}`, MIGRATE, `etcd1 ${START}`];

test.each([
  [
    'there and back',
    [...THERE, DOWN[0], `etcd1 ${BACK}`, `etcd2 ${BACK}`, `etcd1 ${START}`, `etcd2 ${START}`],
    [],
  ],
  ['masters up', [...DOWN, `etcd1 ${ASIDE}`], [/moved while masters were up/]],
  [
    'masters started too early',
    [...THERE, MASTERS.replace('stop', 'start'), DOWN[0], `etcd1 ${BACK}`],
    [/while masters were up: master1/],
  ],
  ['etcd up while its data moves', [MASTERS, `etcd1 ${ASIDE}`], [/etcd1: .* while etcd was up/]],
  [
    'an original put back beside one that runs anew',
    [...THERE, `etcd2 ${BACK}`],
    [/etcd2: the original was put back while etcd was up on etcd1/],
  ],
  [
    'an original started beside one that runs anew',
    [MASTERS, ...DOWN, `etcd1 ${ASIDE}`, `etcd1 ${START}`, `etcd2 ${START}`],
    [/etcd2 was started on its original beside etcd1/],
  ],
  ['migrate twice', [...THERE, MIGRATE], [/copy-1 twice/]],
  [
    'migrate on the unit’s own data',
    ['etcd1 etcdctl migrate --data-dir /var/lib/etcd'],
    [/was given \/var\/lib\/etcd$/],
  ],
])('%s', (_name, lines, expected) => {
  const events = lines.map((line = ''): ExecEvent => {
    const at = line.indexOf(' ');
    return { time: 0, pid: 1, host: line.slice(0, at), argv: line.slice(at + 1) };
  });
  const broken = brokenRules(events, { etcd: ['etcd1', 'etcd2'] });
  expect(broken).toEqual(expected.map((pattern) => expect.stringMatching(pattern) as unknown));
});
