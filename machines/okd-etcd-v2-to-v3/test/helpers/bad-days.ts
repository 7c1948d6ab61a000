import { databaseOf, runPawl, type Lab } from '@pawl/lab';
import { killPawl } from '../../../../test/lab/kill-pawl';
import { sh } from '../../../../test/lab/lab-hosts';
import { changedSince, type Picture } from '../../../../test/lab/picture';

/** What a person is told when a command that drives a run ends. */
export interface Told {
  readonly exit: number | null;
  readonly outcome: string;
  readonly run: string;
  /** `phase/step` */
  readonly at: string;
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  /** Without the database's place. */
  readonly next: string;
  readonly conclusion: readonly string[];
}

interface Document {
  readonly outcome: string;
  readonly run: string;
  readonly phase: string | null;
  readonly step?: string | null;
  readonly reason?: Readonly<Record<'code' | 'message' | 'hint', string>> | null;
  readonly error?: Readonly<Record<'code' | 'message' | 'hint', string>>;
  readonly next: string | null;
  readonly conclusion?: readonly string[];
}

/** The verbs of one who is on call, each with what it tells him. */
export function onCall(lab: () => Lab) {
  const pawl = async (...args: readonly string[]): Promise<Told> => {
    const { exit, stdout, stderr } = await runPawl(lab(), [...args, '--no-input', '--json']);
    if (!stdout.startsWith('{')) throw new Error(`exit ${exit}, and no document:\n${stderr}\n${stdout}`);
    return { exit, ...inShort(JSON.parse(stdout) as Document, databaseOf(lab())) };
  };
  const killedAt = (args: readonly string[], at: string): Promise<void> =>
    killPawl(lab(), [...args, '--no-input'], `okd-etcd-v2-to-v3/${at}`);
  const begin = (): readonly string[] => [
    ...['run', '-i', lab().inventoryPath, '--accept-point-of-no-return', `api.${lab().name}.lab`],
  ];
  const pausedBefore = async (phase: string, ...args: readonly string[]): Promise<Told> => {
    const told = await pawl(...args, '--pause-before', phase);
    if (told.code !== 'E_PAUSED') throw new Error(JSON.stringify(told));
    return told;
  };
  return {
    runTo: (phase: string) => pausedBefore(phase, ...begin()),
    resumeTo: (phase: string) => pausedBefore(phase, 'resume'),
    resume: (...more: readonly string[]) => pawl('resume', ...more),
    rollback: (...more: readonly string[]) => pawl('rollback', '--yes', ...more),
    runKilledAt: (at: string) => killedAt(begin(), at),
    resumeKilledAt: (at: string) => killedAt(['resume'], at),
  };
}

function inShort(document: Document, database: string): Omit<Told, 'exit'> {
  const { outcome, run, phase, step, reason, error, next, conclusion = [] } = document;
  const { code, message, hint } = { code: '', message: '', hint: '', ...error, ...reason };
  return {
    ...{ outcome, run, code, message, hint, conclusion },
    at: [phase, step].filter((part) => part !== null && part !== undefined).join('/'),
    next: (next ?? '').replace(` --db ${database}`, ''),
  };
}

/** What a person reads of a pause: where, why, and what to do. */
export interface Why {
  readonly at: string | RegExp;
  readonly code: string | RegExp;
  readonly message: RegExp;
  readonly hint: RegExp;
}

/** A run that rests until what is wrong was mended, with all that is told of it, for one `toEqual`. */
export function pausedFor(run: string, { at, code, message, hint }: Why): unknown {
  const like = (said: string | RegExp): unknown =>
    typeof said === 'string' ? said : (expect.stringMatching(said) as unknown);
  return expect.objectContaining({
    ...{ exit: 4, outcome: 'paused', next: `pawl resume ${run}` },
    ...{ at: like(at), code: like(code), message: like(message), hint: like(hint) },
  });
}

/** A lab that was loaded from a save has files of other inodes: all that stands in a picture but those must be as it was. */
export async function changedButInodes(lab: Lab, before: Picture): Promise<readonly string[]> {
  const changed = (await changedSince(lab, before)).map((line) => line.replace(/(\/snap\/db) \d+/, '$1'));
  return changed.filter((line) => !changed.includes(`${line.startsWith('-') ? '+' : '-'}${line.slice(1)}`));
}

/** Where a start would force a new cluster, by whatever it would do so. */
export async function forcedOn(lab: Lab, host: string): Promise<string> {
  return sh(
    lab,
    host,
    `grep -rls FORCE_NEW_CLUSTER /etc/etcd /etc/systemd /run/systemd /run/pawl
for p in $(pgrep -x etcd); do tr '\\0' '\\n' </proc/$p/environ | grep -s FORCE_NEW; done
true`,
  );
}
