import { unexpectedOutput } from '../errors';
import { count, field, hexId, items, parseJson, text } from '../json';

/** `lease grant N` → the id, hex, as `put --lease=` takes it. */
export function parseLeaseGrant(stdout: string): { readonly id: string; readonly ttlSeconds: number } {
  const found = /^lease\s+([0-9a-f]+) granted with TTL\((\d+)s\)$/m.exec(stdout);
  if (found?.[1] === undefined) throw unexpectedOutput('etcdctl lease grant', stdout);
  return { id: found[1], ttlSeconds: Number(found[2]) };
}

export interface LeaseLife {
  /** -1: there is no such lease (any more). */
  readonly ttlSeconds: number;
  readonly grantedSeconds: number;
  readonly keys: readonly Buffer[];
}

/** `lease timetolive ID --keys -w json`. 3.1 has an error for an unknown lease (see `commandFailed`); the others say -1. */
export function parseLeaseLife(stdout: string): LeaseLife {
  const command = 'etcdctl lease timetolive';
  const json = parseJson(stdout, command);
  const ttlSeconds = count(field(json, 'ttl'), command);
  if (ttlSeconds === undefined || hexId(field(json, 'id')) === undefined)
    throw unexpectedOutput(command, stdout);
  return {
    ttlSeconds,
    grantedSeconds: count(field(json, 'granted-ttl'), command) ?? 0,
    keys: items(field(json, 'keys')).flatMap((key) => {
      const encoded = text(key);
      return encoded === undefined ? [] : [Buffer.from(encoded, 'base64')];
    }),
  };
}
