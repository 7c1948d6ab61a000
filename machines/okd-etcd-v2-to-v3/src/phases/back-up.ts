import { StepBlocked, type Phase, type Scope } from '@pawl/engine';
import { coldBackup, snapshotStatus } from '@pawl/etcd';
import { guardedStep, readStep, type ReadHands, type WorkHands } from '@pawl/fleet';
import { backUpFile, etcdHosts, layoutOf, masterFacts, masters } from '@pawl/steps-etcd';
import type { OkdChoices } from '../choices';
import { clusterFacts, etcdHost } from '../facts';

/**
 * Cold copies: they keep member and cluster ids and the v3 database, and take a quarter of the time of `etcdctl backup`,
 * which loses both and renames damaged `.snap` files in the directory it reads (measured).
 */
export const backUp: Phase<OkdChoices, ReadHands, WorkHands> = {
  name: 'back-up',
  title: 'Back up every member, and the configuration',
  wayBack: 'etcd is released and started on all hosts together, then the masters. The backups are kept.',
  rollbackAt: 'etcd-back',
  steps: [
    guardedStep<OkdChoices, undefined>({
      name: 'members',
      title: 'A cold copy of every member and of /etc/etcd, compared file by file',
      targets: etcdHosts,
      undoneBy: 'kept',
      verify: 'the copy holds the same files with the same sha256',
      deadlineMs: 3_600_000,
      retry: { attempts: 2, delayMs: 2_000 },
      change: (scope, target) =>
        coldBackup(layoutOf(scope, target), {
          description: description(scope, target),
          configuration: ['/etc/etcd'],
        }),
      prove: (_task, job) => Promise.resolve({ printed: job.stdout.trim() }),
    }),
    guardedStep<OkdChoices, undefined>({
      name: 'master-configuration',
      title: 'A copy of the masters’ configuration',
      targets: masters,
      undoneBy: 'kept',
      verify: 'the copy stands in the run’s folder',
      deadlineMs: 60_000,
      retry: { attempts: 2, delayMs: 2_000 },
      change: ({ run, facts }, target) =>
        backUpFile(run, masterFacts({ facts }, target).configPath ?? '/etc/origin/master/master-config.yaml'),
    }),
    readStep<OkdChoices>({
      name: 'no-v3-data',
      title: 'The stopped databases hold no v3 data',
      targets: etcdHosts,
      verify: '`snapshot status` of each backup’s database says revision 0',
      deadlineMs: 60_000,
      retry: { attempts: 2, delayMs: 1_000 },
      describe: (scope, target) => [
        `ETCDCTL_API=3 etcdctl -w json snapshot status ${layoutOf(scope, target).backup}/member/snap/db`,
      ],
      run: async (task) => {
        // The backup's, not the original's: an original is not even opened.
        const status = await snapshotStatus(
          task.hands.on(task.target),
          `${layoutOf(task, task.target).backup}/member/snap/db`,
        );
        if (status.revision > 0)
          throw new StepBlocked(
            'E_V3_IN_USE',
            `${task.target}: the stopped database holds v3 data (revision ${status.revision}): it must never be migrated`,
            {
              hint: 'Somebody used v3 between preflight and the stop. Go back to v2 (docs/operating.md) and find out who.',
            },
          );
        return { revision: status.revision, records: status.records };
      },
    }),
  ],
};

/** For a person in a bad hour. */
function description(scope: Scope<OkdChoices>, host: string): string {
  const { settings, running } = etcdHost(scope, host);
  const member = clusterFacts(scope).members.find((m) => m.name === settings.memberName);
  return [
    `Cold copy of etcd member ${settings.memberName} on ${host}, made by Pawl, run ${scope.run}, before its migration to v3.`,
    `cluster ${scope.choices.clusterName}, etcd ${running}, member id ${member?.id ?? 'unknown'}, peer ${settings.initialAdvertisePeerUrls.join(',')}`,
    `data directory ${settings.dataDir}, WAL ${settings.walDir ?? 'inside it'}, runs as ${settings.user}`,
  ].join('\n');
}
