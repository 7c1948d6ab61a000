import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { processOwners, type ProcessTable } from '@pawl/store';

const files: Record<string, string> = {
  '/proc/sys/kernel/random/boot_id': 'boot-1\n',
  '/proc/10/stat': stat('10', 'node) (a', 'S', '777'),
  '/proc/11/stat': stat('11', 'zombie', 'Z', '778'),
};
const table: ProcessTable = {
  ...{ pid: 10, host: 'here', who: 'root' },
  read: (path) => files[path],
  exists: (pid) => [10, 11].includes(pid),
};
const me = { who: 'root', host: 'here', pid: 10, startTime: '777', bootId: 'boot-1', database: '/d' };

describe('an owner', () => {
  const owners = processOwners(table);

  test('is known by process, start and boot, whatever its name holds', () => {
    expect(owners.self('/d')).toEqual(me);
  });

  test.each([
    ['itself', {}, 'alive'],
    ['a process that took its number', { startTime: '123' }, 'dead'],
    ['one from before the reboot', { bootId: 'boot-0' }, 'dead'],
    ['one that is gone', { pid: 99 }, 'dead'],
    ['one that has ended and was not waited for', { pid: 11, startTime: '778' }, 'dead'],
    ['one on another machine', { host: 'there', pid: 99 }, 'elsewhere'],
    ['one whose start was not known', { startTime: '' }, 'alive'],
  ] as const)('%s is %s', (_who, change, liveness) => {
    expect(owners.liveness({ ...me, ...change })).toBe(liveness);
  });

  test('without /proc is known by its number alone', () => {
    const bare = processOwners({ ...table, read: () => undefined });
    expect(bare.self('/d')).toMatchObject({ startTime: '', bootId: '' });
    expect(bare.liveness(me)).toBe('alive');
    expect(bare.liveness({ ...me, pid: 99 })).toBe('dead');
  });
});

test('a real process is alive until it is killed', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'ignore' });
  const owners = processOwners();
  const pid = child.pid ?? 0;
  const owner = { ...owners.self('/d'), pid, startTime: '' };
  expect(owners.liveness(owner)).toBe('alive');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(owners.liveness(owner)).toBe('dead');
});

function stat(pid: string, name: string, state: string, start: string): string {
  const between = Array.from({ length: 18 }, (_, index) => String(index)).join(' ');
  return `${pid} (${name}) ${state} ${between} ${start} 0 0\n`;
}
