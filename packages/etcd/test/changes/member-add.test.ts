import { memberAdd, memberAdded, type Asked } from '../../src';
import { jumpingDate, runChange, SHELLS } from '../helpers/run-change';

const ASKED: Asked = { clientEndpoint: 'http://127.0.0.1:1', certs: null };
const PEER = 'http://127.0.0.1:23999';

/** Recorded, etcd 3.4.23, killed after `member add` and started again: no client is served, and `etcdctl member list` runs into its time-out. */
const AS_ITS_PEERS_HEAR =
  '[{"id":3319814642761637952,"peerURLs":["http://127.0.0.1:23800"],"name":"m1","clientURLs":["http://127.0.0.1:23790"]},{"id":3819517195135655740,"peerURLs":["http://127.0.0.1:23999"]}]';

/** The job where nothing is answered to clients, and to peers what is given. */
function addWhere(shell: readonly string[], toPeers: string) {
  const change = memberAdd(ASKED, { name: 'm2', peerUrl: PEER }, { ownPeerUrl: 'http://127.0.0.1:23800' });
  const tools = `env() { echo 'context deadline exceeded' >&2; return 1; }
curl() { ${toPeers}; }
`;
  return runChange({ ...change, script: { ...change.script, text: `${tools}${change.script.text}` } }, shell);
}

describe.each(SHELLS)(
  'under %s: a first member that was started anew after the add, and has no quorum',
  (...shell) => {
    test('knows that it added the other', () => {
      const job = addWhere(shell, `echo '${AS_ITS_PEERS_HEAR}'`);
      expect(memberAdded(job)).toEqual({ verdict: 'already', id: '3501a6a6fd8e9f3c' });
    });

    test.each([
      ['had not added it', `echo '${AS_ITS_PEERS_HEAR.replace(PEER, 'http://127.0.0.1:23998')}'`],
      ['does not run at all', 'return 7'],
    ])('%s', (_name, toPeers) => {
      const { exit, stderr } = addWhere(shell, toPeers);
      expect([exit, stderr]).toEqual([1, expect.stringContaining('deadline exceeded')]);
    });
  },
);

describe.each(SHELLS)('under %s: a cluster that takes no change yet', (...shell) => {
  test.each([
    ['back', -86_400, 0, 1],
    ['ahead', 86_400, 60, 0],
  ])('a clock that is set %s by a day changes nothing of how long it is asked', (_, by, patience, exit) => {
    const change = memberAdd(ASKED, { name: 'm2', peerUrl: PEER }, { patience });
    const tools = `d=$(mktemp -d)
${jumpingDate(by)}
env() {
  case "$*" in *'member list'*) return 0 ;; esac
  [ ! -e "$d/tried" ] || return 0
  : >"$d/tried"
  echo 'etcdserver: unhealthy cluster'; return 1
}
`;
    const script = { ...change.script, text: `${tools}${change.script.text}` };
    expect(runChange({ ...change, script }, shell).exit).toBe(exit);
  });
});
