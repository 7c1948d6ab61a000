import { labAvailable, type FillOptions, type LabSpec, type PawlResult } from '@pawl/lab';
import { rollbackArgs, WORLD_BREAKS, type Cell, type WorldBreak } from './cells';
import { killController } from './controller-killed';
import { firstLeads } from './first-leads';
import { judgeCompleted, judgeRolledBack, uninterrupted, type Uninterrupted } from './judge';
import { PHASES, type Point } from './points';
import { sh } from '../lab/lab-hosts';
import { breakWorld } from './world-breaks';
import { World } from './world';

interface Told {
  readonly lab: LabSpec;
  readonly fill?: FillOptions;
  readonly cells: readonly Cell[];
}

const story = labAvailable().ok ? describe : describe.skip;

/** A test a cell, all on one lab, one after the other: each begins with what a real run has left there. */
export function tellCells(
  title: string,
  { lab: spec, fill = { keys: 200, valueBytes: 256 }, cells }: Told,
): void {
  story(title, () => {
    let world: World;
    let reference: Uninterrupted | undefined;

    beforeAll(async () => {
      world = await World.up(spec, fill);
    });

    afterAll(async () => world.down());

    // In the order of the machine: a phase's state is made where the first cell wants it.
    test.each(inOrder(cells).map((cell) => [cell.name, cell] as const))('%s', async (_name, cell) => {
      reference ??= await uninterrupted(world);
      await world.at(savedBefore(cell));
      if (cell.point.phase === 'stop-etcd') await firstLeads(world.lab);
      if (isOfSpentCopy(cell.point)) await spoilCopy(world, cell.point);
      const { exit, stdout, stderr } = await perform(world, cell);
      expect([exit, exit === 0 ? '' : `${stderr}\n${stdout}`]).toEqual([0, '']);
      const again = isWorldBreak(cell) || cell.fault === 'host-crashed-after' || isOfSpentCopy(cell.point);
      const repeated = again ? 1 : 0;
      if (cell.then === 'resume' && cell.point.way === 'forward')
        await judgeCompleted(world, reference, repeated);
      else await judgeRolledBack(world, reference, repeated);
    });
  });
}

/** A way back is looked at from where it is longest: all is done, but for the masters' start. */
const savedBefore = ({ point }: Cell): string =>
  point.way === 'rollback' ? 'start-masters' : isOfSpentCopy(point) ? 'migrate' : point.phase;

/** It has something to do only where a work copy came to nothing: this one has lost its log. */
const isOfSpentCopy = ({ step }: Point): boolean => step === 'set-aside/discard-spent';

async function spoilCopy({ lab }: World, { target }: Point): Promise<void> {
  await sh(lab, target, 'rm /var/lib/etcd/pawl-*/copy-1/member/wal/*.wal');
}

async function perform(world: World, cell: Cell): Promise<PawlResult> {
  const { way, phase } = cell.point;
  const back = rollbackArgs(cell, world.pointOfNoReturn);
  const args = way === 'rollback' ? back : world.onward(phase);
  const onward = way === 'rollback' || cell.then === 'resume' ? ['resume', '--no-input'] : back;
  return isWorldBreak(cell)
    ? breakWorld(world, cell, args, onward)
    : killController(world, cell, args, onward);
}

const isWorldBreak = ({ fault }: Cell): boolean => WORLD_BREAKS.includes(fault as WorldBreak);

function inOrder(cells: readonly Cell[]): readonly Cell[] {
  const place = (cell: Cell): number => PHASES.indexOf(savedBefore(cell));
  return cells.toSorted((a, b) => place(a) - place(b));
}
