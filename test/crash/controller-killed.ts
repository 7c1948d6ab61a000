import { type PawlResult } from '@pawl/lab';
import { killPawl } from '../lab/kill-pawl';
import type { Cell } from './cells';
import { Gate, jobOf } from './gate';
import { hasJob, MACHINE } from './points';
import { heldAndUp, type World } from './world';

/**
 * Kills the controller at the cell's moment, proves by the marks on the host where that was, and goes on as the cell says.
 *
 * @param args what brings the run to the cell's step
 * @param onward what goes on after it
 */
export async function killController(
  world: World,
  cell: Cell,
  args: readonly string[],
  onward: readonly string[],
): Promise<PawlResult> {
  switch (cell.fault) {
    case 'job-running':
      return whileItRuns(world, cell, args, onward);
    case 'job-done':
      await killPawl(world.lab, args, boundary(cell, 'outcome:before-commit'));
      if (hasJob(cell.point))
        expect(await jobOf(world.lab, cell.point)).toMatchObject({
          started: true,
          exited: true,
          runs: false,
        });
      return world.pawl(onward);
    case 'host-crashed-after':
      await killPawl(world.lab, args, boundary(cell, 'outcome:before-commit'));
      expect(await jobOf(world.lab, cell.point)).toMatchObject({ exited: true, runs: false });
      await world.lab.crash(cell.point.target);
      await world.lab.boot(cell.point.target);
      expect(await heldAndUp(world.lab, cell.point.target)).toEqual([]);
      return world.pawl(onward);
    default: {
      const jobs = hasJob(cell.point) ? (await jobOf(world.lab, cell.point)).jobs : 0;
      // A one-shot step is begun by an answer of the world, and its intent is committed with that.
      const commit = cell.point.once ? 'answer:before-commit' : 'intent:before-commit';
      await killPawl(world.lab, args, boundary(cell, commit));
      if (hasJob(cell.point)) expect((await jobOf(world.lab, cell.point)).jobs).toBe(jobs);
      return world.pawl(onward);
    }
  }
}

/** Held before its first line, so that it can't be over before the controller is; let go once the next one has joined its hosts. */
async function whileItRuns(
  world: World,
  cell: Cell,
  args: readonly string[],
  onward: readonly string[],
): Promise<PawlResult> {
  const { lab } = world;
  const gate = hasJob(cell.point) ? await Gate.set(lab, cell.point, { early: true }) : undefined;
  await killPawl(lab, args, boundary(cell, 'host:during'));
  if (gate === undefined) return world.pawl(onward);
  await gate.reached();
  expect(await jobOf(lab, cell.point)).toMatchObject({ started: true, exited: false, runs: true });
  const opened = gate.openForNextOwner();
  const result = await world.pawl(onward);
  await gate.remove();
  if (!(await opened)) throw new Error(`nobody took the job up:\n${result.stderr}\n${result.stdout}`);
  return result;
}

const boundary = ({ point }: Cell, name: string): string =>
  `${MACHINE}/${point.step}@${point.target}/${name}`;
