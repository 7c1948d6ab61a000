import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Change,
  editFile,
  hostCommands,
  holdUnit,
  releaseUnit,
  removeFile,
  renameDirectory,
  restoreFile,
  sh,
  startUnit,
  stopAndHoldUnit,
  stopUnit,
  tooNew,
  unlistedArgv,
  unlistedCommands,
  writeFile,
} from '../../src';
import { asRoot } from '../../src/guard/as-root';
import { installGuard } from '../../src/guard/install-guard';
import { askGuard } from '../../src/guard/ask-guard';
import { readClosedRuns } from '../../src/guard/read-closed-runs';
import { readFence } from '../../src/guard/read-fence';
import { readJobOutput } from '../../src/guard/read-job-output';
import { readIntents } from '../../src/guard/read-intents';
import { readJobs } from '../../src/guard/read-jobs';
import { unitState } from '../../src/changes/unit-state';
import { readingHost } from '../../src/read-host';
import { shellCommands } from '../../src/testing/shell-commands';
import type { Transport } from '../../src/transport';

const run = 'r1';
const reason = { run, why: 'a test' };

test('the guard runs listed commands only', () => {
  const guard = readFileSync(join(__dirname, '..', '..', 'scripts', 'guard.sh'), 'utf8');
  expect(shellCommands(guard).commands.length).toBeGreaterThan(200);
  expect(unlistedCommands(guard)).toEqual([]);
});

const changes: readonly Change[] = [
  holdUnit('etcd', reason),
  stopUnit('etcd'),
  stopAndHoldUnit('etcd', reason),
  releaseUnit('etcd'),
  startUnit('etcd'),
  startUnit('etcd', { wait: false }),
  editFile({ run, path: '/etc/x', expectedSha256: '0', content: 'x' }),
  writeFile({ path: '/etc/x', content: 'x', mode: '0600' }),
  restoreFile({ run, path: '/etc/x' }),
  removeFile('/etc/x', '0'),
  renameDirectory('/a', '/b'),
];

test.each(changes.map((change) => [change.what, change] as const))(
  '%s: listed commands only',
  (_what, change) => {
    expect(unlistedCommands(change.script.text)).toEqual([]);
    expect(unlistedCommands(change.record?.script.text ?? '')).toEqual([]);
  },
);

test('what is only looked at, and the installing: listed commands only', async () => {
  const lines: string[] = [];
  const transport: Transport = {
    run(commandLine) {
      lines.push(commandLine);
      return Promise.reject(new Error('enough'));
    },
    close: () => Promise.resolve(),
  };
  const entry = { name: 'h', address: 'h', port: 22, user: 'root', become: false };
  const root = asRoot(entry, transport, new AbortController().signal);
  const host = readingHost(entry, transport);
  const calls = [
    () => readFence(host),
    () => readJobs(host, run),
    () => readIntents(host, run),
    () => readJobOutput(host, run, '0001'),
    () => readClosedRuns(host),
    () => unitState(host, 'etcd'),
    () => installGuard(root),
    () => askGuard(root, { verb: 'wait', lines: [] }, 0),
  ];
  for (const call of calls) await expect(call()).rejects.toThrow('enough');
  expect(lines).toHaveLength(calls.length);
  // The command line itself, and the script in it.
  const scripts = lines.map(
    (line) => shellCommands(line).commands[0]?.findLast((word) => word.includes('\n')) ?? '',
  );
  expect(scripts.filter((script) => script === '')).toEqual([]);
  expect(scripts.flatMap((script) => unlistedCommands(script))).toEqual([]);
});

test('nothing on the list is newer than the oldest hosts', () => {
  expect(tooNew()).toEqual([]);
  const synced = { name: 'sync', from: 'coreutils', since: '5.0', options: { '-f': '8.24' } };
  expect(tooNew([synced, { name: 'x', from: 'nowhere', since: '1' }])).toEqual([
    'sync -f is of coreutils 8.24',
    'x: no version of nowhere is known',
  ]);
});

test.each([
  ['python3 -c x', ['python3']],
  ['mv --exchange a b', ['mv --exchange']],
  ['mv -fTb a b', ['mv -b']],
  ['dd if=a of=b conv=fsync,fdatasync status=progress', ['dd conv=fdatasync', 'dd status=progress']],
  ['sync file; systemctl show --value x', ['systemctl --value']],
  ['if ! timeout -k 5 60 perl -e x; then :; fi', ['perl']],
  ['x=$(cat a | jq .) env -i A=b gawk x', ['jq', 'gawk']],
  ['echo "$(date -Is) $((1 + $(nproc)))"', ['date -I', 'date -s', 'nproc']],
  ['case $x in a | b) tac ;; *) rev x ;; esac; lsof', ['tac', 'rev', 'lsof']],
  ['for x in perl ruby; do "$x"; done', ['$ (its name is put together at run time)']],
  ['f() { shuf; }; f a >|b 2>&1 <c', ['shuf']],
  ['(cd /; exec setsid nohup x) && { numfmt; } || A=b B="c d" seq 1', ['nohup', 'numfmt', 'seq']],
  ["printf '%s' 'perl; ruby' \\\n # perl\n", []],
  ['timeout --foreground 5 cat -- -x', ['timeout --foreground']],
])('%s: %j', (script, unlisted) => {
  expect(unlistedCommands(script)).toEqual(unlisted);
});

test('a package brings a list of its own', () => {
  const etcdctl = {
    name: 'etcdctl',
    from: 'etcdctl',
    since: '3.1',
    options: { '-w': '3.0' },
    withValue: ['-w'],
  };
  expect(unlistedArgv(['etcdctl', '-w', 'json', 'get'], [etcdctl])).toEqual([]);
  expect(unlistedArgv(['etcdctl', '--hex', 'get'], [etcdctl])).toEqual(['etcdctl --hex']);
  expect(unlistedArgv(['etcdctl', 'get'])).toEqual(['etcdctl']);
  const find = {
    name: 'find',
    from: 'findutils',
    since: 'posix',
    options: { '-printf': '4.0' },
    withValue: ['-printf'],
  };
  expect(unlistedArgv(['find', '/', '-printf', '-x', '-name', '-y', '-empty'], [find])).toEqual([
    'find -empty',
  ]);
});

test.each(["echo 'x", 'echo "x', 'echo $(x', 'case x in a) b ;;', 'echo `x`', 'echo ${x'])(
  'a script that cannot be read is not taken for a good one: %s',
  (script) => {
    expect(() => unlistedCommands(script)).toThrow();
  },
);

test('each command stands there once', () => {
  const names = hostCommands.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
});

test('a value is a word, whatever it holds', () => {
  expect(unlistedCommands(sh`cat ${'$(perl); `ruby` "x" \'y\''}`.text)).toEqual([]);
});
