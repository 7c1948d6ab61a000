import { EFFECT_FIRST } from './effect-first';
import { MATRIX_MUTATIONS } from './matrix-mutations';
import type { Mutation } from './mutation';

const GUARD = 'packages/hosts/scripts/guard.sh';
const STATEMENTS = 'packages/store/src/statements.ts';
const JOBS = 'packages/hosts/test/guard/job.test.ts';
const CHANGES = 'packages/etcd/test/changes/changes.etcd.test.ts';
const PROOFS = 'machines/okd-etcd-v2-to-v3/test/step-proofs.test.ts';

/** One for each promise at least; a promise that two places keep is broken in both at once. */
export const MUTATIONS: readonly Mutation[] = [
  // P1: commit before act.
  {
    name: 'the intent is committed after the effect',
    invariant: 'No effect begins before its intent is durable',
    edits: EFFECT_FIRST,
    red: {
      project: 'fast',
      file: 'packages/store/test/durable-order.test.ts',
      title: 'the intent is written and synced before the effect',
      compiled: true,
    },
  },
  {
    name: 'commits are not synced',
    invariant: 'A commit that has returned is on disk',
    edits: [
      {
        file: 'packages/store/src/open-database.ts',
        from: "['synchronous', 'FULL', 2]",
        to: "['synchronous', 'NORMAL', 1]",
      },
    ],
    red: {
      project: 'fast',
      file: 'packages/store/test/durable-order.test.ts',
      title: 'nothing that was written waits for its sync',
      compiled: true,
    },
  },
  {
    name: 'a commit is no transaction',
    invariant: 'Outcome, row and checkpoint are durable together or not at all',
    edits: [
      {
        file: 'packages/store/src/open-store.ts',
        from: 'commit: (commit) => writing(() => writeCommit(sql, commit)),',
        to: 'commit: (commit) => reading(() => writeCommit(sql, commit)),',
      },
    ],
    red: {
      project: 'fast',
      file: 'packages/store/test/store-conformance.test.ts',
      title: 'a commit whose last part is refused leaves nothing of the parts before',
    },
  },
  {
    name: 'facts and checkpoint in two commits',
    invariant: 'Outcome, row and checkpoint are durable together or not at all',
    edits: [
      {
        file: 'packages/engine/src/outcome.ts',
        from: '  commitWork(work, boundary, closeRefused(whole, intent));',
        to: `  const { next: after, reason: why, ...first } = closeRefused(whole, intent);
  commitWork(work, boundary, first);
  if (after !== undefined) commitWork(work, boundary, { entries: [], next: after, ...optional('reason', why) });`,
      },
    ],
    red: {
      project: 'fast',
      file: 'packages/engine/test/one-commit.test.ts',
      title: 'an outcome and the state that follows from it are one commit',
    },
  },
  {
    name: 'the started mark is not synced',
    invariant: 'On a host each mark is durable before the next act',
    edits: [
      {
        file: GUARD,
        from: `printf '%s\\n' "$claim" | put "$job/started"`,
        to: `printf '%s\\n' "$claim" >"$job/started"`,
      },
    ],
    red: {
      project: 'fast',
      file: 'packages/hosts/test/guard/durable-order.test.ts',
      title: 'each file before its name, each mark before the next act',
    },
  },

  // P2: never twice.
  {
    name: 'a one-shot may always start',
    invariant: 'A one-shot step starts once a round',
    edits: [
      {
        file: 'packages/engine/src/machine-guards.ts',
        from: '    return said.resumes || said.round > (context.marks[step] ?? 0);',
        to: '    return context.marks !== undefined || step !== undefined;',
      },
    ],
    red: {
      project: 'fast',
      file: 'machines/okd-etcd-v2-to-v3/test/machine.test.ts',
      title: 'whatever world, operator and steps say, the machine keeps its word',
    },
  },
  {
    name: 'the once-key is not taken',
    invariant: 'A one-shot job starts once in a run, under whichever intent',
    edits: [
      {
        file: GUARD,
        from: 'if [ -n "$once" ] && ! take_once; then',
        to: 'if false && ! take_once; then',
      },
    ],
    red: { project: 'fast', file: JOBS, title: 'one-shot: whoever asks, under whichever intent' },
  },
  {
    name: 'a second intent for one round',
    invariant: 'The store holds one intent for each round of a one-shot step',
    edits: [
      {
        file: 'migrations-db/0001_checkpoints.sql',
        from: 'CREATE UNIQUE INDEX intents_one_shot',
        to: 'CREATE INDEX intents_one_shot',
      },
    ],
    red: {
      project: 'fast',
      file: 'packages/store/test/store-conformance.test.ts',
      title: 'the SQLite store conforms: a one-shot step has one intent per round',
    },
  },
  {
    name: 'migrate on the unit’s data directory',
    invariant: 'migrate is given a work copy and nothing else',
    edits: [
      {
        file: 'packages/etcd/src/changes/migrate-copy.ts',
        from: "    '--data-dir',\n    copy.folder,",
        to: "    '--data-dir',\n    copy.folder.replace(/\\/pawl-[^/]+\\/copy-[0-9]+$/, ''),",
      },
    ],
    red: {
      project: 'fast',
      file: 'machines/okd-etcd-v2-to-v3/test/plan.test.ts',
      title: 'migrate stands in the plan once, on a work copy',
    },
  },
  {
    name: 'a copy’s own mark is not made',
    invariant: 'migrate at most once a copy, whatever guard and database believe',
    edits: [
      {
        file: 'packages/etcd/src/changes/migrate-copy.ts',
        from: 'sh`mkdir "$folder/migrate-started" || refuse',
        to: 'sh`mkdir -p "$folder/migrate-started" || refuse',
      },
    ],
    red: { project: 'fast', file: CHANGES, title: 'backed up, set aside, copied, migrated once, promoted' },
  },
  {
    name: 'an original with v3 data is copied',
    invariant: 'A copy is made only from an original that holds no v3 data',
    edits: [
      {
        file: 'packages/etcd/src/changes/fragments.ts',
        from: '[ "$revision" = 0 ] || refuse',
        to: '[ -n "$revision" ] || refuse',
      },
    ],
    red: {
      project: 'fast',
      file: CHANGES,
      title: 'an original that holds v3 data is neither copied nor migrated',
    },
  },
  {
    name: 'a store in use is copied',
    invariant: 'Nothing is copied, renamed or migrated that another process has open',
    edits: [
      {
        file: 'packages/etcd/src/changes/fragments.ts',
        from: 'flock -n -x 9 || refuse',
        to: 'flock -n -x 9 || : refuse',
      },
    ],
    red: {
      project: 'fast',
      file: CHANGES,
      title: 'a store that is in use is neither copied, backed up, renamed nor migrated',
    },
  },
  {
    name: 'a partial copy is promoted',
    invariant: 'A copy takes its place only with exit 0 and the success line',
    edits: [
      {
        file: 'packages/etcd/src/parse/migrate.ts',
        from: "  if (lines.includes('finished transforming keys')) return",
        to: '  if (lines.length > 0) return',
      },
    ],
    red: {
      project: 'fast',
      file: 'machines/okd-etcd-v2-to-v3/test/probe.test.ts',
      title: 'exit 0 without its line',
    },
  },

  // P3: in doubt is decided by the world.
  {
    name: 'unknown jobs are ignored at attach',
    invariant: 'Jobs that the journal does not know: in doubt, never forward',
    edits: [
      {
        file: 'packages/engine/src/attach-fleet.ts',
        from: '    refuseUnknown(work, jobs);\n',
        to: '    if (work === undefined) refuseUnknown(work, jobs);\n',
      },
    ],
    red: {
      project: 'fast',
      file: 'packages/engine/test/ownership.test.ts',
      title: 'know a job that the database does not: in doubt',
    },
  },
  {
    name: 'the claim is carried on in spite of unknown jobs',
    invariant: 'A database that was put back takes nothing from the newer one',
    edits: [
      {
        file: 'packages/fleet/src/attach-hosts.ts',
        from: '  if (!seen.every(({ intent }) => session.knows(intent))) return seen;\n',
        to: '',
      },
    ],
    red: {
      project: 'fast',
      file: 'packages/fleet/test/attach.test.ts',
      title: 'a job that the journal does not know: the claim is carried nowhere',
    },
  },
  {
    name: 'a missing fence is not missed',
    invariant: 'Evidence that is gone from a host: in doubt, never assumed',
    edits: [
      {
        file: 'packages/fleet/src/attach-hosts.ts',
        from: "    if (record === undefined && known === 'fence') throw fenceMissing(host, run);\n",
        to: '',
      },
    ],
    red: {
      project: 'fast',
      file: 'packages/fleet/test/attach.test.ts',
      title: 'a fence that ought to be there and is not: in doubt',
    },
  },
  {
    name: 'a copy whose job is gone counts as untouched',
    invariant: 'No job, and yet the copy was tried: a person decides',
    edits: [
      {
        file: 'machines/okd-etcd-v2-to-v3/src/phases/migrate.ts',
        from: '  if (job === undefined && tried) throw marksGone(task, round, evidence);\n',
        to: '  if (job === undefined && round < 0) throw marksGone(task, round, evidence);\n',
      },
    ],
    red: {
      project: 'fast',
      file: 'machines/okd-etcd-v2-to-v3/test/probe.test.ts',
      title: 'no job, and yet the copy was tried: evidence is gone',
    },
  },
  {
    name: 'another definition is resumed',
    invariant: 'A run goes on under the definition that it was made by',
    edits: [
      {
        file: 'packages/engine/src/may-begin.ts',
        from: '  if (record.checkpoint.definitionHash === machine.definitionHash)\n',
        to: '  if (record.checkpoint.definitionHash !== undefined)\n',
      },
    ],
    red: {
      project: 'fast',
      file: 'packages/engine/test/definition-changed.test.ts',
      title: 'is not resumed',
    },
  },

  // P4, P5: a way back, a run like any other.
  {
    name: 'a rollback past the point of no return, unasked',
    invariant: 'Past the point of no return nothing goes back without consent',
    edits: [
      {
        file: 'packages/engine/src/machine-guards.ts',
        from: "'crossed' in event && (!event.crossed || event.consent)",
        to: "'crossed' in event",
      },
    ],
    red: {
      project: 'fast',
      file: 'machines/okd-etcd-v2-to-v3/test/machine.test.ts',
      title: 'whatever world, operator and steps say, the machine keeps its word',
    },
  },
  {
    name: 'the barrier between phases is dropped',
    invariant: 'No host begins the next step before every host has ended this one',
    edits: [
      {
        file: 'packages/engine/src/outcome.ts',
        from: '  const all = fan.succeeded.size === fan.targets.length;',
        to: '  const all = fan.succeeded.size > 0;',
      },
    ],
    red: {
      project: 'fast',
      file: 'packages/engine/test/create-engine.test.ts',
      title: 'rolls back from there with a barrier after each step',
    },
  },
  {
    name: 'originals are renamed back before the forcing is gone',
    invariant: 'Never an original beside a member that was forced',
    edits: [
      {
        file: 'machines/okd-etcd-v2-to-v3/src/machine.ts',
        from: "    forceGone,\n    originalsBack('set-aside/originals'),\n",
        to: "    originalsBack('set-aside/originals'),\n    forceGone,\n",
      },
    ],
    red: {
      project: 'fast',
      file: 'machines/okd-etcd-v2-to-v3/test/order.test.ts',
      title: 'the way back of the migration',
    },
  },
  {
    name: 'etcd starts before every original is back',
    invariant: 'No member of the original cluster starts before all originals stand in their place',
    edits: [
      {
        file: 'machines/okd-etcd-v2-to-v3/src/machine.ts',
        from: "    originalsBack('set-aside/originals'),\n    filesBack(['reconfigure-masters/edit', ...configureSteps('scale-up')]),\n    etcdBack,\n",
        to: "    etcdBack,\n    originalsBack('set-aside/originals'),\n    filesBack(['reconfigure-masters/edit', ...configureSteps('scale-up')]),\n",
      },
    ],
    red: {
      project: 'fast',
      file: 'machines/okd-etcd-v2-to-v3/test/order.test.ts',
      title: 'the way back of the migration',
    },
  },
  {
    name: 'an original that was written to starts',
    invariant: 'Originals are compared with their record before anything starts on them',
    edits: [
      {
        file: 'machines/steps-etcd/src/rollback/originals-back.ts',
        from: '(await hands.on(target).readScript(script)).exit === 0)',
        to: '(await hands.on(target).readScript(script)).exit >= 0)',
      },
    ],
    red: { project: 'fast', file: PROOFS, title: 'an original that is not what was set aside' },
  },
  {
    name: 'hosts given up without a quorum',
    invariant: 'A host is left behind only where a quorum of originals is left',
    edits: [
      {
        file: 'machines/steps-etcd/src/check-dead.ts',
        from: '  if (left.length < needed)\n',
        to: '  if (left.length === 0)\n',
      },
    ],
    red: {
      project: 'fast',
      file: 'machines/okd-etcd-v2-to-v3/test/way-back.test.ts',
      title: 'hosts that will not come back',
    },
  },

  // P6: nothing is lost.
  {
    name: 'a backup is not verified',
    invariant: 'Nothing destructive without a backup that was compared file by file',
    edits: [
      {
        file: 'packages/etcd/src/changes/fragments.ts',
        from: '  sums "$2" | cmp -s "$3" - || refuse',
        to: '  sums "$2" | cmp -s "$3" - || : refuse',
      },
    ],
    red: {
      project: 'fast',
      file: CHANGES,
      title: 'a copy or a backup that came out other than its original is refused',
    },
  },
  {
    name: 'what stands in an original’s place is deleted',
    invariant: 'Nothing is deleted that can be moved: what was made is evidence',
    edits: [
      {
        file: 'packages/etcd/src/changes/set-aside.ts',
        from: '  mv -nT ${from} ${to}\n',
        to: '  rm -rf ${from}\n',
      },
    ],
    red: { project: 'fast', file: CHANGES, title: 'backed up, set aside, copied, migrated once, promoted' },
  },
  {
    name: 'the work copy is made of links',
    invariant: 'An original is never written, and nothing of it is linked',
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
    ],
    red: { project: 'fast', file: CHANGES, title: 'backed up, set aside, copied, migrated once, promoted' },
  },
  {
    name: 'keys that v2 never had are not refused',
    invariant: 'Masters start only on a v3 store that holds what v2 held, and nothing else',
    edits: [
      {
        file: 'packages/etcd/src/manifest/compare.ts',
        from: `    if (was === undefined) found.add(entry.key, 'not in the manifest');
    else found.same(entry.key, v3Difference(`,
        to: `    if (was !== undefined) found.same(entry.key, v3Difference(`,
      },
    ],
    red: {
      project: 'fast',
      file: 'packages/etcd/test/manifest/manifest.test.ts',
      title: 'comparing',
    },
  },
  {
    name: 'another value is not noticed',
    invariant: 'Masters start only on a v3 store that holds what v2 held, and nothing else',
    edits: [
      {
        file: 'packages/etcd/src/manifest/compare.ts',
        from: "  if (was.valueSha256 !== is.valueSha256 || was.bytes !== is.bytes) return 'another value';\n",
        to: '',
      },
    ],
    red: { project: 'fast', file: 'packages/etcd/test/manifest/manifest.test.ts', title: 'comparing' },
  },
  {
    name: '.snap is not checked',
    invariant: 'No joiner is fed by a member without a .snap: it would silently hold no v3 data',
    edits: [
      {
        file: 'machines/steps-etcd/src/steps/start-forced.ts',
        from: 'return { ready: count > 0, said:',
        to: 'return { ready: count >= 0, said:',
      },
    ],
    red: { project: 'fast', file: PROOFS, title: 'a forced start that wrote no .snap is not done' },
  },
  {
    name: 'the force drop-in is left',
    invariant: 'force-new-cluster is never left behind',
    edits: [
      {
        file: 'machines/steps-etcd/src/steps/proven-clean.ts',
        from: '  if (!next.clean)\n',
        to: '  if (!next.clean && next.found.length === 0)\n',
      },
      {
        file: 'packages/etcd/src/changes/force-new-cluster.ts',
        from: 'sh`rm -f ${file} ${ENVIRONMENT} ',
        to: 'sh`rm -f ${ENVIRONMENT} ',
      },
    ],
    red: { project: 'fast', file: PROOFS, title: 're-form/end-forced' },
  },
  {
    name: 'a member joins with data',
    invariant: 'No member is added before its data directory is proven empty',
    edits: [
      {
        file: 'machines/steps-etcd/src/steps/join.ts',
        from: '  if (left !== undefined && !present.some(',
        to: '  if (left === null && !present.some(',
      },
    ],
    red: {
      project: 'fast',
      file: PROOFS,
      title: 'a host that is no member and holds data joins nothing',
    },
  },
  {
    name: 'all members are added at once',
    invariant: 'At most one membership change is in flight',
    edits: [
      {
        file: 'machines/steps-etcd/src/steps/join.ts',
        from: '(scope) => etcdHosts(scope).slice(place - 1, place);',
        to: '(scope) => etcdHosts(scope).slice(place - 1);',
      },
    ],
    red: {
      project: 'fast',
      file: 'machines/okd-etcd-v2-to-v3/test/plan.test.ts',
      title: 'joins every host but the first',
    },
  },
  {
    name: 'the hold is missing',
    invariant: 'What is stopped stays stopped, a reboot included',
    edits: [
      {
        file: 'packages/hosts/src/changes/hold-unit.ts',
        from: 'script: sh.lines(holdScript(name, reason), stopScript(name, options)),',
        to: 'script: sh.lines(stopScript(name, options)),',
      },
    ],
    red: {
      project: 'fast',
      file: 'packages/hosts/test/changes/units.test.ts',
      title: 'held before it is stopped, then proven to be both',
    },
  },
  {
    name: 'masters are not proven to be held',
    invariant: 'Masters are never up while etcd data moves',
    edits: [
      {
        file: 'machines/steps-etcd/src/steps/stop-masters.ts',
        from: "states.filter((state) => state.verdict !== 'held')",
        to: "states.filter((state) => state.verdict === 'running')",
      },
    ],
    red: { project: 'fast', file: PROOFS, title: 'masters that stopped and are not held' },
  },
  {
    name: 'a hold that somebody took away is not noticed',
    invariant: 'What a person starts or frees by hand is noticed before the next change that it would harm',
    edits: [
      {
        file: 'machines/steps-etcd/src/steps/still-held.ts',
        from: "(state.verdict === 'held' ? [] : [{ host, state }])",
        to: "(state.verdict !== 'running' ? [] : [{ host, state }])",
      },
    ],
    red: {
      project: 'fast',
      file: 'machines/okd-etcd-v2-to-v3/test/still-held.test.ts',
      title: 'a hold is gone, nothing runs',
    },
  },

  // P7: a lost connection is not a failure.
  {
    name: 'the lock is not inherited',
    invariant: 'A job counts as running as long as anything of it lives',
    edits: [
      {
        file: GUARD,
        from: `      <"$input" >"$job/stdout" 2>"$job/stderr" 8>&7 7>&- 5>&-`,
        to: `      <"$input" >"$job/stdout" 2>"$job/stderr" 7>&- 5>&-`,
      },
    ],
    red: { project: 'fast', file: JOBS, title: 'a child that lives on keeps it running' },
  },
  {
    name: 'a job that exists is started anew',
    invariant: 'Asked for again under its intent, a job is found, not started again',
    edits: [
      {
        file: GUARD,
        from: '  [ "$state" = prepared ] || report\n  # Never begun',
        to: '  # Never begun',
      },
    ],
    red: { project: 'fast', file: JOBS, title: 'asked for again under its intent, it is not started again' },
  },

  // P8: honest evidence.
  {
    name: 'the journal’s trigger is missing',
    invariant: 'The journal is append-only, whoever writes',
    edits: [
      {
        file: 'migrations-db/0001_checkpoints.sql',
        from: 'CREATE TRIGGER journal_is_never_updated BEFORE UPDATE ON journal',
        to: 'CREATE TRIGGER journal_is_never_updated BEFORE UPDATE OF run ON journal',
      },
    ],
    red: {
      project: 'fast',
      file: 'packages/store/test/open-store.test.ts',
      title: 'the journal is never changed or deleted, by any program',
    },
  },
  {
    name: 'a row’s content is not hashed',
    invariant: 'Any changed byte of the journal is found, and the first bad row named',
    edits: [
      {
        file: 'packages/engine/src/chain.ts',
        from: '  if (!cleaned && !isHashed(row)) return',
        to: '  if (cleaned && !isHashed(row)) return',
      },
    ],
    red: {
      project: 'fast',
      file: 'packages/engine/test/chain.test.ts',
      title: 'names the row in which any one byte was changed',
    },
  },
  {
    name: 'redaction is off',
    invariant: 'No secret on any output',
    edits: [
      {
        file: 'packages/okd/src/secrets/redact.ts',
        from: 'withoutPem(oauthNamesHashed(text))',
        to: 'withoutPem(text)',
      },
    ],
    red: {
      project: 'fast',
      file: 'packages/cli/test/commands.test.ts',
      title: 'no canary reaches stdout, stderr, the documents, the events or the log',
    },
  },
  {
    name: 'errors are written as they are said',
    invariant: 'No secret in database, journal or bundle',
    edits: [
      {
        file: 'packages/engine/src/clean-commit.ts',
        from: '  if (redact === undefined) return commit;',
        to: '  if (redact !== commit.run) return commit;',
      },
    ],
    red: {
      project: 'fast',
      file: 'packages/cli/test/bundle.test.ts',
      title: 'what an error says and what a person types is clean in the database itself',
    },
  },
  {
    name: 'token names stand in the manifest',
    invariant: 'No secret in a manifest: names of OAuth tokens only as digests',
    edits: [
      {
        file: 'packages/etcd/src/manifest/key-name.ts',
        from: '  if (prefix === undefined) return name;',
        to: '  if (prefix === undefined || name.length > 0) return name;',
      },
    ],
    red: {
      project: 'fast',
      file: 'packages/etcd/test/manifest/manifest.test.ts',
      title: 'keys that are secrets',
    },
  },

  // One owner.
  {
    name: 'the guard compares no claims',
    invariant: 'A change is made under the claim in the fence alone',
    edits: [
      {
        file: GUARD,
        from: '  if [ "$fence_run" != "$run" ] || [ "$fence_claim" != "$claim" ]; then answer_fenced; fi',
        to: '  if [ "$fence_run" != "$run" ]; then answer_fenced; fi',
      },
    ],
    red: {
      project: 'fast',
      file: 'packages/hosts/test/guard/fence.test.ts',
      title: 'not withdrawn by another claim, nor once a job was made',
    },
  },
  {
    name: 'the fence is not read again before the start',
    invariant: 'A job that was made under a claim that is taken over does not begin',
    edits: [
      {
        file: GUARD,
        from: '  if [ "$fence_run" != "$run" ] || [ "$fence_claim" != "$claim" ]; then\n    say fenced',
        to: '  if false; then\n    say fenced',
      },
    ],
    red: { project: 'fast', file: JOBS, title: 'made under a claim that is taken over before it begins' },
  },
  {
    name: 'the store compares no claims',
    invariant: 'Only the owner writes: the claim stands in the WHERE of every write',
    edits: [
      {
        file: STATEMENTS,
        from: "const OWNED = 'FROM runs WHERE run = @run AND claim = @claim';",
        to: "const OWNED = 'FROM runs WHERE run = @run AND @claim IS NOT NULL';",
      },
      {
        file: STATEMENTS,
        from: "last_hash = @hash, updated_at = @at WHERE run = @run AND claim = @claim',",
        to: "last_hash = @hash, updated_at = @at WHERE run = @run AND @claim IS NOT NULL',",
      },
      {
        file: STATEMENTS,
        from: '        state = coalesce(@state, state)\n      WHERE run = @run AND claim = @claim`,',
        to: '        state = coalesce(@state, state)\n      WHERE run = @run AND @claim IS NOT NULL`,',
      },
      {
        file: 'packages/store/src/write-commit.ts',
        from: '  if (head.claim !== claim) throw claimLost(run);\n',
        to: '',
      },
    ],
    red: {
      project: 'fast',
      file: 'packages/store/test/store-conformance.test.ts',
      title: 'the SQLite store conforms: only the claim of the run writes',
    },
  },

  // What is lost was accepted.
  {
    name: 'a way back that stood still is gone on with unweighed',
    invariant: 'Nothing more is lost than was accepted by name',
    edits: [
      {
        file: 'packages/engine/src/weigh-loss.ts',
        from: '  if (loss.free || !hasGrown(loss, then)) return move;',
        to: '  return move;',
      },
    ],
    red: {
      project: 'fast',
      file: 'packages/engine/test/way-back.test.ts',
      title: 'what has grown is shown, nothing is done, and it is accepted anew by its name',
    },
  },
  {
    name: 'the way back takes its first host without a look at who was there',
    invariant: 'What a later run has changed is not taken away, uncounted',
    edits: [
      {
        file: 'machines/steps-etcd/src/rollback/masters-down.ts',
        from: "plantFences('kept', readme, (task) => requireLast(task, task.hands))",
        to: "plantFences('kept', readme)",
      },
    ],
    red: {
      project: 'fast',
      file: 'machines/okd-etcd-v2-to-v3/test/require-last.test.ts',
      title: 'the first step of a way back looks before it takes the first host',
    },
  },
  {
    name: 'a cleanup makes the run that it cleans younger',
    invariant: 'A run ended when it ended: which came later is told by that alone',
    edits: [
      {
        file: 'packages/hosts/src/guard/parse-closed-run.ts',
        from: "const at = told('at', closings[other + 1])",
        to: "const at = told('at', closings.at(-1))",
      },
    ],
    red: {
      project: 'fast',
      file: 'packages/hosts/test/guard/parse-closed-run.test.ts',
      title: 'cleaned up since: it ended when it ended',
    },
  },

  ...MATRIX_MUTATIONS,
];
