import { canaryPut, type Asked } from '../../src';
import { jumpingDate, runChange, SHELLS } from '../helpers/run-change';

const ASKED: Asked = { clientEndpoint: 'http://127.0.0.1:1', certs: null };

/** The canary's job where `timeout etcdctl …` does as `timeout` says, and etcdctl itself is not installed. */
function canaryWhere(shell: readonly string[], patience: number, timeout = '') {
  const change = canaryPut(ASKED, 'r', patience);
  const tools = `d=$(mktemp -d)
for tool in cat date env sleep timeout; do ln -s "$(command -v $tool)" "$d/$tool"; done
PATH=$d
${timeout}`;
  return runChange(
    { ...change, script: { ...change.script, text: `${tools}\n${change.script.text}` } },
    shell,
  );
}

describe.each(SHELLS)('under %s', (...shell) => {
  // Measured with etcdctl 3.4: `txn` goes on asking an endpoint where nobody listens, until `timeout` ends it, without a word.
  test('an etcd that is away: it ends when its patience does, and not in silence', () => {
    const { exit, stderr } = canaryWhere(shell, 0, 'timeout() { cat >/dev/null; return 124; }');
    expect([exit, stderr]).toEqual([1, 'etcdctl gave no answer\n']);
  });

  test.each([
    ['back', -86_400, 0, 1],
    ['ahead', 86_400, 60, 0],
  ])(
    'a clock that is set %s by a day while it waits changes nothing of its patience',
    (_, by, patience, exit) => {
      const second = 'if [ -e "$d/tried" ]; then echo SUCCESS; else : >"$d/tried"; return 124; fi';
      const jumps = `${jumpingDate(by)}\ntimeout() { cat >/dev/null; ${second}; }`;
      expect(canaryWhere(shell, patience, jumps).exit).toBe(exit);
    },
  );

  test('no etcdctl: it ends at once, for waiting does not bring it back', () => {
    const { exit, stderr } = canaryWhere(shell, 180);
    expect([exit, stderr]).toEqual([127, expect.stringMatching(/etcdctl.*No such file/)]);
  });
});
