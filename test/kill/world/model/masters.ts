import { failed, said, type Answer } from '../calls';
import { clusterOf, commit, type Cluster, type Running } from './cluster';
import { setV2 } from './v2-store';
import { runTxn } from './v3-store';

export type Backend = 'v2' | 'v3';

export const backendIn = (config: string): Backend =>
  /storage-backend:\n\s*- etcd3/.test(config) ? 'v3' : 'v2';

/** A master serves where its store has a leader and holds a cluster: an empty one it would take for a new cluster. */
export function canServe(backend: Backend, { quorum, wal, db }: Cluster): boolean {
  const holds = backend === 'v2' ? NAMESPACE in wal.v2.nodes : NAMESPACE in db.keys;
  return quorum && holds;
}

const NAMESPACE = '/kubernetes.io/namespaces/default';

/** As masters do from their first second on: they write. */
export function serve(backend: Backend, host: string, cluster: Cluster, now: number): void {
  const key = `/openshift.io/world/${host}`;
  if (backend === 'v2')
    commit(cluster, { wal: ({ v2 }) => ({ v2: setV2(v2, key, { value: 'serves' }, now) }) });
  else {
    const put = { kind: 'put' as const, key, value: 'serves' };
    const txn = { compares: [], success: [put], failure: [], serializable: false };
    commit(cluster, { db: (db) => runTxn(db, txn).db });
  }
}

/** `/healthz/ready`, as curl prints it with the status on a line of its own. */
export function readiness(up: boolean, ready: boolean): Answer {
  if (ready) return said('ok\n200');
  if (up) return said('[-]poststarthook failed\n500');
  return failed(
    "curl: (7) Failed to connect to 127.0.0.1 port 8443 after 0 ms: Couldn't connect to server\n",
    7,
    '\n000',
  );
}

export const firstCluster = (running: readonly Running[], now: number): Cluster | undefined => {
  const [me] = running.filter(({ isolated }) => !isolated);
  return me === undefined ? undefined : clusterOf(me, running, now);
};
