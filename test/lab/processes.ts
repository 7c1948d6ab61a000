import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** `R`, `S`, `T`, `Z` …; empty where there is none any more. */
export function stateOf(pid: number): string {
  return statOf(pid)?.[0] ?? '';
}

export const parentOf = (pid: number): number => Number(statOf(pid)?.[1] ?? 0);

function statOf(pid: number): readonly string[] | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}

/** Lets a process go on that has said that it stops: once it stands still, since a signal that comes before that is lost. */
export async function wake(pid: number): Promise<void> {
  await until(`${pid} stands still`, () => stateOf(pid) === 'T');
  process.kill(pid, 'SIGCONT');
}

export async function until(what: string, happened: () => boolean): Promise<void> {
  for (let waited = 0; !happened(); waited += 5) {
    if (waited > 60_000) throw new Error(`not seen in time: ${what}`);
    await sleep(5);
  }
}
