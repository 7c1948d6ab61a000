import { schemaFaults } from './schemas';
import { bench, type Bench } from './toy/harness';

let b: Bench;
beforeEach(() => (b = bench()));
afterEach(() => b.clear());

const VERBS = [
  'check',
  'plan',
  'run',
  'resume',
  'rollback',
  'pause',
  'status',
  'runs',
  'journal',
  'cleanup',
  'graph',
  'unfence',
];

test.each(VERBS)('%s --help begins with examples', async (verb) => {
  const { exit, stdout, stderr } = await b.pawl(`${verb} --help`);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  expect(stdout.split('\n').slice(0, 2)).toEqual([
    'Examples:',
    expect.stringMatching(new RegExp(`^  \\$ pawl ${verb}`)),
  ]);
});

test('--help names every verb and exit code, and where the way back by hand is', async () => {
  const { stdout } = await b.pawl('--help');
  for (const word of [...VERBS, '/var/lib/pawl/README', '0 done', "9 the store can't be used"])
    expect(stdout).toContain(word);
});

test('--version is that of the package', async () => {
  expect(await b.pawl('--version')).toMatchObject({ exit: 0, stdout: '0.1.0\n' });
});

test.each([
  ['no verb', ''],
  ['an unknown verb', 'migrate'],
  ['an unknown flag', 'check --force'],
  ['nothing to roll back', 'rollback --db {db}'],
  ['no inventory', 'check --db {db} -i nowhere.ini'],
  ['an inventory without the groups', 'check --db {db} -i empty.ini'],
  ['no such run', 'status okd-1 --db {db}'],
  ['nothing to resume', 'resume --db {db}'],
  ['a row that is no number', 'journal x --after x --db {db}'],
])('%s is exit 2, with what and what now on stderr, nothing on stdout', async (_, line) => {
  const { exit, stdout, stderr } = await b.pawl(line);
  expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
  expect(stderr).toMatch(/^pawl: /);
  expect(stderr).toMatch(/what now {2}/);
  expect(stderr).toMatch(/code {6}E_/);
});

test('an unknown verb that is nearly one is guessed', async () => {
  expect((await b.pawl('stauts')).stderr).toContain('Did you mean status?');
});

test('with --json an error is a document, too', async () => {
  const { exit, document } = await b.json('resume --db {db}');
  expect(exit).toBe(2);
  expect(schemaFaults(document)).toEqual([]);
  expect(document).toMatchObject({
    schema: 'pawl/error/1',
    outcome: 'error',
    changed: false,
    error: { code: 'E_NO_RUN' },
  });
});

test('a database that others can read is not used: exit 9', async () => {
  const { chmodSync } = await import('node:fs');
  chmodSync(b.folder, 0o755);
  expect(
    await b.json(`run -i {inventory} --db {db} --accept-point-of-no-return openshift.example.com`),
  ).toMatchObject({ exit: 9, document: { error: { code: 'E_STORE_MODE' } } });
  expect(b.world.effects()).toEqual([]);
});
