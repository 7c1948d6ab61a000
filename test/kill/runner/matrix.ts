import { join } from 'node:path';
import { firstIrreversible } from '@pawl/engine';
import { cellsOf, type Cell } from './cells';
import { counted, mostOf, since, sumOf, type Counts } from './differences';
import { newFolder } from './folders';
import { recordRun, type Recording } from './recording';
import { runCell, type Way } from './run-cell';
import { killSchedules } from './schedules';
import type { Subject } from './subject';
import { stepsNotPassed, type NotPassed } from './not-passed';

export interface MatrixOptions {
  /** Every cell, or a fixed sample: every so-many-eth of each recording. */
  readonly every: number;
  /** Steps all of whose cells are in any sample: `migrate/run-migrate`. */
  readonly always?: readonly string[];
  /** The cells of these steps alone. */
  readonly steps?: readonly string[];
  /** The phases from which a way back is recorded and killed; all that have one, if left out. */
  readonly backFrom?: readonly string[];
  /** Only the cells whose name, with its way, this is part of. */
  readonly only?: string;
  /** Every so-many-eth of those chosen is killed a second time. */
  readonly twiceEvery: number;
  /** All of those chosen are, drawn with this number: to see one again. */
  readonly again?: number;
  /** How many schedules of several kills. */
  readonly schedules: number;
  readonly seed?: number;
  readonly path?: string;
  readonly workers: number;
}

export interface Tally extends NotPassed {
  readonly points: number;
  readonly cells: number;
  readonly kills: number;
  /** By the cell's name and way. */
  readonly failed: ReadonlyMap<string, readonly string[]>;
}

/** Records a machine's run and its ways back, and kills a controller in each chosen cell. */
export async function killMatrix(subject: Subject, options: MatrixOptions): Promise<Tally> {
  const folder = newFolder();
  const original = join(folder, 'original');
  const world = await subject.newWorld(original);
  await world.close();
  const forward = await recordRun(subject, original, join(folder, 'forward'), {
    ...{ name: 'forward', verb: 'start' },
  });
  const backs = await recordWaysBack(subject, forward, folder, options);
  const cleanups = await recordCleanup(subject, forward, folder);
  const recordings = [forward, ...backs, ...cleanups];
  const wayBack = mostOf(backs.map(({ stretches }) => doneIn(subject, stretches)));
  const allowed = sumOf(counted(subject.effects(forward.stretches.at(-1)!.dir)), wayBack);
  const all = recordings.map((recording) => cellsOf(subject.id, recording));
  const chosen = all.flatMap((cells) => chosenOf(cells, options));
  const failed = new Map<string, readonly string[]>();
  let kills = 0;
  await inParallel(chosen, options.workers, async ({ cell, way, name }, index) => {
    const drawn = index % options.twiceEvery === options.twiceEvery - 1 ? index * 7 : undefined;
    const again = options.again ?? drawn;
    const onKill = (): number => (kills += 1);
    const wrong = await runCell({ subject, cell, way, original, folder, allowed, onKill, again }).catch(
      (error: unknown) => [error instanceof Error ? (error.stack ?? error.message) : String(error)],
    );
    if (wrong.length > 0) failed.set(again === undefined ? name : `${name}, killed again (${again})`, wrong);
    progress(wrong.length > 0 ? `FAILED ${name}\n  ${wrong.join('\n  ')}` : `ok ${name}`);
  });
  const { schedules: runs } = options;
  if (runs > 0)
    kills += await killSchedules({ ...options, subject, original, forward, allowed, folder, runs }).catch(
      (error: unknown) => {
        failed.set('schedules of several kills', whyFailed(error));
        return 0;
      },
    );
  return {
    points: recordings.flatMap(({ stretches }) => stretches.flatMap(({ points }) => points)).length,
    cells: all.flat().length,
    kills,
    ...(await stepsNotPassed(subject, recordings)),
    failed,
  };
}

/**
 * From the last step of each phase that has a way back, before that step began. From the phase of the cells that are wanted and
 * the one behind it, too: how often something may be done there is known from these.
 */
async function recordWaysBack(
  subject: Subject,
  forward: Recording,
  folder: string,
  { backFrom, only }: Pick<MatrixOptions, 'backFrom' | 'only'>,
): Promise<readonly Recording[]> {
  const backs: Recording[] = [];
  const { phases } = subject.machine.spec;
  for (const [index, { name, rollbackAt }] of phases.entries()) {
    const stands = forward.stretches.findLast(({ place }) => place.startsWith(`${name}/`));
    const near = [name, phases[index - 1]?.name].some((each) => only?.includes(`${each}/`));
    const wanted = near || backFrom?.includes(name) !== false;
    if (rollbackAt === undefined || stands === undefined || !wanted) continue;
    const { lossName } = subject;
    const accept =
      lossName !== undefined && isPast(subject, forward, stands.place) ? { acceptDataLoss: lossName } : {};
    backs.push(
      await recordRun(subject, stands.dir, join(folder, `back-from-${name}`), {
        ...{ name: `back from ${name}`, verb: 'rollback', ...accept },
      }),
    );
  }
  return backs;
}

/** Of what the completed run has set aside. */
async function recordCleanup(
  subject: Subject,
  forward: Recording,
  folder: string,
): Promise<readonly Recording[]> {
  if (subject.removes === undefined) return [];
  const { dir } = forward.stretches.at(-1)!;
  return [await recordRun(subject, dir, join(folder, 'cleanup'), { name: 'cleanup', verb: 'cleanup' })];
}

/** Behind the first step that can't be taken back. */
function isPast(subject: Subject, { stretches }: Recording, place: string): boolean {
  const line = firstIrreversible(subject.machine.spec.phases);
  const crossed = stretches.findIndex((stretch) => stretch.place === line);
  return crossed !== -1 && stretches.findIndex((stretch) => stretch.place === place) > crossed;
}

function doneIn(subject: Subject, stretches: Recording['stretches']): Counts {
  const [from, to] = [stretches[0]!, stretches.at(-1)!].map(({ dir }) => counted(subject.effects(dir)));
  return since(from!, to!);
}

interface Chosen {
  readonly cell: Cell;
  readonly way: Way;
  readonly name: string;
}

function chosenOf(
  cells: readonly Cell[],
  { every, always = [], steps, only }: MatrixOptions,
): readonly Chosen[] {
  return cells
    .filter(({ point }) => steps?.includes(point.place) !== false)
    .flatMap((cell) =>
      (['resume', 'rollback'] as const).map((way) => ({ cell, way, name: `${cell.name}/${way}` })),
    )
    .filter(({ cell, name }, index) =>
      only === undefined
        ? index % every === Math.floor(every / 2) || always.includes(cell.point.place)
        : name.includes(only),
    );
}

async function inParallel<T>(
  items: readonly T[],
  workers: number,
  run: (item: T, index: number) => Promise<void>,
): Promise<void> {
  const left = items.map((item, index) => ({ item, index }));
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await run(next.item, next.index);
  };
  await Promise.all(Array.from({ length: workers }, worker));
}

function progress(line: string): void {
  if (process.env['PAWL_KILL_VERBOSE'] !== undefined) process.stderr.write(`${line}\n`);
}

/** fast-check tells the schedule, and what went wrong with it in the cause. */
function whyFailed(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [String(error)];
  return [error.message, ...(error.cause === undefined ? [] : whyFailed(error.cause))];
}
