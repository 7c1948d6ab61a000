import type { V2Entry } from '../dump/entries';
import type { Lab } from '../lab';
import { LabError } from '../lab-error';
import { isMaster } from '../spec';
import { compareV2, type V2Report } from './compare';
import type { Narrator } from './narrate';
import { lastLines, runPawl, startPawl } from './pawl-command';

export interface WayBackReport {
  /** Of `pawl rollback` without the name of the loss. */
  readonly refusedExit: number | null;
  /** Of the one that was killed, taken up again. */
  readonly exit: number | null;
  readonly compared: V2Report;
}

/**
 * The way back of a migration that was completed: refused, with what would be lost; then accepted by name, killed in its
 * middle, taken up again, and compared with v2 as it was before the migration.
 */
export async function tellWayBack(
  lab: Lab,
  tell: Narrator,
  before: ReadonlyMap<string, V2Entry>,
): Promise<WayBackReport> {
  const run = await lastRun(lab);
  const accepted = ['rollback', run, '--accept-data-loss', `api.${lab.name}.lab`, '--yes'];
  const refusedExit = await refused(lab, tell, run);
  await killed(lab, tell, accepted);
  tell.command(accepted);
  const again = await runPawl(lab, [...accepted, '--no-input']);
  tell.quote(`${lastLines(again.stderr, 20)}\n${again.stdout}`, 36);
  if (again.exit !== 0)
    throw new LabError(`pawl rollback: exit ${again.exit}\n${again.stderr}\n${again.stdout}`);
  const compared = compareV2(before, await lab.v2dump(), Date.now());
  if (compared.wrong.length > 0)
    throw new LabError(`v2 is not what it was:\n${compared.wrong.slice(0, 20).join('\n')}`);
  tell.proof(
    `${compared.equal} keys are in v2 exactly as before the migration, value and indices alike; ${compared.expired} had run out`,
  );
  for (const master of lab.hosts.filter(isMaster)) {
    const storage = await lab.api(master.name, '/lab/storage');
    tell.proof(`${master.name} serves again from ${storage.body.trim().slice(0, 60)}`);
  }
  return { refusedExit, exit: again.exit, compared };
}

async function lastRun(lab: Lab): Promise<string> {
  const { stdout } = await runPawl(lab, ['runs', '--json']);
  const { runs } = JSON.parse(stdout) as { readonly runs: readonly { readonly run: string }[] };
  const [newest] = runs;
  if (newest === undefined) throw new LabError('there is no run to take back');
  return newest.run;
}

async function refused(lab: Lab, tell: Narrator, run: string): Promise<number | null> {
  tell.act('The way back, after all: first what it would cost');
  tell.say(
    'The masters have been writing to v3 for a while. Going back is possible, since every original was set aside untouched; but not without saying what would be lost.',
  );
  tell.command(['rollback', run, '--yes']);
  const answer = await runPawl(lab, ['rollback', run, '--yes', '--no-input']);
  tell.quote(answer.stdout, 24);
  if (answer.exit !== 3)
    throw new LabError(`pawl rollback was not refused: exit ${answer.exit}\n${answer.stderr}`);
  tell.proof('exit 3: `--yes` alone loses nothing. Nothing was changed');
  return answer.exit;
}

async function killed(lab: Lab, tell: Narrator, accepted: readonly string[]): Promise<void> {
  tell.act('Accepted by its name, and the controller killed in the middle of the way back');
  tell.command(accepted);
  let printed = '';
  let reached: () => void = () => undefined;
  const middle = new Promise<void>((resolve) => (reached = resolve));
  const pawl = startPawl(lab, [...accepted, '--no-input'], {
    onOutput: (text) => {
      printed += text;
      if (/done\s+etcd-down\//.test(printed)) reached();
    },
  });
  const begun = await Promise.race([pawl.ended.then(() => false), middle.then(() => true)]);
  if (!begun) throw new LabError(`pawl rollback ended before etcd was down:\n${printed}`);
  pawl.kill();
  await pawl.ended;
  tell.quote(lastLines(printed, 12), 14);
  tell.say(`\nkill -9 ${pawl.pid}, with etcd stopped on some hosts. Whoever comes next takes it up:`);
}
