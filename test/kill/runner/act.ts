import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Order } from './order';

/** How a controller came to its end. */
export interface Ended {
  /** The point at which it killed itself, if it did. */
  readonly killedAt?: string;
  /** `completed`, `rolled-back`, `paused`, …; or the code of the error that it ended with; `killed` where it did not come to its end. */
  readonly outcome: string;
  /** For people: everything it said. */
  readonly said: string;
}

const CONTROLLER = join(__dirname, '../../../build/test/test/kill/fixtures/controller.js');

/** A controller that is at work longer than this is stuck. */
const PATIENCE_MS = 300_000;

/** Has a controller act, in a process of its own, until it is killed or has come to its end. */
export async function act(order: Order): Promise<Ended> {
  const child = spawn(process.execPath, [CONTROLLER, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: PATIENCE_MS,
    killSignal: 'SIGABRT',
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const signal = await new Promise<string | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (_code, by) => resolve(by));
  });
  const said = `${stderr}${stdout}`.trim();
  const [, killedAt] = /^killed at (.*)$/m.exec(stderr) ?? [];
  if (signal === 'SIGKILL' && killedAt !== undefined)
    return { killedAt, outcome: stdout === '' ? 'killed' : outcomeIn(stdout), said };
  if (signal !== null) return { outcome: `ended by ${signal}`, said };
  return { outcome: outcomeIn(stdout), said };
}

function outcomeIn(stdout: string): string {
  try {
    const result = JSON.parse(stdout) as { outcome?: string; error?: { code: string } };
    return result.outcome ?? result.error?.code ?? 'no outcome';
  } catch (error) {
    return `no result (${String(error)})`;
  }
}
