import { spawnSync } from 'node:child_process';
import { hostTrouble } from '../src';

/** As dd, cp, mkdir, a shell's redirection and etcd say it. */
test.each([
  ["dd: error writing '/var/lib/pawl/fence.new': No space left on device", 'E_DISK_FULL'],
  ['cp: error writing ‘/var/lib/etcd/x’: Disk quota exceeded', 'E_DISK_FULL'],
  ['cannot commit tx (write /var/lib/etcd/member/snap/db: no space left on device)', 'E_DISK_FULL'],
  ["mkdir: cannot create directory '/var/lib/etcd/pawl-r': Read-only file system", 'E_DISK_READ_ONLY'],
  ['mv: cannot move `a` to `b`: Read-only file system', 'E_DISK_READ_ONLY'],
])('%s', (said, code) => {
  const trouble = hostTrouble('etcd1', said, 1);
  expect(trouble?.code).toBe(code);
  expect(trouble?.hint).toMatch(/etcd1.* then resume/s);
});

describe('a program that is not there, in the words of whoever was to start it', () => {
  const ways: readonly (readonly [string, readonly string[]])[] = [
    ['timeout', ['timeout', '5', 'pawl-is-not-there']],
    ['env', ['env', 'A=b', 'pawl-is-not-there']],
    ['dash', ['dash', '-c', 'pawl-is-not-there']],
    ['bash', ['bash', '-c', 'pawl-is-not-there']],
    ['busybox', ['busybox', 'sh', '-c', 'pawl-is-not-there']],
    ['a file that may not be run', ['env', '/etc/passwd']],
    ['a script that made another status of it', ['sh', '-c', 'timeout 5 pawl-is-not-there || exit 65']],
  ];
  test.each(ways)('%s', (_, [program = '', ...args]) => {
    const { status, stderr } = spawnSync(program, args, {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
    });
    expect(hostTrouble('etcd1', stderr, status)).toMatchObject({
      code: 'E_NO_PROGRAM',
      hint: expect.stringContaining('missing on etcd1') as string,
    });
  });
});

test.each([
  ['a file that a program did not find', 'cat: /etc/etcd/etcd.conf: No such file or directory', 1],
  ['something else', 'Error: context deadline exceeded', 1],
  ['nothing', '', 127],
])('%s is no trouble of the machine', (_, said, exit) => {
  expect(hostTrouble('etcd1', said, exit)).toBeUndefined();
});
