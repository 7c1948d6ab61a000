import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '@pawl/store';
import { redactObject } from '@pawl/okd';
import { faultsAs, schemaFaults } from './schemas';
import { ACCEPT, bench, type Bench } from './toy/harness';
import { CANARY } from './toy/machine';

let b: Bench;
beforeEach(() => (b = bench()));
afterEach(() => b.clear());

const RUN = 'toy-20261124-1';
const run = `run -i {inventory} --db {db} ${ACCEPT}`;
const file = (): string => join(b.folder, 'run.bundle');
const exported = (more = ''): ReturnType<Bench['fitting']> =>
  b.fitting(`journal ${RUN} --export ${file()} --db {db}${more}`);
const imported = (more = ''): ReturnType<Bench['fitting']> => b.fitting(`journal --import ${file()}${more}`);

describe('a run as a bundle', () => {
  test('is one file, 0600, that says what it is of', async () => {
    await b.pawl(run);
    const { exit, document } = await exported();
    expect({ exit, ...document }).toMatchObject({
      exit: 0,
      outcome: 'exported',
      run: RUN,
      verification: { ok: true },
      bundle: { file: file(), run: RUN, state: 'completed', phase: 'completed', cleaned: [] },
    });
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  });

  test('each of its lines fits the schema that ships', async () => {
    await b.pawl(run);
    await exported();
    const lines = readFileSync(file(), 'utf8').trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(20);
    for (const line of lines) {
      const found = JSON.parse(line) as Record<string, unknown>;
      expect(faultsAs('pawl/bundle/1', found)).toEqual([]);
    }
  });

  test('never takes the place of what is there', async () => {
    await b.pawl(run);
    writeFileSync(file(), 'mine');
    const { exit, stderr } = await b.pawl(`journal ${RUN} --export ${file()} --db {db}`);
    expect({ exit, stderr }).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('is there already') as string,
    });
    expect(readFileSync(file(), 'utf8')).toBe('mine');
  });

  test('is always whole: --export with a filter, --follow or --import is refused', async () => {
    await b.pawl(run);
    for (const flag of [
      '--follow',
      '--kind paused',
      '--after 3',
      '--step convert',
      '--target etcd1',
      '--import x',
    ])
      expect((await b.pawl(`journal ${RUN} --export ${file()} ${flag} --db {db}`)).exit).toBe(2);
    expect(existsSync(file())).toBe(false);
  });
});

describe('shown from the bundle alone', () => {
  test('as the journal shows it, filters too; nothing is written, and no database is looked for', async () => {
    await b.pawl(run);
    const rows = async (line: string): Promise<unknown> => (await b.fitting(line)).document['rows'];
    await exported();
    const elsewhere = `--db ${join(b.folder, 'no-such-folder', 'pawl.db')}`;
    for (const filter of ['', ' --kind entered', ' --step convert/turn', ' --target master1 --after 5']) {
      const shown = await rows(`journal --import ${file()} ${elsewhere}${filter}`);
      expect(shown).toEqual(await rows(`journal ${RUN} --db {db}${filter}`));
    }
    expect(existsSync(join(b.folder, 'no-such-folder'))).toBe(false);
    const { document } = await imported();
    expect(document).toMatchObject({ outcome: 'verified', run: RUN, phase: 'completed' });
  });

  test('in words: where the run stands, why, the rows, and that the chain is whole', async () => {
    b.world.spoil('convert/copy', 'blocked');
    await b.pawl(run);
    await exported();
    const { stdout } = await b.pawl(`journal --import ${file()} --kind paused`);
    expect(stdout).toMatch(/^toy-20261124-1 {2}paused, at convert\/copy\n/);
    expect(stdout).toContain('the toy is stuck (E_TOY_BLOCKED)');
    expect(stdout).toMatch(/\n *\d+ +\S+Z +paused +convert\/copy/);
    expect(stdout).toMatch(/The chain of \d+ rows is whole\.\n$/);
  });

  test('with --events a line for each row, the document last', async () => {
    await b.pawl(run);
    await exported();
    const { stdout } = await b.pawl(`journal --import ${file()} --events --kind ended`);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.flatMap((line) => schemaFaults(line))).toEqual([]);
    expect(lines.map((line) => line['schema'])).toEqual(['pawl/event/1', 'pawl/journal/1']);
  });

  test('a changed row is named: exit 9, in words and as data', async () => {
    await b.pawl(run);
    await exported();
    const lines = readFileSync(file(), 'utf8').split('\n');
    lines[7] = (lines[7] ?? '').replace('convert', 'covnert').replace('"seq":7', '"seq":7 ');
    writeFileSync(file(), lines.join('\n'));
    const { exit, document } = await imported();
    expect({ exit, ...document }).toMatchObject({ exit: 9, outcome: 'broken', verification: { badSeq: 7 } });
    expect((await b.pawl(`journal --import ${file()}`)).stdout).toContain('The chain is broken at row 7:');
  });

  test('what is no bundle: exit 9; what is not there, or a RUN beside it: exit 2', async () => {
    writeFileSync(file(), 'something else\n');
    expect(await b.json(`journal --import ${file()}`)).toMatchObject({
      exit: 9,
      document: { error: { code: 'E_BUNDLE' } },
    });
    expect((await b.pawl('journal --import no-such-file')).exit).toBe(2);
    expect((await b.pawl(`journal ${RUN} --import ${file()}`)).exit).toBe(2);
    expect((await b.pawl(`journal --import ${file()} --follow`)).exit).toBe(2);
  });
});

describe('secrets', () => {
  const pem = (what: string): string => `-----BEGIN ${what}-----\n${CANARY}\n-----END ${what}-----`;

  test('what an error says and what a person types is clean in the database itself, so that its chain is whole in the bundle', async () => {
    b.world.spoil('convert/copy', 'leak');
    await b.pawl(run);
    await b.pawl(`rollback ${RUN} --yes --reason password=${CANARY} --db {db}`);
    expect(holding(b.folder)).toEqual([]);
    const { document } = await exported();
    expect(document).toMatchObject({ outcome: 'exported', bundle: { cleaned: [] } });
    expect(readFileSync(file(), 'utf8')).not.toContain(CANARY);
    expect((await imported()).document).toMatchObject({ outcome: 'verified' });
  });

  test('where an older release has let one in, the row is cleaned, and the bundle says so', async () => {
    await b.pawl(`${run} --pause-before convert`);
    plant({
      password: CANARY,
      said: `${pem('RSA PRIVATE KEY')}\n${pem('CERTIFICATE')}\nclient-certificate-data: ${CANARY}`,
      [`/openshift.io/oauth/accesstokens/${CANARY}`]: 1,
    });
    const { exit, document } = await exported();
    const { cleaned } = document['bundle'] as { readonly cleaned: readonly number[] };
    expect({ exit, cleaned: cleaned.length }).toEqual({ exit: 0, cleaned: 1 });
    expect(readFileSync(file(), 'utf8')).not.toContain(CANARY);
    const { stdout } = await b.pawl(`journal --import ${file()}`);
    expect(stdout).toContain(`left out of row ${String(cleaned[0])}`);
    expect(stdout).toContain('is whole');
  });

  /** A row as it was written by one who did not look. */
  function plant(said: Record<string, string | number>): void {
    const store = openStore(b.db);
    const claim = store.load(RUN)?.claim.claim ?? '';
    store.commit({
      run: RUN,
      claim,
      at: '2026-11-24T10:00:00.000Z',
      entries: [{ kind: 'decided', data: said }],
    });
    store.close();
  }

  /** Files of the run's own that hold the canary: the database, its log. */
  function holding(folder: string): readonly string[] {
    const files = [b.db, `${b.db}-wal`, join(folder, 'runs', RUN, 'log.ndjson')].filter((each) =>
      existsSync(each),
    );
    expect(files.length).toBeGreaterThan(1);
    return files.filter((each) => readFileSync(each).includes(CANARY));
  }
});

test('what was cleaned once is clean: cleaning it again changes nothing', () => {
  const said = {
    message: `at /openshift.io/oauth/accesstokens/${CANARY} password=${CANARY}`,
    hint: `Authorization: Bearer ${CANARY}`,
    [`oauth/authorizetokens/${CANARY}`]: { token: CANARY },
    list: [`secret: ${CANARY}`, `token=${CANARY}, and more`],
  };
  const once = redactObject(said);
  expect(redactObject(once)).toEqual(once);
});
