import { HostTracker } from '../src/observer/host-tracker';
import { parseForkstat } from '../src/observer/parse-forkstat';

test.each([
  [
    '13:23:53 fork  15615 parent          bash /dev/fd/3 ',
    { kind: 'parent', pid: 15615, argv: 'bash /dev/fd/3' },
  ],
  ['13:23:53 fork  15622 child           bash -c x ', { kind: 'child', pid: 15622 }],
  [
    '13:23:53 exec  15622                 /bin/true arg2 sp ace ',
    { kind: 'exec', pid: 15622, argv: '/bin/true arg2 sp ace' },
  ],
  ['13:23:53 exec 4015622                 child ', { kind: 'exec', pid: 4015622, argv: 'child' }],
  ['13:23:53 recv ----- nobufs             (No buffer space available)', { kind: 'lost' }],
  ['Time     Event   PID Info   Duration Process', undefined],
])('%s', (line, event) => {
  expect(parseForkstat(line)).toEqual(event);
});

/** Processes as /proc would show them: pid → cgroup path. */
function tracker(cgroups: Record<number, string>) {
  const made = new HostTracker('demo', {
    cgroup: (pid) => (cgroups[pid] === undefined ? '' : `1:name=systemd:/other\n0::${cgroups[pid]}\n`),
    argv: () => '',
  });
  return (...lines: string[]) => lines.map((line) => made.see(parseForkstat(line)!)).at(-1);
}
const fork = (parent: number, child: number, argv = 'bash') => [
  `13:23:53 fork ${String(parent).padStart(6)} parent          ${argv} `,
  `13:23:53 fork ${String(child).padStart(6)} child           ${argv} `,
];
const exec = (pid: number, argv: string) =>
  `13:23:53 exec ${String(pid).padStart(6)}                 ${argv} `;
const etcd1 = '/pawl-lab-demo/etcd1/payload/init.scope';

test('a process that is gone already runs where its parent ran', () => {
  const see = tracker({ 10: etcd1 });
  expect(see(...fork(10, 11), exec(11, 'etcdctl migrate'))).toEqual({
    host: 'etcd1',
    pid: 11,
    argv: 'etcdctl migrate',
  });
});

test('a program that another has become counts once, however late its arguments are read', () => {
  const see = tracker({ 10: etcd1 });
  const grant = exec(11, 'etcdctl lease grant 60');
  expect(see(...fork(10, 11), grant)).toMatchObject({ pid: 11 });
  expect(see(grant)).toBeUndefined();
  expect(see(...fork(10, 11), grant)).toMatchObject({ pid: 11 });
});

test('the first process of a machine is known by its cgroup', () => {
  expect(tracker({ 10: etcd1 })(exec(10, 'systemd'))).toEqual({ host: 'etcd1', pid: 10, argv: 'systemd' });
});

test.each([
  ['another lab', '/pawl-lab-demo2/etcd1/payload'],
  ['the nspawn above a machine', '/pawl-lab-demo/etcd1/supervisor'],
  ['a helper', '/pawl-lab-demo/helpers'],
  ['the rest of the computer', '/user.slice'],
])('%s does not count', (_, cgroup) => {
  expect(tracker({ 10: cgroup })(exec(10, 'etcdctl migrate'))).toBeUndefined();
});

test('a number that is used again does not inherit the old host', () => {
  const see = tracker({ 10: etcd1, 20: '/user.slice' });
  see(...fork(10, 11), exec(11, 'true'));
  expect(see(...fork(20, 11), exec(11, 'true'))).toBeUndefined();
});

test('a process without a trace is not counted as anywhere else', () => {
  expect(tracker({})(exec(11, 'etcdctl migrate'))).toEqual({
    host: '?',
    pid: 11,
    argv: 'etcdctl migrate',
    unread: true,
  });
});

test("what may be the parent's command line is marked", () => {
  const see = tracker({ 10: etcd1 });
  expect(see(...fork(10, 11, 'bash'), exec(11, 'bash'))).toMatchObject({ unread: true });
});
