import { PassThrough, Writable } from 'node:stream';
import { createColors } from 'picocolors';
import { createOutput, sink } from '../src/output';
import type { Io } from '../src/io';

test('a reader who has gone ends nothing: what follows is dropped, and told once', async () => {
  const lost: string[] = [];
  const stream = new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error('write EIO'), { code: 'EIO' })),
  });
  const out = sink(stream, createColors(false), (error) => lost.push(error.message));
  out.write('one\n');
  await new Promise((resolve) => setImmediate(resolve));
  out.write('two\n');
  await new Promise((resolve) => setImmediate(resolve));
  expect(lost).toEqual(['write EIO']);
});

test('whatever is written is redacted', () => {
  const stream = new PassThrough();
  sink(stream, createColors(false), () => undefined).write(
    '/openshift.io/oauth/accesstokens/canary-0123456789\n',
  );
  expect(String(stream.read())).not.toContain('canary');
});

test.each([
  [{}, false, false],
  [{}, true, true],
  [{ TERM: 'dumb' }, true, false],
  [{ NO_COLOR: '1' }, true, false],
  [{ NO_COLOR: '' }, true, true],
  [{ FORCE_COLOR: '1' }, false, true],
  [{ FORCE_COLOR: '0' }, true, false],
  [{ NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
])('environment %j, terminal %s: colours %s', (env, tty, coloured) => {
  const stream = new PassThrough();
  const io = {
    stdout: stream,
    stderr: stream,
    env,
    isTTY: { stdin: tty, stdout: tty, stderr: tty },
  } as unknown as Io;
  expect(createOutput(io, () => undefined).stdout.colours.isColorSupported).toBe(coloured);
});
