import { unexpectedOutput } from '../errors';
import { count, field, hexId, items, parseJson, text } from '../json';

export interface EndpointStatus {
  readonly endpoint: string;
  readonly memberId: string;
  readonly clusterId: string;
  /** undefined: it knows of none. Never equal to anything. */
  readonly leader: string | undefined;
  readonly version: string;
  /** v3 revision; 1 in a store that was never written. */
  readonly revision: number;
  /** Applied: `raftIndex` means the applied index up to 3.3 and the committed one in 3.4, which prints the applied one beside. */
  readonly raftIndex: number;
  readonly raftTerm: number;
  readonly dbBytes: number;
}

/**
 * API 3, `-w json endpoint status`: those that answered. With all down 3.1 and 3.2 print nothing at all; the caller
 * compares the number with what it asked.
 */
export function parseEndpointStatus(stdout: string): readonly EndpointStatus[] {
  if (stdout.trim() === '') return [];
  const command = 'etcdctl endpoint status';
  const json = parseJson(stdout, command);
  if (!Array.isArray(json)) throw unexpectedOutput(command, stdout);
  return items(json).map((entry) => {
    const status = field(entry, 'Status');
    const header = field(status, 'header');
    const endpoint = text(field(entry, 'Endpoint'));
    const version = text(field(status, 'version'));
    const memberId = hexId(field(header, 'member_id'));
    const clusterId = hexId(field(header, 'cluster_id'));
    const raftIndex = count(field(status, 'raftAppliedIndex') ?? field(status, 'raftIndex'), command);
    if (
      endpoint === undefined ||
      version === undefined ||
      memberId === undefined ||
      clusterId === undefined ||
      raftIndex === undefined
    ) {
      throw unexpectedOutput(command, stdout);
    }
    const leader = hexId(field(status, 'leader'));
    return {
      endpoint,
      memberId,
      clusterId,
      leader: leader === '0' ? undefined : leader,
      version,
      revision: count(field(header, 'revision'), command) ?? 0,
      raftIndex,
      raftTerm: count(field(status, 'raftTerm'), command) ?? 0,
      dbBytes: count(field(status, 'dbSize'), command) ?? 0,
    };
  });
}
