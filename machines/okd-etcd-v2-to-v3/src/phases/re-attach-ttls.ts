import { StepBlocked, StepFailed, type EffectStep, type Phase, type Task } from '@pawl/engine';
import {
  attachLeases,
  compareWithV3,
  leasesAttached,
  leaseWork,
  OAUTH_PREFIXES,
  planLeases,
  showKey,
  walkRaw,
  walkV3,
  type LeasePlan,
} from '@pawl/etcd';
import { planned, readStep, type ReadHands, type WorkHands } from '@pawl/fleet';
import { asFacts, firstEtcdHost, stillHeld } from '@pawl/steps-etcd';
import type { OkdChoices } from '../choices';
import { etcdHost } from '../facts';
import { hostTime } from '../host-time';
import { manifestOfRun } from '../manifest-of-run';
import { membersEqual } from '../steps/members-equal';
import { leaseMode, modeLines } from '../ttl-mode';

/** v2's TTLs are not migrated: without this every event and every token would live for ever. */
export const reAttachTtls: Phase<OkdChoices, ReadHands, WorkHands> = {
  name: 're-attach-ttls',
  title: 'Put the TTLs back, as leases',
  wayBack: 'The originals are put back.',
  rollbackAt: 'masters-down',
  steps: [
    attach(),
    readStep<OkdChoices>({
      name: 'verify-leases',
      title: 'Every key that had a TTL has a lease, or is gone rightly; all others are untouched',
      verify: 'v3 compared with the manifest once more, leases included',
      deadlineMs: 900_000,
      retry: { attempts: 2, delayMs: 2_000 },
      describe: () => ['# every key of v3 against the manifest, both ways, leases included'],
      run: async (task) => asFacts(await verify(task)),
    }),
    membersEqual(),
  ],
};

function attach(): EffectStep<OkdChoices, WorkHands> {
  return {
    kind: 'effect',
    name: 'attach',
    title: 'One lease for keys that run out within a minute of each other',
    targets: (scope) => [firstEtcdHost(scope)],
    undoneBy: 'originals-back/set-new-aside',
    leftOpen:
      'v3 is read again: a key that has a lease is never leased again, so what is left is done; a job that still runs is waited for',
    verify: 'every key that had a TTL has the time that the mode gives it, and at most 60 s or 2 % more',
    deadlineMs: 1_860_000,
    retry: { attempts: 3, delayMs: 1_000 },
    describe: (scope, target) => [
      ...modeLines(scope),
      ...planned(
        attachLeases(etcdHost(scope, target).settings, {
          text: '',
          keys: 0,
          leases: 0,
          deletions: 0,
          tooLarge: [],
        }),
      ),
    ],
    run: async (task) => {
      await stillHeld(task, []);
      const { settings } = etcdHost(task, task.target);
      const plan = await leasePlan(task);
      // A plan made after a crash holds what is left: a key that has a lease is never leased again.
      if (plan.counts.toLease + plan.counts.toDelete === 0) return asFacts({ ...plan.counts, leases: 0 });
      const work = await leaseWork(task.hands.host, settings, plan, task.signal);
      if (work.tooLarge.length > 0)
        throw new StepBlocked(
          'E_VALUE_TOO_LARGE',
          `${work.tooLarge.length} values with a TTL are too large for a v3 request, and can't be given a lease`,
          {
            hint: 'Go back to v2 (pawl rollback), delete them there or shorten their values, and migrate again.',
            facts: { keys: work.tooLarge.map((k) => showKey(k.key.toString('utf8'), OAUTH_PREFIXES)) },
          },
        );
      task.progress(`${work.keys} keys get ${work.leases} leases, ${work.deletions} are deleted`);
      task.signal.throwIfAborted();
      const job = await task.hands.host.change(attachLeases(settings, work));
      if (job.exit !== 0 || !leasesAttached(job.stdout).whole)
        throw new StepFailed(
          'E_LEASES',
          `not every lease was attached: ${job.stderr.trim() || job.stdout.trim()}`,
          {
            where: task.target,
            hint: 'Mend what it says: `systemctl status etcd` on every etcd host. Where etcd has stopped by itself (a full disk is one reason), make room and `systemctl start etcd` there. Then resume: what has no lease yet is planned anew.',
          },
        );
      return asFacts({ ...plan.counts, leases: work.leases });
    },
  };
}

async function leasePlan(task: Task<OkdChoices, ReadHands>): Promise<LeasePlan> {
  const host = task.hands.on(task.target);
  const { settings } = etcdHost(task, task.target);
  const manifest = await manifestOfRun(task);
  const keys = walkRaw(host, settings, { keysOnly: true, signal: task.signal });
  const plan = await planLeases(manifest, keys, await hostTime(host), leaseMode(task));
  if (plan.missing.length + plan.changed.length > 0)
    throw new StepBlocked(
      'E_V3_DIFFERS',
      `v3 was changed since it was verified: ${plan.missing.length} keys missing, ${plan.changed.length} written`,
      {
        hint: 'Somebody writes to v3 while all masters are stopped. Find out who before anything else.',
        facts: { missing: plan.missing.slice(0, 20), changed: plan.changed.slice(0, 20) },
      },
    );
  return plan;
}

async function verify(task: Task<OkdChoices, ReadHands>): Promise<object> {
  const name = firstEtcdHost(task);
  const host = task.hands.on(name);
  const { settings } = etcdHost(task, name);
  const manifest = await manifestOfRun(task);
  const now = await hostTime(host);
  const entries = walkV3(host, settings, { secretPrefixes: OAUTH_PREFIXES, signal: task.signal });
  const result = await compareWithV3(manifest, entries, { now, leases: leaseMode(task) });
  if (!result.equal)
    throw new StepBlocked(
      'E_V3_DIFFERS',
      `after the leases v3 does not hold what v2 held: ${result.differences} differences`,
      {
        hint: 'Somebody writes to v3 while all masters are stopped. Find out who before anything else; then pawl rollback.',
        facts: { differences: asFacts(result.shown) },
      },
    );
  return { compared: result.compared, expired: result.expired.length };
}
