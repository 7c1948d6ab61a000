import { execFile } from 'node:child_process';
import { join } from 'node:path';

/** A boundary that a run passes: its name, and the how-many-eth time. */
export interface Boundary {
  readonly name: string;
  readonly nth: number;
}

/** Collects boundaries in the order they are passed. */
export function recorder(): {
  readonly passed: readonly Boundary[];
  readonly faultPoint: (name: string) => void;
} {
  const passed: Boundary[] = [];
  const faultPoint = (name: string): void => {
    passed.push({ name, nth: passed.filter((each) => each.name === name).length + 1 });
  };
  return { passed, faultPoint };
}

const CHILD = join(__dirname, '../../../../build/test/packages/engine/test/fixtures/run-child.js');

/** Runs a controller that kills itself at a boundary. @throws if it did not die there */
export async function killAt(
  dir: string,
  machine: string,
  verb: string,
  { name, nth }: Boundary,
): Promise<void> {
  const { signal, stderr } = await new Promise<{ signal: string | null; stderr: string }>((resolve) => {
    execFile(process.execPath, [CHILD, dir, machine, verb, name, String(nth)], (error, _stdout, text) => {
      resolve({ signal: error?.signal ?? null, stderr: text });
    });
  });
  if (signal !== 'SIGKILL') throw new Error(`the kill at ${name} (${nth}) missed: ${stderr}`);
}

/** Runs `act` over all items, two at a time: children are other processes, and there are two cores. */
export async function inPairs<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await act(item);
  };
  await Promise.all([worker(), worker()]);
}
