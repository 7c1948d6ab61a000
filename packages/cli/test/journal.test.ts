import { readFileSync, writeFileSync } from 'node:fs';
import { children, type Children } from './toy/child';
import { schemaFaults } from './schemas';
import { ACCEPT, bench, type Bench } from './toy/harness';

jest.setTimeout(60_000);

let b: Bench;
let kids: Children;
beforeEach(() => {
  b = bench();
  kids = children();
});
afterEach(() => {
  kids.clear();
  b.clear();
});

const RUN = 'toy-20261124-1';
const run = `run -i {inventory} --db {db} ${ACCEPT}`;

interface Row {
  readonly seq: number;
  readonly kind: string;
  readonly hash: string;
  readonly data: { readonly step?: string; readonly target?: string };
}

async function rowsOf(flags: string): Promise<readonly Row[]> {
  return (await b.fitting(`journal ${RUN} --db {db}${flags}`)).document['rows'] as readonly Row[];
}

test('filters let through what each of them does', async () => {
  await b.pawl(run);
  const all = await rowsOf('');
  const same = (rows: readonly Row[], wanted: (row: Row) => boolean): void => {
    expect(rows.length).toBeGreaterThan(0);
    expect(rows).toEqual(all.filter(wanted));
  };
  same(await rowsOf(' --kind entered --kind ended'), ({ kind }) => kind === 'entered' || kind === 'ended');
  same(await rowsOf(' --kind entered,ended'), ({ kind }) => kind === 'entered' || kind === 'ended');
  // The question of a one-shot step belongs to it.
  same(await rowsOf(' --step convert/turn'), ({ data }) => data.step?.startsWith('convert/turn') ?? false);
  same(await rowsOf(' --target master1'), ({ data }) => data.target === 'master1');
  same(await rowsOf(' --after 5'), ({ seq }) => seq > 5);
  same(
    await rowsOf(' --after 5 --kind intent --target master1'),
    ({ seq, kind, data }) => seq > 5 && kind === 'intent' && data.target === 'master1',
  );
  const phase = await rowsOf(' --step convert');
  expect(phase.map(({ kind }) => kind)).toContain('entered');
  expect(phase.length).toBeGreaterThan((await rowsOf(' --step convert/turn')).length);
  expect(await rowsOf(' --step nowhere/at-all')).toEqual([]);
});

test('a kind that there is not is a usage error that names those there are', async () => {
  await b.pawl(run);
  const { exit, stderr } = await b.pawl(`journal ${RUN} --kind failures --db {db}`);
  expect(exit).toBe(2);
  expect(stderr).toContain('created, claimed, entered');
});

describe('--follow', () => {
  const held = async (): Promise<string> => {
    b.world.hold('convert/copy');
    const owner = kids.start(b, 'run', '-i', b.inventory, '--db', b.db, '--verbose', ...ACCEPT.split(' '));
    await owner.until('begins  convert/copy on etcd1');
    return /toy-\d{8}-1/.exec(owner.said())?.[0] ?? '';
  };

  test('prints rows as they are written, and ends when the run rests', async () => {
    const name = await held();
    const follower = kids.start(b, 'journal', name, '--db', b.db, '--follow', '--target', 'etcd1');
    await follower.until(/intent {4}convert\/copy {2}etcd1/);
    b.world.release('convert/copy');
    expect(await follower.ended).toEqual({ exit: 0, signal: null });
    expect(follower.said()).toMatch(/outcome {3}convert\/turn {2}etcd1 {2}succeeded/);
    expect(follower.said()).not.toContain('master1');
  });

  test('with --json one document at the end; with --events a line each as well', async () => {
    const name = await held();
    const [json, events] = ['--json', '--events'].map((flag) =>
      kids.start(b, 'journal', name, '--db', b.db, '--follow', flag),
    );
    await events?.until('"kind":"intent"');
    b.world.release('convert/copy');
    for (const child of [json, events]) expect(await child?.ended).toEqual({ exit: 0, signal: null });
    const document = JSON.parse(json?.said() ?? '') as Record<string, unknown>;
    const lines = (events?.said() ?? '')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect([document, ...lines].flatMap(schemaFaults)).toEqual([]);
    const rows = document['rows'] as readonly Row[];
    expect(rows.at(-1)?.kind).toBe('ended');
    expect(lines.slice(0, -1).map((line) => line['seq'])).toEqual(rows.map(({ seq }) => seq));
  });

  test('ends where the owner is dead', async () => {
    b.world.hold('convert/copy');
    const owner = kids.start(b, 'run', '-i', b.inventory, '--db', b.db, '--verbose', ...ACCEPT.split(' '));
    await owner.until('begins  convert/copy on etcd1');
    const follower = kids.start(b, 'journal', '--db', b.db, '--follow');
    await follower.until('convert/copy');
    owner.process.kill('SIGKILL');
    expect(await follower.ended).toEqual({ exit: 0, signal: null });
  });
});

describe('--verify', () => {
  test('follows the chain from the first row, whatever is shown', async () => {
    await b.pawl(run);
    const all = (await rowsOf('')).length;
    const { exit, document } = await b.fitting(`journal ${RUN} --verify --kind ended --db {db}`);
    expect({ exit, ...document }).toMatchObject({
      exit: 0,
      outcome: 'verified',
      verification: { rows: all },
    });
    expect(document['rows']).toHaveLength(1);
  });

  test('a changed digit of a hash is named with its row: exit 9', async () => {
    await b.pawl(run);
    const hash = (await rowsOf(''))[2]?.hash ?? '';
    const whole = readFileSync(b.db);
    const bad = new Set<number>();
    // As the hash of row 3, as what row 4 follows from, and perhaps where nothing lives any more.
    for (let at = whole.indexOf(hash); at !== -1; at = whole.indexOf(hash, at + 1)) {
      const forged = Buffer.from(whole);
      forged.write(hash.startsWith('0') ? '1' : '0', at);
      writeFileSync(b.db, forged);
      const { exit, document } = await b.fitting(`journal ${RUN} --verify --db {db}`);
      if (exit === 0) continue;
      const { badSeq } = document['verification'] as { readonly badSeq: number };
      expect({ exit, ...document }).toMatchObject({ exit: 9, outcome: 'broken' });
      expect((await b.pawl(`journal ${RUN} --verify --db {db}`)).stdout).toContain(
        `The chain is broken at row ${badSeq}:`,
      );
      bad.add(badSeq);
    }
    expect([...bad].sort()).toEqual([3, 4]);
  });
});
