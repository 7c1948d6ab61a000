import { startPawl, type Lab, type PawlResult } from '@pawl/lab';
import { spawnSync } from 'node:child_process';
import { sh } from '../lab/lab-hosts';
import type { Cell, WorldBreak } from './cells';
import { Gate, jobOf, migratedPercent, type JobState } from './gate';
import { heldAndUp, type World } from './world';

/**
 * Holds the step's job in its middle, breaks what the cell names, and mends it. Where the cell goes back the controller is killed
 * in between; else it is left alone: it may come to the end by itself, or pause, and is then resumed.
 */
export async function breakWorld(
  world: World,
  cell: Cell,
  args: readonly string[],
  onward: readonly string[],
): Promise<PawlResult> {
  const { lab } = world;
  const keys = world.v2.size;
  const gate = await Gate.set(lab, cell.point, { keys });
  const controller = startPawl(lab, args);
  await gate.reached(controller.ended).catch(async (error: unknown) => {
    const { stderr, stdout } = await controller.ended;
    throw new Error(`${stderr}\n${stdout}`, { cause: error });
  });
  const job = await jobOf(lab, cell.point);
  expect(job).toMatchObject({ started: true, exited: false, runs: true });
  if (cell.point.once) {
    const percent = await migratedPercent(lab, cell.point, keys);
    expect([percent, percent >= 5 && percent <= 95]).toEqual([percent, true]);
  }
  const dies = cell.then === 'rollback';
  await BREAKS[cell.fault as WorldBreak]({ lab, host: cell.point.target, job, gate }, () => {
    if (dies) controller.kill();
  });
  const result = await controller.ended;
  if (dies) expect(result.signal).toBe('SIGKILL');
  // A host that went down has lost the gate's room, but not its program.
  await gate.remove();
  if (!dies && result.exit === 0) return result;
  if (!dies) expect([result.exit, result.exit === 4 ? '' : result.stderr]).toEqual([4, '']);
  return world.pawl(onward);
}

interface Broken {
  readonly lab: Lab;
  readonly host: string;
  readonly job: JobState;
  readonly gate: Gate;
}

/** @param broken to be called while it is */
type Break = (world: Broken, broken: () => void) => Promise<void>;

const BREAKS: Readonly<Record<WorldBreak, Break>> = {
  /** Its end is told to the controller at once. */
  'connection-cut': async ({ lab, host, gate }, broken) => {
    const [program = '', ...enter] = lab.enter;
    const to = ['state', 'established', 'dst', lab.host(host).address];
    expect(spawnSync(program, [...enter, 'ss', '-tnHK', ...to]).stdout.toString()).not.toBe('');
    broken();
    await gate.open();
  },
  /** With the sessions that it had. */
  'sshd-restarted': async ({ lab, host, job, gate }, broken) => {
    await sh(lab, host, 'systemctl stop ssh; pkill -x sshd || :');
    broken();
    await gate.open();
    await ended(lab, host, job);
    await sh(lab, host, 'systemctl start ssh');
  },
  'host-crashed': async ({ lab, host, job }, broken) => {
    await lab.crash(host);
    broken();
    await lab.boot(host);
    expect(await sh(lab, host, `flock -n -s ${job.folder}/lock true && ls ${job.folder}`)).not.toMatch(
      /exited/,
    );
    expect(await heldAndUp(lab, host)).toEqual([]);
  },
  /** All that holds the job's lock, but not what waits for its end and marks that. */
  'command-killed': async ({ lab, host, job }, broken) => {
    await sh(
      lab,
      host,
      `for p in /proc/[0-9]*; do
  [ "$(readlink $p/fd/8 2>/dev/null)" != ${job.folder}/lock ] || kill -9 \${p#/proc/} 2>/dev/null || :
done`,
    );
    broken();
    await ended(lab, host, job);
    expect(await sh(lab, host, `cat ${job.folder}/exited`)).toMatch(/^137 /);
  },
  'network-cut': async ({ lab, host, job, gate }, broken) => {
    await lab.cut(host);
    broken();
    await gate.open();
    await ended(lab, host, job);
    await lab.heal(host);
  },
};

/** By the job's own mark, seen past sshd and network. */
async function ended(lab: Lab, host: string, { folder }: JobState): Promise<void> {
  await sh(lab, host, `until [ -e ${folder}/exited ]; do sleep 0.02; done`);
}
