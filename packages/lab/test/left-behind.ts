import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { execFileSync } from 'node:child_process';

/** What a lab could leave on a computer. Compared as text before and after. */
export function whatStands(lab: string): string {
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ').slice(0, 3).join(' '));
  const cgroups = execFileSync('find', ['/sys/fs/cgroup', '-name', 'pawl-lab-*'], { encoding: 'utf8' });
  const names = (dir: string): string[] => (existsSync(dir) ? readdirSync(dir) : []);
  return JSON.stringify(
    {
      mounts: mounts.filter((line) => line.includes(`-${lab}`) || line.includes(`/${lab}/`)),
      links: names('/sys/class/net'),
      netns: names('/run/netns').filter((name) => name.includes(lab)),
      cgroups: cgroups.split('\n').filter((dir) => dir.endsWith(`pawl-lab-${lab}`)),
      state: names('/run/pawl-lab').filter((name) => name === lab),
      files: names('/var/lib/pawl-lab/labs').filter((name) => name === lab),
      loops: names('/sys/block').filter((name) => backing(name).includes(`/${lab}/`)),
      processes: processes().filter((line) => line.includes(`pawl-lab/labs/${lab}/`)),
    },
    null,
    2,
  );
}

function backing(block: string): string {
  const file = `/sys/block/${block}/loop/backing_file`;
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

function processes(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return ''; // It ended while we looked.
      }
    });
}
