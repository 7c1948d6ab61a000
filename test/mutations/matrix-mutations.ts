import { EFFECT_FIRST } from './effect-first';
import type { Mutation, RedTest } from './mutation';

const GUARD = 'packages/hosts/scripts/guard.sh';

/** A few cells of the migration's matrix, on one etcd host and one master. */
function cells(cell: string, says: string): RedTest {
  return {
    project: 'kill',
    file: 'test/kill/okd-etcd-v2-to-v3.kill.test.ts',
    title: 'killed anywhere, it ends as if it had not been, or where it began',
    compiled: true,
    ...{ cell, says },
  };
}

/**
 * Found by the kill matrix: by what its world has seen, or by what stands there at the end. Where other checks of the product's own
 * would stop the run before that, they are broken as well.
 */
export const MATRIX_MUTATIONS: readonly Mutation[] = [
  {
    name: 'masters are not held, and nobody looks whether they are',
    invariant: 'No master can start while data moves, a reboot included',
    edits: [
      {
        file: 'machines/steps-etcd/src/changes/stop-masters.ts',
        from: 'import { sh, stopAndHoldUnit, ',
        to: 'import { sh, stopAndHoldUnit, stopUnit, ',
      },
      {
        file: 'machines/steps-etcd/src/changes/stop-masters.ts',
        from: '(unit) => stopAndHoldUnit(unit, { run, why })',
        to: '(unit) => ({ ...stopAndHoldUnit(unit, { run, why }), ...stopUnit(unit) })',
      },
      {
        file: 'machines/steps-etcd/src/steps/stop-masters.ts',
        from: "states.filter((state) => state.verdict !== 'held')",
        to: "states.filter((state) => state.verdict === 'running')",
      },
      {
        file: 'machines/steps-etcd/src/steps/still-held.ts',
        from: "(state.verdict === 'held' ? [] : [{ host, state }])",
        to: "(state.verdict !== 'running' ? [] : [{ host, state }])",
      },
    ],
    red: cells('migrate/promote@etcd1/outcome:before-commit/resume', 'is not held'),
  },
  {
    name: 'the forcing is left, and nobody looks whether it is gone',
    invariant: 'The way back ends at the original cluster, which no start throws anybody out of',
    edits: [
      {
        file: 'packages/etcd/src/changes/force-new-cluster.ts',
        from: 'sh`rm -f ${file} ${ENVIRONMENT} ',
        to: 'sh`: ${file} ${ENVIRONMENT} ',
      },
      {
        file: 'packages/etcd/src/changes/force-new-cluster.ts',
        from: '*99-pawl-force*) refuse',
        to: '*99-pawl-force*) : refuse',
      },
      {
        file: 'packages/etcd/src/cluster/next-start.ts',
        from: 'clean: found.length === 0, found',
        to: 'clean: found.length >= 0, found',
      },
    ],
    red: cells(
      're-form/start-forced@etcd1/outcome:before-commit/rollback',
      '+ etcd1: run/systemd/system/etcd.service.d/99-pawl-force.conf',
    ),
  },
  {
    name: 'a migrate whose end was not committed is run again',
    invariant: 'migrate at most once a copy, wherever its controller dies',
    edits: [
      {
        file: 'machines/okd-etcd-v2-to-v3/src/phases/migrate.ts',
        from: '  switch (job.state) {',
        to: "  switch (task.target === '' ? job.state : 'running') {",
      },
      { file: GUARD, from: '  [ "$state" = prepared ] || report\n  # Never begun', to: '  # Never begun' },
      {
        file: 'packages/etcd/src/changes/migrate-copy.ts',
        from: 'sh`mkdir "$folder/migrate-started" || refuse',
        to: 'sh`mkdir -p "$folder/migrate-started" || refuse',
      },
    ],
    red: cells('migrate/run-migrate@etcd1/outcome:before-commit/resume', 'copy-1 was migrated twice'),
  },
  {
    name: 'a job that has ended is done again',
    invariant: 'Each effect happens as often as undisturbed, wherever the controller dies',
    edits: [
      { file: GUARD, from: '  [ "$state" = prepared ] || report\n  # Never begun', to: '  # Never begun' },
    ],
    red: cells(
      'start-masters/write-canary@etcd1/outcome:before-commit/resume',
      '× etcd1 put /pawl-canary/okd-1',
    ),
  },
  {
    name: 'the effect comes first, its intent after',
    invariant: 'Whatever was begun on a host is known to the journal',
    edits: EFFECT_FIRST,
    red: cells('set-aside/copy@etcd1/call', 'E_JOBS_UNKNOWN'),
  },
  {
    name: 'the next state is committed before the outcome',
    invariant: 'No step is passed whose outcome is not known',
    edits: [
      {
        file: 'packages/engine/src/outcome.ts',
        from: '  commitWork(work, boundary, closeRefused(whole, intent));',
        to: `  const { next: after, reason: why, ...outcome } = closeRefused(whole, intent);
  if (after !== undefined) commitWork(work, boundary, { entries: [], next: after, ...optional('reason', why) });
  commitWork(work, boundary, outcome);`,
      },
    ],
    red: cells('set-aside/copy@etcd1/outcome:', '+ 1 open'),
  },
  {
    name: 'the work copy is links, and nobody looks whether it is',
    invariant: 'Originals are never written: what comes back is what was set aside',
    edits: [
      {
        file: 'packages/etcd/src/changes/copy-member.ts',
        from: 'cp -a -T --reflink=auto ${from} ${part}',
        to: 'cp -al -T ${from} ${part}',
      },
      {
        file: 'packages/etcd/src/changes/fragments.ts',
        from: '| sort -u)" = 1 ] || refuse "$2 holds',
        to: '| sort -u)" != 0 ] || refuse "$2 holds',
      },
      {
        file: 'machines/steps-etcd/src/rollback/originals-back.ts',
        from: '(await hands.on(target).readScript(script)).exit === 0)',
        to: '(await hands.on(target).readScript(script)).exit >= 0)',
      },
    ],
    red: cells('migrate/promote@etcd1/outcome:before-commit/rollback', 'etcd1: var-lib/etcd/member/snap/db'),
  },
  {
    name: 'a fence is left on the way back',
    invariant: 'A run that has ended lets go of its hosts',
    edits: [
      {
        file: 'machines/steps-etcd/src/steps/close-fences.ts',
        from: '        .filter(lives(task));',
        to: '        .filter(lives(task)).slice(1);',
      },
    ],
    red: cells('prepare/plant-fences@-/outcome:after-commit/rollback', 'etcd1: var-lib/pawl/fence'),
  },
];
