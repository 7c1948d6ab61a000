import type { CommandResult, ReadHost } from '@pawl/hosts';

export interface FakeHost extends ReadHost {
  /** Every command asked of it, in order. */
  readonly asked: readonly (readonly string[])[];
}

/** What a command prints: text for exit 0, or all of it. */
export type Answer = string | { readonly exit: number; readonly stdout?: string; readonly stderr?: string };

/**
 * A host for tests that are about what is made of its answers. `files` answers `cat` and `test`; everything else is looked
 * up by the beginning of its command line, and what is not foreseen fails the test.
 */
export function fakeHost(
  files: Readonly<Record<string, string>>,
  answers: Readonly<Record<string, Answer>> = {},
): FakeHost {
  const asked: (readonly string[])[] = [];
  const answer = (argv: readonly string[]): Answer => {
    const line = argv.join(' ');
    const path = argv.at(-1) ?? '';
    const known = Object.entries(answers).find(([begin]) => line.startsWith(begin));
    if (known !== undefined) return known[1];
    if (argv[0] === 'test') return path in files ? '' : { exit: 1 };
    if (argv[0] === 'cat')
      return files[path] ?? { exit: 1, stderr: `cat: ${path}: No such file or directory` };
    throw new Error(`not foreseen: ${line}`);
  };
  return {
    name: 'm1',
    address: '10.20.0.11',
    asked,
    read: (argv) => {
      asked.push(argv);
      return Promise.resolve(result(answer(argv)));
    },
    readScript: () => Promise.reject(new Error('this package runs no script')),
    readStream: () => {
      throw new Error('this package reads no stream');
    },
  };
}

function result(answer: Answer): CommandResult {
  const { exit, stdout, stderr } =
    typeof answer === 'string' ? { exit: 0, stdout: answer, stderr: '' } : answer;
  return { exit, stdout: Buffer.from(stdout ?? ''), stderr: Buffer.from(stderr ?? '') };
}
