import type { ReadHands } from '@pawl/fleet';
import type { CommandResult, Fence, JobMark, ReadHost } from '@pawl/hosts';

export interface FakeWorld {
  /** What a command says, by host; an error ends it. Left out: exit 0 and nothing said. */
  readonly read?: (host: string, argv: readonly string[]) => Partial<CommandResult> | string | Error;
  readonly fences?: Readonly<Record<string, Fence | Error>>;
  readonly jobs?: Readonly<Record<string, readonly JobMark[]>>;
  /** By intent. */
  readonly outputs?: Readonly<
    Record<string, { readonly exit: number | null; readonly stdout: string; readonly stderr: string }>
  >;
  readonly closed?: Readonly<
    Record<string, readonly { readonly run: string; readonly outcome: string; readonly at?: string }[]>
  >;
}

export interface FakeHands extends ReadHands {
  /** Every question, as `HOST WHAT`. */
  readonly asked: readonly string[];
}

/** Hosts that say what the test says, for tests about what is made of it. They can't be changed: there is nothing to do it with. */
export function fakeHands(world: FakeWorld = {}): FakeHands {
  const asked: string[] = [];
  const ask = <T>(question: string, answer: T | Error): Promise<T> => {
    asked.push(question);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  const on = (name: string): ReadHost => {
    const read = async (argv: readonly string[]): Promise<CommandResult> => {
      const said = await ask(`${name} ${argv.join(' ')}`, world.read?.(name, argv) ?? {});
      const {
        exit = 0,
        stdout = Buffer.alloc(0),
        stderr = Buffer.alloc(0),
      } = typeof said === 'string' ? { stdout: Buffer.from(said) } : said;
      return { exit, stdout, stderr };
    };
    return {
      name,
      address: name,
      read,
      readScript: (script) => read(['sh', '-c', script.text]),
      readStream: () => {
        throw new Error('no stream was foreseen');
      },
    };
  };
  return {
    asked,
    on,
    runDir: '/nonexistent',
    fence: (host) => ask<Fence | undefined>(`${host} fence`, world.fences?.[host]),
    jobs: (host) => ask(`${host} jobs`, world.jobs?.[host] ?? []),
    jobOutput: (host, intent) =>
      ask(`${host} output ${intent}`, world.outputs?.[intent] ?? new Error(`${intent} has no output`)),
    closedRuns: (host) => ask(`${host} closed`, world.closed?.[host] ?? []),
  };
}
