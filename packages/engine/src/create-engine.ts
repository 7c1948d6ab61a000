import type { AnyMachineSnapshot } from 'xstate';
import { asItStands } from './as-it-stands';
import { attachFleet } from './attach-fleet';
import { cleanupMove } from './cleanup-move';
import { cleanCommit } from './clean-commit';
import { commitWork, envelope, placeOf } from './commit-work';
import { drive, resultOf } from './drive';
import type {
  Engine,
  EngineEvent,
  EngineOptions,
  ResumeOptions,
  RunResult,
  StartOptions,
} from './engine-api';
import { PawlError } from './errors';
import { storeFacts } from './facts';
import { failureOf, optional, reasonFrom } from './failure';
import type { JsonObject } from './json';
import { knownIntents } from './known-intents';
import { checkDead, checkPauseBefore, refuseEnded, sameDefinition, takesRollback } from './may-begin';
import type { Machine } from './machine';
import { firstEffect, samePlan } from './plan-of-run';
import { DEADLINE_PASSED } from './pause-wanted';
import type { Commit, HostJob } from './ports';
import { firstClaim, loadRun, mayTake, nextClaim } from './ownership';
import { isInDoubt, positionOf } from './position';
import { begin as beginMachine, contextOf } from './pure-core';
import type { Claim, RunRecord } from './records';
import { readEvents } from './read-events';
import { hasCrossed, rollbackEntry } from './rollback-entry';
import { cleanedUp, noWayBack, rollbackMove, withoutHosts } from './rollback-move';
import { REBUILT, rebuildRun } from './rebuild/rebuild-run';
import { runStatus } from './run-status';
import { decideMove, resumeMove, type SessionMove } from './session-move';
import { standingOf } from './standing';
import { waitForJobs } from './wait-for-jobs';
import { waitForOwner } from './wait-for-owner';
import { weighAgain, weighLoss } from './weigh-loss';
import type { Work } from './work';

/**
 * The durable interpreter over a store, a fleet and machines. It holds no state of a run between calls: any number of engines,
 * in any number of processes, may look at one store; the claim decides who writes.
 */
export function createEngine<R, H extends R>(options: EngineOptions<R, H>): Engine {
  const { store, fleet, owners, faultPoint = () => undefined, now = () => new Date() } = options;
  const listeners = new Set<(event: EngineEvent) => void>();
  /** Claims of sessions of this engine that are over: their owner is this process, and nobody is at work. */
  const over = new Set<string>();

  const machineOf = (id: string): Machine<JsonObject, R, H> => {
    const found: Machine<JsonObject, R, H> | undefined = options.machines.find((each) => each.spec.id === id);
    if (found !== undefined) return found;
    const have = options.machines.map((machine) => machine.spec.id).join(', ');
    throw new PawlError('E_NO_MACHINE', `there is no machine ${id} here`, { hint: `There are: ${have}.` });
  };

  const notify = (event: EngineEvent): void => {
    if (event.type === 'journal')
      options.logger?.log('info', event.row.kind, { run: event.row.run, seq: event.row.seq });
    for (const listener of listeners) listener(event);
  };

  const workOn = (
    machine: Machine<JsonObject, R, H>,
    record: RunRecord,
    snapshot: AnyMachineSnapshot,
    dead: readonly string[] = [],
  ): Work<R, H> => {
    const { run, claim } = record;
    const scope = { run, choices: machine.spec.checkChoices(record.choices), facts: storeFacts(store, run) };
    const { id: machineId, version: machineVersion } = machine.spec;
    const work: Work<R, H> = {
      ...{ store, fleet, machine, run, faultPoint, now, notify, snapshot },
      scope: {
        ...scope,
        get said() {
          return contextOf(work.snapshot).said;
        },
      },
      deadlineHeeded: reasonFrom(record.reason)?.code === DEADLINE_PASSED,
      deadline: undefined,
      rebuilt: isUndecided(record),
      planned: firstEffect(machine, store, run) !== undefined,
      claim: claim.claim,
      session: {
        ...{ run, machineId, machineVersion, claim, faultPoint },
        choices: record.choices,
        facts: scope.facts,
        knows: knownIntents(store, run),
        dead: () => [...contextOf(work.snapshot).said.dead, ...dead],
        phase: () => phaseOf(work.snapshot),
        standing: () => standingOf(work),
      },
      redact: options.redact,
      signal: options.signal,
      requestsBefore: store.requests(run).findLast((each) => each.before === undefined)?.id ?? 0,
      checkpointSeq: record.checkpoint.seq,
      lastSeq: store.head(run).seq,
    };
    return work;
  };

  /** A session from attach to detach. What it returns is durable. */
  const session = async (work: Work<R, H>, begin: Begin<R, H>): Promise<RunResult> => {
    over.delete(work.claim);
    try {
      return await withFleet(work, async () => {
        const jobs = await attachFleet(work);
        const first = jobs === undefined ? undefined : await begin(work, jobs);
        if (first === undefined) return resultOf(work);
        commitWork(work, `${placeOf(work)}/${first.boundary}`, first);
        work.rebuilt = false;
        return await drive(work);
      });
    } finally {
      over.add(work.claim);
    }
  };

  /** Takes a run that exists: nothing is written before everything that can refuse has had its say. */
  const take = async (
    asked: ResumeOptions,
    prepare: (record: RunRecord, machine: Machine<JsonObject, R, H>) => Prepared<R, H>,
  ): Promise<RunResult> => {
    const record = loadRun(store, asked.run);
    const machine = machineOf(record.machineId);
    checkPauseBefore(machine, asked.pauseBefore);
    const how = mayTake(record, owners, over, asked.takeOver === true);
    if ('rests' in prepare(record, machine)) return resultOf({ store, machine, run: record.run });
    const claim = nextClaim(record.claim, owners.self(store.location), now().toISOString());
    const taken = claimRun(machine, record, claim, how);
    over.add(claim.claim);
    if (asked.pauseBefore !== undefined) {
      store.request(record.run, 'pause', claim.owner.who, claim.at, asked.pauseBefore);
    }
    // A live owner that is taken over may have gone on until this very claim: what counts is what stands now.
    const standing = prepare(taken, machine);
    if ('rests' in standing) return resultOf({ store, machine, run: record.run });
    return await session(workOn(machine, taken, standing.from, standing.dead), standing.begin);
  };

  const claimRun = (
    machine: Machine<JsonObject, R, H>,
    record: RunRecord,
    claim: Claim,
    how: string,
  ): RunRecord => {
    const place = `${machine.spec.id}/${phaseAt(record)}@-/claimed`;
    faultPoint(`${place}:before-commit`);
    const taken = store.claim(record.run, record.claim.claim, claim, how);
    faultPoint(`${place}:after-commit`);
    return asItStands(store, taken);
  };

  const resume = (asked: ResumeOptions): Promise<RunResult> =>
    take(asked, (record, machine) => {
      refuseEnded(record);
      const from = sameDefinition(machine, record, store.definition(record.run));
      samePlan(machine, store, record, options.redact);
      if (isInDoubt(from.value) || isUndecided(record)) return { rests: true };
      const move = resumeMove(machine.xstate, from, store.intents(record.run, { open: true }));
      return { from, begin: (work) => weighAgain(work, move) };
    });

  return {
    async start(asked: StartOptions) {
      const machine = machineOf(asked.machineId);
      machine.spec.checkChoices(asked.choices);
      checkPauseBefore(machine, asked.pauseBefore);
      const snapshot = beginMachine(machine.xstate, asked.choices);
      const since = now().toISOString();
      faultPoint(`${machine.spec.id}/${phaseOf(snapshot)}/-@-/created:before-commit`);
      const record = store.create({
        run: asked.run,
        machineId: machine.spec.id,
        machineVersion: machine.spec.version,
        definitionHash: machine.definitionHash,
        definition: machine.definition,
        choices: asked.choices,
        checkpoint: envelope({ machine }, snapshot),
        claim: firstClaim(owners.self(store.location), since),
        at: since,
        ...optional('pauseBefore', asked.pauseBefore),
      });
      faultPoint(`${machine.spec.id}/${phaseOf(snapshot)}/-@-/created:after-commit`);
      for (const row of store.journal(asked.run)) notify({ type: 'journal', row });
      const entered = { direction: 'forward', phase: phaseOf(snapshot) };
      return await session(
        workOn(machine, record, snapshot),
        at({ boundary: 'entered', entries: [{ kind: 'entered', data: entered }] }),
      );
    },

    resume,
    takeOver: (asked) => resume({ ...asked, takeOver: true }),

    async rollback(asked) {
      const { run, dead = [], reason } = asked;
      checkDead(machineOf(loadRun(store, run).machineId), loadRun(store, run), dead, reason);
      if (asked.takeOver !== true) {
        const tell = (message: string): void =>
          notify({ type: 'progress', run, phase: '-', step: '-', target: '-', message });
        await waitForOwner(run, { store, owners, over, now, signal: options.signal, asked: tell });
      }
      return await take(asked, (record, machine) => {
        if (!takesRollback(record)) refuseEnded(record);
        const from = rollbackEntry(machine, record);
        const by = owners.self(store.location).who;
        const on = { by, asked: true, reason, dead } as const;
        const stands = positionOf(from.value);
        if (stands.direction === 'cleanup') throw cleanedUp(run);
        if (stands.direction === 'rollback') {
          if (isInDoubt(from.value) && dead.length === 0) return { rests: true };
          const move = withoutHosts(machine.xstate, from, record, store, on);
          return { from, dead, begin: (work) => weighAgain(work, move, asked.acceptDataLoss) };
        }
        const crossed = hasCrossed(machine, store, run);
        const move = (loss?: JsonObject): SessionMove =>
          rollbackMove(machine.xstate, from, record, store, { ...on, crossed, ...optional('loss', loss) });
        // What refuses, refuses before the run is claimed. A loss can only be weighed on the hosts.
        if (!crossed) move();
        else if (machine.spec.loss === undefined) throw noWayBack(run, true);
        return {
          from,
          dead,
          begin: async (work, jobs) => {
            if (!(await waitForJobs(work, jobs))) return undefined;
            return move(crossed ? await weighLoss(work, asked.acceptDataLoss) : undefined);
          },
        };
      });
    },

    decide: (asked) =>
      take(asked, (record, machine) => {
        const from = sameDefinition(machine, record, store.definition(record.run));
        samePlan(machine, store, record, options.redact);
        return { from, begin: at(decideMove(machine.xstate, from, record, store, asked)) };
      }),

    cleanup: (asked) =>
      take(asked, (record, machine) => {
        const from = rollbackEntry(machine, record);
        const by = owners.self(store.location).who;
        const { remove, reason } = asked;
        if (positionOf(from.value).direction === 'cleanup') {
          if (isInDoubt(from.value)) return { rests: true };
          const open = store.intents(record.run, { open: true });
          return { from, begin: at(resumeMove(machine.xstate, from, open)) };
        }
        const scope = { run: record.run, choices: machine.spec.checkChoices(record.choices) };
        machine.spec.checkRemove?.({ ...scope, facts: storeFacts(store, record.run) }, remove);
        return { from, begin: at(cleanupMove(machine.xstate, from, record, { by, remove, reason })) };
      }),

    rebuild(found) {
      const owner = owners.self(store.location);
      const since = now().toISOString();
      const claim = { ...firstClaim(owner, since), earlier: found.claims };
      store.create({ ...rebuildRun(found, machineOf), claim, at: since });
      return runStatus(store, owners, loadRun(store, found.run));
    },

    abandon({ run, reason, takeOver = false }) {
      const record = loadRun(store, run);
      refuseEnded(record);
      const claim = nextClaim(record.claim, owners.self(store.location), now().toISOString());
      store.claim(run, record.claim.claim, claim, mayTake(record, owners, over, takeOver));
      const why = { code: 'E_ABANDONED', message: `given up by ${claim.owner.who}: ${reason}` };
      const commit: Commit = {
        ...{ run, claim: claim.claim, at: claim.at, state: 'abandoned', reason: why },
        entries: [{ kind: 'ended', data: { outcome: 'abandoned', by: claim.owner.who, reason } }],
      };
      store.commit(cleanCommit(commit, options.redact));
    },

    pause(run, by) {
      loadRun(store, run);
      store.request(run, 'pause', by, now().toISOString());
    },
    status: (run) => runStatus(store, owners, loadRun(store, run)),
    runs: () => store.list(),
    recover: () =>
      [...store.list()]
        .sort((a, b) => a.createdAt.localeCompare(b.createdAt))
        .map((record) => runStatus(store, owners, record))
        .filter(({ state }) => state === 'crashed'),
    events: (run, asked = {}) => readEvents(store, run, asked),
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The first commit of a session, once the hosts have been joined; undefined where the run rests instead. */
type Begin<R, H extends R> = (work: Work<R, H>, jobs: readonly HostJob[]) => Promise<SessionMove | undefined>;

/** Where a session on an existing run begins; or: it rests, and this verb does not move it. */
type Prepared<R, H extends R> =
  | {
      readonly from: AnyMachineSnapshot;
      readonly begin: Begin<R, H>;
      /** Hosts that are not joined. */
      readonly dead?: readonly string[];
    }
  | { readonly rests: true };

/** Rebuilt from its hosts, and nobody has said yet that it may go on. */
function isUndecided({ state, reason }: RunRecord): boolean {
  return state === 'in-doubt' && reasonFrom(reason)?.code === REBUILT;
}

function at(move: SessionMove): () => Promise<SessionMove> {
  return () => Promise.resolve(move);
}

/** Connections are let go whatever happens. Of two errors the first is thrown, with both as its cause. */
async function withFleet<R, H extends R>(
  work: Work<R, H>,
  act: () => Promise<RunResult>,
): Promise<RunResult> {
  let result: RunResult;
  try {
    result = await act();
  } catch (error) {
    await work.fleet.detach(work.session).catch((second: unknown) => {
      const { code, message, ...rest } = failureOf(error, work.run).reason;
      throw new PawlError(code, message, { ...rest, cause: new AggregateError([error, second]) });
    });
    throw error;
  }
  await work.fleet.detach(work.session);
  return result;
}

function phaseOf(snapshot: AnyMachineSnapshot): string {
  const at = positionOf(snapshot.value);
  return at.direction === 'ended' ? at.ended : at.phase;
}

function phaseAt(record: RunRecord): string {
  const at = positionOf(record.checkpoint.snapshot['value']);
  return at.direction === 'ended' ? `${at.ended}/-` : `${at.phase}/${at.step}`;
}
