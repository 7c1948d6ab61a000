import { LabError } from '../lab-error';
import type { Lab } from '../lab';
import type { Observer } from '../observer/observer';
import type { V2Entry } from '../dump/entries';
import { isEtcd, isMaster } from '../spec';
import { waitUntil } from '../wait-until';
import { compareWithBefore, type V3Report } from './compare';
import type { Narrator } from './narrate';
import { lastLines, runPawl, startPawl } from './pawl-command';

/** The program itself, not the shell or `env` that leads to it. */
export const MIGRATE = /^(?:\S*\/)?etcdctl migrate\b/;

export interface StoryReport {
  readonly migrates: number;
  readonly compared: V3Report;
  readonly keysBefore: number;
  readonly outageSeconds: number;
  readonly secondRunExit: number | null;
  /** As v2 was before the run. */
  readonly before: ReadonlyMap<string, V2Entry>;
}

/** The migration of a standing, filled lab: planned, begun, killed in the middle of migrate, resumed, proven, and asked for again. */
export async function tellStory(lab: Lab, tell: Narrator): Promise<StoryReport> {
  const observer = await lab.observer();
  const probe = await lab.probe();
  try {
    const before = await lab.v2dump();
    await showPlan(lab, tell);
    await killedInMigrate(lab, tell, observer);
    await resumed(lab, tell);
    const outage = (await probe.stop()).any[0];
    const compared = await proven(lab, tell, observer, before.size, await compareWithBefore(lab, before));
    const secondRunExit = await again(lab, tell, observer);
    const outageSeconds = outage?.seconds ?? 0;
    tell.proof(
      `an outside probe saw the masters away for ${outageSeconds.toFixed(1)} s, the kill and the pause in it included`,
    );
    return {
      ...{ migrates: migrates(observer), compared, keysBefore: before.size, outageSeconds },
      ...{ secondRunExit, before },
    };
  } finally {
    await probe.stop();
    await observer.stop();
  }
}

const migrates = (observer: Observer): number => observer.count('*', MIGRATE);
const pointOfNoReturn = (lab: Lab): string => `api.${lab.name}.lab`;

async function showPlan(lab: Lab, tell: Narrator): Promise<void> {
  tell.act('The plan: what would be done, host by host, before anything is touched');
  const args = ['plan', '-i', 'inventory.ini'];
  tell.command(args);
  const plan = await runPawl(lab, ['plan', '-i', lab.inventoryPath]);
  if (plan.exit !== 0) throw new LabError(`pawl plan: exit ${plan.exit}: ${plan.stderr}`);
  tell.quote(plan.stdout, 44);
}

async function killedInMigrate(lab: Lab, tell: Narrator, observer: Observer): Promise<void> {
  tell.act('The run, and the controller killed in the middle of `etcdctl migrate`');
  tell.say(
    'With the tool people had, this is the moment nobody recovers from: migrate has begun, and whoever started it is gone. Running it again would overwrite live v3 data without an error.',
  );
  const consent = ['--accept-point-of-no-return', pointOfNoReturn(lab), '--no-input'];
  tell.command(['run', '-i', 'inventory.ini', ...consent]);
  let printed = '';
  const pawl = startPawl(lab, ['run', '-i', lab.inventoryPath, ...consent], {
    onOutput: (text) => (printed += text),
  });
  const first = lab.hosts.find(isEtcd)?.name ?? '';
  const begun = await Promise.race([
    pawl.ended.then(() => false),
    waitUntil('etcdctl migrate has begun', () => Promise.resolve(observer.count(first, MIGRATE) > 0), {
      timeoutMs: 180_000,
      everyMs: 20,
    }).then(() => true),
  ]);
  if (!begun) throw new LabError(`pawl run ended before migrate began:\n${printed}`);
  pawl.kill();
  await pawl.ended;
  const stillRuns = await lab.exec(first, ['pgrep', '-f', 'etcdctl migrate'], { allowFailure: true });
  tell.quote(lastLines(printed, 22), 24);
  tell.say('');
  tell.say(`kill -9 ${pawl.pid}. The controller is gone.`);
  tell.proof(
    stillRuns.exit === 0
      ? `migrate on ${first} goes on without it: it is a job of the host's own`
      : `migrate on ${first} had just ended by itself: it is a job of the host's own`,
  );
}

async function resumed(lab: Lab, tell: Narrator): Promise<void> {
  tell.act('What the records say, and the way on');
  tell.command(['status']);
  const status = await runPawl(lab, ['status']);
  tell.quote(status.stdout, 24);
  tell.command(['resume']);
  const resume = await runPawl(lab, ['resume', '--no-input']);
  tell.quote(`${lastLines(resume.stderr, 40)}\n${resume.stdout}`, 44);
  if (resume.exit !== 0)
    throw new LabError(`pawl resume: exit ${resume.exit}\n${resume.stderr}\n${resume.stdout}`);
}

async function proven(
  lab: Lab,
  tell: Narrator,
  observer: Observer,
  keys: number,
  compared: V3Report,
): Promise<V3Report> {
  tell.act('Proof, by witnesses outside Pawl');
  await observer.settle();
  const count = migrates(observer);
  if (count !== 1) throw new LabError(`the observer counted ${count} starts of etcdctl migrate`);
  tell.proof('an observer of every exec on every host counted `etcdctl migrate` once');
  if (compared.wrong.length > 0)
    throw new LabError(`v3 is not what v2 was:\n${compared.wrong.slice(0, 20).join('\n')}`);
  tell.proof(
    `of ${keys} keys that v2 held, each member holds ${compared.equal} in v3, value and revisions alike (those with a lease were written again with it); ${compared.expired} had run out`,
  );
  tell.proof(`every key that had a TTL hangs on a lease: ${compared.leased}`);
  for (const master of lab.hosts.filter(isMaster)) {
    const sum = await lab.api(master.name, '/lab/sum');
    tell.proof(`${master.name} serves from v3: ${sum.body.trim().slice(0, 100)}`);
  }
  return compared;
}

async function again(lab: Lab, tell: Narrator, observer: Observer): Promise<number | null> {
  tell.act('And once more: `run` on a cluster that is migrated already');
  const since = Date.now();
  tell.command(['run', '-i', 'inventory.ini']);
  const second = await runPawl(lab, ['run', '-i', lab.inventoryPath, '--no-input']);
  tell.quote(`${lastLines(second.stderr, 6)}\n${second.stdout}`, 16);
  if (second.exit !== 0)
    throw new LabError(`the second run: exit ${second.exit}\n${second.stderr}\n${second.stdout}`);
  await observer.settle();
  if (observer.events({ argv: MIGRATE, since }).length > 0)
    throw new LabError('the second run started migrate');
  tell.proof('exit 0, already completed, nothing changed');
  return second.exit;
}
