import type { AnyMachineSnapshot } from 'xstate';
import { envelope } from '../commit-work';
import type { RunReason } from '../engine-api';
import { PawlError } from '../errors';
import { reasonJson } from '../failure';
import { isIrreversible } from '../irreversible';
import type { JsonObject } from '../json';
import type { Machine } from '../machine';
import type { MachineContext } from '../machine-guards';
import type { JournalEntry, NewRun } from '../ports';
import { positionOf, type Position } from '../position';
import { stateAt } from '../pure-core';
import type { LostRun } from './lost-run';
import { readJobs, type JobStory } from './read-jobs';
import { closedWith, rebuiltRows } from './rebuilt-rows';
import { weighJobs, type Weighed } from './weigh-jobs';

/** Why a rebuilt run rests, until a person has decided. */
export const REBUILT = 'E_REBUILT';

/**
 * A run as its hosts tell it: it stands where it stood when its last job was made, with every success that this job knew of. That
 * job is open, so that whoever goes on takes its result; what came behind it has made no job, and is done again. Where fences are
 * closed it stands behind its last job: at its end where all are, else at its last step, which closes them. Pure.
 *
 * But at its end it rests in doubt (`E_REBUILT`), since no host can tell whether somebody is at work on it from another database.
 * @throws PawlError `E_NO_JOB` where there is none, `E_DEFINITION_CHANGED`, and as `readJobs`
 */
export function rebuildRun<R, H extends R>(
  found: LostRun,
  machineOf: (id: string) => Machine<JsonObject, R, H>,
): Omit<NewRun, 'claim' | 'at'> {
  const jobs = readJobs(found);
  const last = jobs.at(-1);
  if (last === undefined) throw noJob(found.run);
  const machine = machineOf(last.machineId);
  const { definitionHash, definition, spec } = machine;
  if (last.standing.definitionHash !== definitionHash) throw otherDefinition(found.run, last);
  const { direction } = positionOf(last.standing.state);
  const stands = standsAt(found, direction);
  const weighed = weighJobs(jobs, last, stands !== 'at-job');
  const { rows, lost } = rebuiltRows(weighed, {
    ...{ hosts: found.hosts, jobs: jobs.length, last: last.intent.id, on: last.host },
    ...{ direction, phase: last.intent.phase },
  });
  const snapshot = stateThen(machine, last, stands);
  const reason = inDoubt(machine, found, weighed, {
    last,
    jobs: jobs.length,
    lost,
    at: positionOf(snapshot.value),
  });
  const checkpoint = envelope({ machine }, snapshot);
  return {
    ...{ run: found.run, machineId: spec.id, machineVersion: spec.version, definitionHash, definition },
    ...{ choices: last.choices, checkpoint },
    rebuilt: {
      ...{ open: weighed.map(({ intent }) => intent), close: closedWith(weighed), checkpoint },
      ...(stands === 'completed' || stands === 'closed'
        ? { entries: [...rows, ended(stands)], state: stands }
        : { entries: [...rows, resting(reason)], state: 'in-doubt', reason: reasonJson(reason) }),
    },
  };
}

/** `at-job`: where it stood when its last job was made. `closing`: some of its fences are closed. */
type Stands = 'at-job' | 'closing' | 'completed' | 'closed';

/** What has gone back and closed a fence is over, and nobody rebuilds it. */
function standsAt({ hosts, closed }: LostRun, direction: Position['direction']): Stands {
  if (closed.length === 0 || direction === 'rollback') return 'at-job';
  if (closed.length < hosts.length) return 'closing';
  return direction === 'cleanup' ? 'closed' : 'completed';
}

function ended(outcome: 'completed' | 'closed'): JournalEntry {
  return { kind: 'ended', data: { outcome } };
}

function resting(reason: RunReason): JournalEntry {
  return { kind: 'in-doubt', data: { reason: reasonJson(reason) } };
}

function stateThen<R, H extends R>(
  { spec, xstate }: Machine<JsonObject, R, H>,
  { choices, standing: { state, remembers } }: JobStory,
  stands: Stands,
): AnyMachineSnapshot {
  const context = { choices, ...remembers } as unknown as MachineContext;
  if (stands === 'at-job') return stateAt(xstate, state, context);
  if (stands !== 'closing') return stateAt(xstate, stands, context);
  const isCleanup = positionOf(state).direction === 'cleanup';
  const last = (isCleanup ? spec.cleanup : spec.phases)?.at(-1);
  const step = last?.steps.at(-1);
  if (last === undefined || step === undefined)
    throw new TypeError(`${spec.id} has no last step to stand at`);
  return stateAt(
    xstate,
    { [isCleanup ? 'cleanup' : 'forward']: { [last.name]: { [step.name]: 'running' } } },
    context,
  );
}

function inDoubt<R, H extends R>(
  machine: Machine<JsonObject, R, H>,
  { run, hosts, closed }: LostRun,
  weighed: readonly Weighed[],
  {
    last,
    jobs,
    lost,
    at,
  }: {
    readonly last: JobStory;
    readonly jobs: number;
    readonly lost: number;
    readonly at: Position;
  },
): RunReason {
  const job = `${last.intent.id} on ${last.host}`;
  const crossed = weighed.some(({ intent }) => crosses(machine, intent));
  const goesBack =
    at.direction === 'cleanup'
      ? 'It is being cleaned up: there is no way back any more.'
      : `A rollback works from here${crossed ? ', as one past the point of no return' : ''}.`;
  const isClosing = closed.length > 0;
  return {
    code: REBUILT,
    message: `${run} was rebuilt from its hosts: ${
      isClosing
        ? `it had done its work, and was closing its fences: ${closed.join(', ')} of ${hosts.join(', ')}`
        : `it stands at its last job there, ${job}`
    }`,
    hint: `Make sure first that no other controller or database of this run is left: whoever goes on from here takes the hosts from it. ${goesBack}`,
    where: at.direction === 'ended' ? at.ended : `${at.phase}/${at.step}`,
    facts: {
      hosts,
      closed,
      jobs,
      lastJob: job,
      rowsLost: lost,
      pointOfNoReturn: crossed ? 'crossed' : 'not crossed',
    },
    choices: [
      {
        name: 'go-on',
        meaning: isClosing
          ? 'go on from there: the fences that still stand are closed'
          : 'go on from that job: its result is taken where it has ended, and what came behind it, which has changed no host, is done again',
        cost: 'nothing that the run would not have cost; a controller that still drives it from another database is locked out',
      },
    ],
  };
}

function crosses<R, H extends R>(
  { spec }: Machine<JsonObject, R, H>,
  { phase, step }: Weighed['intent'],
): boolean {
  return spec.phases.some(
    ({ name, steps }) => name === phase && steps.some((each) => each.name === step && isIrreversible(each)),
  );
}

function noJob(run: string): PawlError {
  return new PawlError('E_NO_JOB', `the hosts know no job of ${run}: it has changed nothing there`, {
    hint: `There is nothing to rebuild. Where its fences stand, open them by name: pawl unfence -i INVENTORY ${run} --reason WHY`,
  });
}

/** A rebuilt run is made by the definition it was begun with, or not at all: its steps' facts are that one's. */
function otherDefinition(run: string, { machineId, machineVersion, standing }: JobStory): PawlError {
  return new PawlError(
    'E_DEFINITION_CHANGED',
    `${run} was made by ${machineId} ${machineVersion}, and this is another definition of it`,
    {
      hint: `Rebuild it with the release that made it: one with ${machineId} ${machineVersion}. Nothing was changed.`,
      facts: { machineId, machineVersion, definitionHash: standing.definitionHash },
    },
  );
}
