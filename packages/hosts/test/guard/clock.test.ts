import { HostError } from '../../src';
import type { AsRoot } from '../../src/guard/as-root';
import { runChange } from '../../src/guard/run-change';
import { sh } from '../../src';

/** A guard that answers in turn; while it does, the controller's clock is set. */
function guard(answers: readonly (string | HostError)[], asked: string[]): AsRoot {
  const left = [...answers];
  return {
    host: 'h',
    closed: new AbortController().signal,
    run: async (argv) => {
      asked.push(argv.at(-1) ?? '');
      const now = Date.now();
      jest.spyOn(Date, 'now').mockReturnValue(now + jump);
      const said = left.shift() ?? 'state exited\nexit 0\n';
      if (said instanceof HostError) throw said;
      return { exit: 0, stdout: Buffer.from(`pawl-guard 1\n${said}\n`), stderr: Buffer.alloc(0) };
    },
  };
}

let jump = 0;
afterEach(() => jest.restoreAllMocks());

const identity = { run: 'r', claim: 'c', phase: 'p', intent: '0001', intentJson: '{}' };
const change = { what: 'take a while', script: sh`true` };

test.each([
  ['ahead', 86_400_000],
  ['back', -86_400_000],
])('a clock that is set %s by a day ends no job: it is waited for, and never cancelled', async (_, by) => {
  jump = by;
  const asked: string[] = [];
  const lost = new HostError('E_UNREACHABLE', 'the connection is lost');
  const root = guard(['state running\n', lost, 'state running\n'], asked);
  expect(await runChange(root, identity, change, () => undefined)).toMatchObject({ exit: 0 });
  expect(asked).toEqual(['job', 'wait', 'wait', 'wait']);
});
