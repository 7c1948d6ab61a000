import { spawnSync } from 'node:child_process';
import type { SpawnSyncReturns } from 'node:child_process';
import fc from 'fast-check';
import { posixCommand, posixQuote } from '../src/quote';
import { shells } from './shells';

describe.each(shells)('read by $shell', ({ shell }) => {
  test('any text comes through as one word', () => {
    const text = fc
      .oneof(fc.string({ unit: 'binary' }), fc.string(), shellText())
      .filter((it) => !it.includes('\0'));
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 100 }), (words) => {
        expect(printed(shell, Buffer.from(`printf '%s\\0' ${posixCommand(words)}`))).toEqual(
          Buffer.from(words.map((it) => `${it}\0`).join('')),
        );
      }),
      { numRuns: 15 },
    );
  });

  test('every byte but NUL comes through, alone and beside any other', () => {
    const bytes = Array.from({ length: 255 }, (_, index) => String.fromCharCode(index + 1));
    const words = [...bytes, bytes.join(''), bytes.toReversed().join('')];
    const script = Buffer.from(`printf '%s\\0' ${posixCommand(words)}`, 'latin1');
    expect(printed(shell, script)).toEqual(Buffer.from(words.map((it) => `${it}\0`).join(''), 'latin1'));
  });

  test.each(['if', 'done', '!', '{', 'A=b', 'time', '~', '*', '#', '-'])(
    '%s as the first word is a command',
    (word) => {
      expect(spawn(shell, Buffer.from(`${posixQuote(word)} x`)).status).toBe(127);
    },
  );
});

test('plain words stay readable', () => {
  expect(posixCommand(['etcdctl', '--data-dir=/var/lib/etcd', 'a b', '', "it's"])).toBe(
    `etcdctl --data-dir=/var/lib/etcd 'a b' '' 'it'\\''s'`,
  );
});

test.each(['a\0b', '\ud800', 'x\udc00y'])('what no argument can hold is refused: %j', (value) => {
  expect(() => posixQuote(value)).toThrow(expect.objectContaining({ code: 'E_QUOTE' }));
});

/** Text made of what shells care about. */
function shellText(): fc.Arbitrary<string> {
  return fc
    .array(fc.constantFrom(...Array.from(`'"\\$\`(){}[]<>|&;*?~#!%=^ \t\n\ra1-`)), { maxLength: 12 })
    .map((it) => it.join(''));
}

function printed(shell: readonly string[], script: Buffer): Buffer {
  const { status, stdout, stderr } = spawn(shell, script);
  if (status !== 0) throw new Error(`exit ${String(status)}: ${stderr.toString()}`);
  return stdout;
}

/** The script comes on standard input, so that it may hold bytes which are not UTF-8. */
function spawn([program = 'sh', ...words]: readonly string[], script: Buffer): SpawnSyncReturns<Buffer> {
  return spawnSync(program, [...words, '-s'], {
    input: Buffer.concat([script, Buffer.from('\n')]),
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' },
  });
}
