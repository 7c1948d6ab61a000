import { stateOf, until } from '../in-doubt/caught';

/** Lets a process go on that has said that it stops: once it stands still, since a signal that comes before that is lost. */
export async function wake(pid: number): Promise<void> {
  await until(`${pid} stands still`, () => stateOf(pid) === 'T');
  process.kill(pid, 'SIGCONT');
}
