import type { AnyMachineSnapshot } from 'xstate';
import { envelope } from '../commit-work';
import type { RunReason } from '../engine-api';
import { PawlError } from '../errors';
import { reasonJson } from '../failure';
import type { JsonObject } from '../json';
import type { Machine } from '../machine';
import type { MachineContext } from '../machine-guards';
import type { JournalEntry, NewRun } from '../ports';
import { positionOf } from '../position';
import { stateAt } from '../pure-core';
import type { LostRun } from './lost-run';
import { readJobs, type JobStory } from './read-jobs';
import { closedWith, rebuiltRows } from './rebuilt-rows';
import { weighJobs, type Weighed } from './weigh-jobs';

/** Why a rebuilt run rests, until a person has decided. */
export const REBUILT = 'E_REBUILT';

/**
 * A run as its hosts tell it: it stands where it stood when its last job was made, with every success that this job knew of. That
 * job is open, so that whoever goes on takes its result; what came behind it has made no job, and is done again. Pure.
 *
 * It rests in doubt (`E_REBUILT`), since no host can tell whether somebody is at work on it from another database.
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
  const ended = found.completed && direction === 'forward';
  const weighed = weighJobs(jobs, last, ended);
  const { rows, lost } = rebuiltRows(weighed, {
    ...{ hosts: found.hosts, jobs: jobs.length, last: last.intent.id, on: last.host },
    ...{ direction, phase: last.intent.phase },
  });
  const reason = inDoubt(machine, found, weighed, { last, jobs: jobs.length, lost });
  const checkpoint = envelope({ machine }, stateThen(machine, last, ended));
  return {
    ...{ run: found.run, machineId: spec.id, machineVersion: spec.version, definitionHash, definition },
    ...{ choices: last.choices, checkpoint },
    rebuilt: {
      ...{ open: weighed.map(({ intent }) => intent), close: closedWith(weighed), checkpoint },
      ...(ended
        ? { entries: [...rows, COMPLETED], state: 'completed' }
        : { entries: [...rows, resting(reason)], state: 'in-doubt', reason: reasonJson(reason) }),
    },
  };
}

const COMPLETED: JournalEntry = { kind: 'ended', data: { outcome: 'completed' } };

function resting(reason: RunReason): JournalEntry {
  return { kind: 'in-doubt', data: { reason: reasonJson(reason) } };
}

function stateThen<R, H extends R>(
  machine: Machine<JsonObject, R, H>,
  { choices, standing: { state, remembers } }: JobStory,
  ended: boolean,
): AnyMachineSnapshot {
  const context = { choices, ...remembers } as unknown as MachineContext;
  return stateAt(machine.xstate, ended ? 'completed' : state, context);
}

function inDoubt<R, H extends R>(
  machine: Machine<JsonObject, R, H>,
  { run, hosts }: LostRun,
  weighed: readonly Weighed[],
  { last, jobs, lost }: { readonly last: JobStory; readonly jobs: number; readonly lost: number },
): RunReason {
  const job = `${last.intent.id} on ${last.host}`;
  const crossed = weighed.some(({ intent }) => isIrreversible(machine, intent));
  return {
    code: REBUILT,
    message: `${run} was rebuilt from its hosts: it stands at its last job there, ${job}`,
    hint: `Make sure first that no other controller or database of this run is left: whoever goes on from here takes the hosts from it. A rollback works from here${crossed ? ', as one past the point of no return' : ''}.`,
    where: `${last.intent.phase}/${last.intent.step}`,
    facts: {
      hosts,
      jobs,
      lastJob: job,
      rowsLost: lost,
      pointOfNoReturn: crossed ? 'crossed' : 'not crossed',
    },
    choices: [
      {
        name: 'go-on',
        meaning:
          'go on from that job: its result is taken where it has ended, and what came behind it, which has changed no host, is done again',
        cost: 'nothing that the run would not have cost; a controller that still drives it from another database is locked out',
      },
    ],
  };
}

function isIrreversible<R, H extends R>(
  { spec }: Machine<JsonObject, R, H>,
  { phase, step }: Weighed['intent'],
): boolean {
  return spec.phases.some(
    ({ name, steps }) =>
      name === phase &&
      steps.some((each) => each.name === step && each.kind !== 'read' && each.undoneBy === 'irreversible'),
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
