import type { ExecEvent } from '@pawl/lab';
import { brokenRules } from './broken-rules';

const MASTERS = 'master1 systemctl stop origin-master-api.service';
const DOWN = ['etcd1 systemctl stop etcd.service', 'etcd2 systemctl stop etcd.service'];
const ASIDE = 'mv -nT /var/lib/etcd/member /var/lib/etcd/pawl-R/original/member';
const BACK = 'mv -nT /var/lib/etcd/pawl-R/original/member /var/lib/etcd/member';
const START = 'systemctl --no-block start etcd.service';
const BACKUP = 'mv -nT /var/lib/etcd/pawl-R/backup.part /var/lib/etcd/pawl-R/backup';
const ADD = 'etcd1 etcdctl --endpoints https://198.18.1.11:2379 member add';
const MIGRATE = 'etcd1 etcdctl migrate --data-dir /var/lib/etcd/pawl-R/copy-1';
const SAVED = [...DOWN, `etcd1 ${BACKUP}`, `etcd2 ${BACKUP}`];
const THERE = [MASTERS, ...SAVED, `etcd1 ${ASIDE}`, `etcd2 ${ASIDE}`, MIGRATE, `etcd1 ${START}`];
const FORCE = [
  'mv -fT /run/pawl/force-new-cluster.env.new /run/pawl/force-new-cluster.env',
  'mv -fT /run/systemd/system/etcd.service.d/.99-pawl-force.new /run/systemd/system/etcd.service.d/99-pawl-force.conf',
].map((line) => `etcd1 ${line}`);
const FORCE_GOES =
  'etcd1 rm -f /run/systemd/system/etcd.service.d/99-pawl-force.conf /run/pawl/force-new-cluster.env /run/pawl/force-new-cluster.env.new';
const FORCED = [...THERE.slice(0, -1), ...FORCE, THERE.at(-1), 'etcd1 /usr/bin/etcd'];

test.each([
  [
    'there and back',
    [...THERE, DOWN[0], `etcd1 ${BACK}`, `etcd2 ${BACK}`, `etcd1 ${START}`, `etcd2 ${START}`],
    [],
  ],
  ['masters up', [...SAVED, `etcd1 ${ASIDE}`], [/moved while masters were up/]],
  [
    'masters started too early',
    [...THERE, MASTERS.replace('stop', 'start'), DOWN[0], `etcd1 ${BACK}`],
    [/while masters were up: master1/],
  ],
  [
    'etcd up while its data moves',
    [MASTERS, `etcd1 ${BACKUP}`, `etcd1 ${ASIDE}`],
    [/etcd1: .* while etcd was up/],
  ],
  [
    'one set aside of which there is no backup',
    [MASTERS, ...DOWN, `etcd1 ${BACKUP}`, `etcd1 ${ASIDE}`, `etcd2 ${ASIDE}`],
    [/^etcd2: .* no backup/],
  ],
  [
    'two joining at a time',
    [...THERE, `${ADD} etcd2.lab`, `${ADD} etcd2.lab`, `${ADD} etcd3.lab`],
    [/^etcd3 was added while etcd2/],
  ],
  ['one joining after the other', [...THERE, `${ADD} etcd2.lab`, `etcd2 ${START}`, `${ADD} etcd3.lab`], []],
  [
    'deleted what is only ever moved',
    [
      'etcd1 rm -rf /var/lib/etcd/pawl-R/copy-1/member.part',
      'etcd1 rm -rf /var/lib/etcd/pawl-R/backup.part',
      'etcd1 rm -rf /var/lib/etcd/pawl-R/original/member',
      'etcd2 rm -rf /var/lib/etcd/member',
    ],
    [/^etcd1: .*original.member was deleted/, /^etcd2: .*member was deleted/],
  ],
  [
    'an original put back beside one that runs anew',
    [...THERE, `etcd2 ${BACK}`],
    [/etcd2: the original was put back while etcd was up on etcd1/],
  ],
  [
    'an original started beside one that runs anew',
    [MASTERS, ...SAVED, `etcd1 ${ASIDE}`, `etcd1 ${START}`, `etcd2 ${START}`],
    [/etcd2 was started on its original beside etcd1/],
  ],
  ['etcd that comes up by itself', [...THERE.slice(0, 3), 'etcd2 /usr/bin/etcd'], [/etcd2: etcd came up/]],
  [
    'etcd that was released, on a host that is booted',
    [
      ...THERE.slice(0, 3),
      'etcd2 rm -f /etc/systemd/system/etcd.service.d/00-pawl-hold.conf /etc/systemd/system/etcd.service.d/.00-pawl-hold.conf.new',
      'etcd2 /usr/bin/etcd',
    ],
    [],
  ],
  ['etcd that was started', [...THERE, 'etcd1 /usr/bin/etcd'], []],
  [
    'a master that comes up by itself',
    [MASTERS, 'master1 /usr/bin/openshift start master api --config=x'],
    [/master1: api came up/],
  ],
  [
    'forced once, and then never again',
    [...FORCED, ...[FORCE_GOES, DOWN[0], `etcd1 ${START}`, 'etcd1 /usr/bin/etcd', `${ADD} etcd2.lab`]],
    [],
  ],
  [
    'forced, and the host was booted before its start',
    [...THERE.slice(0, -1), ...FORCE, 'etcd1 /usr/lib/systemd/systemd', ...FORCE, ...FORCED.slice(-2)],
    [],
  ],
  [
    'forced twice',
    [...FORCED, DOWN[0], `etcd1 ${START}`, 'etcd1 /usr/bin/etcd'],
    [/etcd1: etcd was started twice with the same forcing/],
  ],
  [
    'forced by what is left of it',
    [...THERE.slice(0, -1), FORCE[1], ...FORCED.slice(-2), `${ADD} etcd2.lab`],
    [/^etcd2 was added while etcd1 was made to force/],
  ],
  ['a member added while one is forced', [...FORCED, `${ADD} etcd2.lab`], [/^etcd2 was added while etcd1/]],
  [
    'an original put back while one is forced',
    [...FORCED, DOWN[0], `etcd2 ${BACK}`],
    [/^etcd2: the original was put back while etcd1/],
  ],
  [
    'a master started while one is forced',
    [...FORCED, MASTERS.replace('stop', 'start')],
    [/^master1: origin-master-api.service was started while etcd1/],
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
  const broken = brokenRules(events, { etcd: ['etcd1', 'etcd2'], fromStart: true });
  expect(broken).toEqual(expected.map((pattern) => expect.stringMatching(pattern) as unknown));
});
