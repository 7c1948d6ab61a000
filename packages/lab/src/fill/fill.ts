import path from 'node:path';
import { pkiDir } from '../host-files/write-hosts';
import { runHelper } from '../helper';
import { isEtcd, labHosts } from '../spec';
import type { LabState } from '../state';
import { canaries, type FillOptions } from './fill-keys';
import type { FillCounts, FillOrder } from './fill-worker';

export interface FillReport extends Readonly<FillCounts> {
  readonly seconds: number;
  readonly keysPerSecond: number;
  /** Strings that must never turn up in any sink. */
  readonly canaries: readonly string[];
}

/** Fills etcd through the v2 API, as OKD would have, with many connections at once: one put is one raft proposal. */
export async function fill(state: LabState, options: FillOptions = {}): Promise<FillReport> {
  const order: FillOrder = { options, access: outsideAccess(state), parallel: 256 };
  const begun = Date.now();
  const counts = JSON.parse((await runHelper(state, 'fill/fill-worker.js', order)).stdout) as FillCounts;
  const seconds = (Date.now() - begun) / 1000;
  return {
    ...counts,
    seconds,
    keysPerSecond: Math.round(counts.keys / seconds),
    canaries: canaries(options),
  };
}

/** The cluster as an outside client with a certificate of its own reaches it; `hosts` narrows it down. */
export function outsideAccess(
  state: LabState,
  hosts = labHosts(state.spec, state.network).filter(isEtcd),
): FillOrder['access'] {
  const file = (name: string): string => path.join(pkiDir(state), name);
  return {
    urls: hosts.map((host) => `https://${host.address}:2379`),
    ca: file('etcd-ca.crt'),
    cert: file('lab.client.crt'),
    key: file('lab.client.key'),
  };
}
