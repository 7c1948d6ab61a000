import type { Asked } from '../cli/etcdctl';
import { runLayout, type LayoutSettings } from '../changes/layout';
import type { CopyPlace } from './copy-backup';

/** A copy of a backup, and an etcd on it, beside whatever runs there. */
export interface Scratch extends CopyPlace {
  /** `<data-dir>/pawl-RUN/scratch`: the data directory of the scratch etcd. */
  readonly folder: string;
  readonly member: string;
  /** It never has a WAL directory of its own. */
  readonly wal: null;
  /** `pawl-RUN-scratch`, without `.service` */
  readonly unit: string;
}

/** The names of a run's scratch etcd on a host. @throws EtcdError `E_ETCD_REFUSED` for a run that can't name a directory */
export function scratchOf(settings: LayoutSettings, run: string): Scratch {
  const folder = `${runLayout(settings, run).folder}/scratch`;
  return { folder, member: `${folder}/member`, wal: null, unit: `pawl-${run}-scratch` };
}

/** How the scratch etcd is asked, by `scratchHost`: its own loopback, where nobody else reaches its plain http. */
export const scratchSettings: Asked = { clientEndpoint: 'http://127.0.0.1:2379', certs: null };

/** Its peer URL: nobody ever connects to it. */
export const SCRATCH_PEER_URL = 'http://127.0.0.1:2380';
