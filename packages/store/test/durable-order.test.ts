import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { newPath, removeFolders } from './store-folder';

const noStrace = spawnSync('strace', ['-V']).status === 0 ? undefined : 'strace is not installed';
if (noStrace !== undefined) {
  process.stderr.write(`\nLEFT OUT: the order in which the store makes things durable (${noStrace}).\n\n`);
}
const describeTraced = noStrace === undefined ? describe : describe.skip;

jest.setTimeout(30_000);
afterAll(removeFolders);

const CHILD = join(__dirname, '../../../build/test/packages/store/test/fixtures/traced-run.js');
const STEPS = [1, 2, 3, 4, 5].map((n) => `step-${n}`);

/** What a kill can't show, since the page cache survives it: seen by the kernel's own calls. */
describeTraced('the order in which a run becomes durable', () => {
  let calls: readonly Call[];
  let path: string;
  beforeAll(() => {
    path = newPath();
    calls = traced(path);
  });

  test('the intent is written and synced before the effect, the outcome before the next', () => {
    for (const [index, step] of STEPS.entries()) {
      const effect = at((call) => call.said === `effect ${step}`);
      const row = (then: string): RegExp => new RegExp(`"intent":"\\d+\\.work\\.${step}\\.-\\.1",${then}`);
      const intent = at((call) => row('"(step|plan)"').test(call.wrote ?? ''));
      const outcome = at((call) => row('"state":"succeeded"').test(call.wrote ?? ''));
      expect({ step, order: [intent < effect, effect < outcome] }).toEqual({ step, order: [true, true] });
      expect({ step, synced: syncedBetween(intent, effect) }).toEqual({ step, synced: true });
      const next = at(
        (call) => call.said?.startsWith(index < 4 ? `effect ${STEPS[index + 1]}` : 'returned') === true,
      );
      expect({ step, synced: syncedBetween(outcome, next) }).toEqual({ step, synced: true });
    }
  });

  test('whenever an effect begins, and when the call returns, nothing that was written waits for its sync', () => {
    let waiting = false;
    const sentinels = calls.flatMap((call) => {
      if (call.wrote !== undefined) waiting = true;
      if (call.synced === `${path}-wal`) waiting = false;
      return call.said === undefined ? [] : [{ said: call.said, waiting }];
    });
    expect(sentinels).toEqual(
      [...STEPS.map((step) => `effect ${step}`), 'returned completed'].map((said) => ({
        said,
        waiting: false,
      })),
    );
  });

  test('the log’s own name is synced before the first effect: a power cut does not lose the file', () => {
    const first = at((call) => call.said === 'effect step-1');
    expect(calls.slice(0, first).map((call) => call.synced)).toContain(dirname(path));
  });

  const at = (is: (call: Call) => boolean): number => {
    const found = calls.findIndex(is);
    if (found === -1) throw new Error(`it never happened: ${String(is)}`);
    return found;
  };
  const syncedBetween = (from: number, to: number): boolean =>
    calls.slice(from, to).some((call) => call.synced === `${path}-wal`);
});

interface Call {
  /** A page of the write-ahead log, as text. */
  readonly wrote?: string;
  /** The file whose content is on disk now. */
  readonly synced?: string;
  /** A line on stdout. */
  readonly said?: string;
}

/** The run's calls that matter, in order. The store is synchronous: all are of one thread. */
function traced(path: string): readonly Call[] {
  const file = `${path.replace(/\/state\/pawl\.db$/, '')}/trace`;
  const trace = 'trace=write,pwrite64,fsync,fdatasync';
  const { status, stderr } = spawnSync('strace', [
    ...['-f', '-y', '-s', '4096', '-e', trace, '-o', file],
    ...[process.execPath, CHILD, path],
  ]);
  if (status !== 0) throw new Error(stderr.toString());
  return readFileSync(file, 'latin1')
    .split('\n')
    .flatMap((line): readonly Call[] => {
      const [, name = '', of = '', args = ''] = /^\d+ +(\w+)\(\d+<([^>]*)>(.*)$/.exec(line) ?? [];
      if (name === 'fsync' || name === 'fdatasync') return [{ synced: of }];
      const text = /^, "(.*)"/.exec(args)?.[1]?.replaceAll('\\"', '"') ?? '';
      if (name === 'pwrite64' && of === `${path}-wal`) return [{ wrote: text }];
      return name === 'write' && /^(effect|returned) /.test(text) ? [{ said: text.replace('\\n', '') }] : [];
    });
}
