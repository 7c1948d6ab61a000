import { unexpectedOutput } from '../errors';
import { field, hexId, items, parseJson, text } from '../json';

export interface Member {
  /** Hex, no leading zeros. */
  readonly id: string;
  /** Empty until it has started. */
  readonly name: string;
  readonly peerUrls: readonly string[];
  /** Empty until it has started. */
  readonly clientUrls: readonly string[];
  readonly started: boolean;
}

/** API 3, `-w json member list`. Answers from the member's own state, with or without a leader. */
export function parseMembers(stdout: string): readonly Member[] {
  const json = parseJson(stdout, 'etcdctl member list');
  const members = items(field(json, 'members')).map((member) => {
    const id = hexId(field(member, 'ID'));
    if (id === undefined) throw unexpectedOutput('etcdctl member list', stdout);
    const name = text(field(member, 'name')) ?? '';
    return {
      id,
      name,
      peerUrls: urls(field(member, 'peerURLs')),
      clientUrls: urls(field(member, 'clientURLs')),
      started: name !== '',
    };
  });
  if (members.length === 0) throw unexpectedOutput('etcdctl member list', stdout);
  return members;
}

/** API 2, `member list`: needs a leader, and says which member it is. */
export function parseMembersV2(stdout: string): readonly (Member & { readonly leader: boolean })[] {
  const lines = stdout.split('\n').filter((line) => line !== '');
  if (lines.length === 0) throw unexpectedOutput('etcdctl member list', stdout);
  return lines.map((line) => {
    const unstarted = /^([0-9a-f]+)\[unstarted\]: peerURLs=(\S+)$/.exec(line);
    if (unstarted?.[1] !== undefined) {
      return {
        id: unstarted[1],
        name: '',
        peerUrls: split(unstarted[2]),
        clientUrls: [],
        started: false,
        leader: false,
      };
    }
    const started = /^([0-9a-f]+): name=(\S+) peerURLs=(\S*) clientURLs=(\S*) isLeader=(true|false)$/.exec(
      line,
    );
    if (started?.[1] === undefined) throw unexpectedOutput('etcdctl member list', line);
    return {
      id: started[1],
      name: started[2] ?? '',
      peerUrls: split(started[3]),
      clientUrls: split(started[4]),
      started: true,
      leader: started[5] === 'true',
    };
  });
}

function urls(json: Parameters<typeof items>[0]): readonly string[] {
  return items(json).flatMap((url) => text(url) ?? []);
}

function split(list: string | undefined): readonly string[] {
  return list === undefined || list === '' ? [] : list.split(',');
}
