import { sh, type Change, type JobResult, type Sh } from '@pawl/hosts';
import { commandScript } from '../cli/command-script';
import { etcdctlV3, type Asked } from '../cli/etcdctl';
import { parseMemberChange, type MemberChange } from '../parse/member-change';
import { refuse, uptimeSeconds } from './fragments';

export interface NewMember {
  readonly name: string;
  readonly peerUrl: string;
}

/**
 * Adds a member, by API 3: it says why it refuses, and at once. A member with the peer URL that is there already is left alone.
 * `unhealthy cluster` (someone has not been connected for 5 s) changed nothing and is asked again, up to `patience` seconds.
 *
 * From one member to two there is no quorum from here until the new one has started: have it ready. Read with `memberAdded`.
 * May happen twice: a second time it finds the member there. A time-out may still happen later: look before trying again.
 *
 * A member of two that is started anew meanwhile serves no client before the other has started, too: it opens that port once it has
 * published itself, which takes a quorum (measured, 3.4: `member list` runs into its time-out, for ever). What it knows of the
 * members it tells its peers all the same (`/members` at `ownPeerUrl`): so an add that was made is found.
 */
export function memberAdd(
  settings: Asked,
  member: NewMember,
  { patience = 20, ownPeerUrl }: AddOptions = {},
): Change {
  const list = commandScript(etcdctlV3(settings, ['member', 'list']));
  const add = commandScript(
    etcdctlV3(settings, ['member', 'add', member.name, `--peer-urls=${member.peerUrl}`]),
  );
  return {
    what: `etcdctl member add ${member.name} --peer-urls=${member.peerUrl}`,
    deadlineMs: (patience + 40) * 1000,
    script: sh`peer=${member.peerUrl}
${uptimeSeconds}
until=$(($(uptime_seconds) + ${patience}))
while :; do
  if ! list=$(${list}); then
    ${ownPeerUrl === undefined ? sh`exit 1` : asItsPeersHear(settings, ownPeerUrl)}
  fi
  present=$(printf '%s\n' "$list" | while IFS=, read -r id state name url rest; do
    if [ "$url" = " $peer" ]; then echo "$id"; fi
  done)
  if [ -n "$present" ]; then echo "pawl-present $present"; exit 0; fi
  if said=$(${add} 2>&1); then printf '%s\n' "$said"; exit 0; fi
  case $said in *'unhealthy cluster'*) ;; *) printf '%s\n' "$said" >&2; exit 1 ;; esac
  if [ "$(uptime_seconds)" -ge "$until" ]; then printf '%s\n' "$said" >&2; exit 1; fi
  sleep 0.2
done`,
  };
}

export interface AddOptions {
  /** Seconds; 20 if left out. */
  readonly patience?: number;
  /** The peer URL of the member that is asked. Left out: it is asked by its client URL alone. */
  readonly ownPeerUrl?: string;
}

/**
 * Ends the script: with the member's id, or as the failed list did. Ids are decimal there, and hex everywhere else.
 *
 * The peer port breaks off HTTP/2, which a newer curl offers and etcd takes (measured, 3.4 and curl 7.88: exit 18). The option is
 * given as configuration: EL7's curl does not know it, speaks 1.1 anyway, and should only warn of a line that it can't read there (not run).
 */
function asItsPeersHear({ certs }: Asked, ownPeerUrl: string): Sh {
  const tls = certs === null ? [] : ['--cert', certs.cert, '--key', certs.key, '--cacert', certs.ca];
  return sh`members=$(printf 'http1.1\n' | curl -sS -g --noproxy '*' --max-time 5 ${tls} -K - ${`${ownPeerUrl}/members`}) || exit 1
    present=$(printf '%s\n' "$members" | tr '{' '\n' | while IFS= read -r one; do
      id=\${one#*\"id\":}
      if [ "\${one#*\"$peer\"}" != "$one" ]; then printf '%x\n' "\${id%%[!0-9]*}"; fi
    done)
    [ -n "$present" ] || exit 1
    echo "pawl-present $present"
    exit 0`;
}

/** What became of it; `already` where the member had been there. */
export function memberAdded(
  job: Pick<JobResult, 'exit' | 'stdout' | 'stderr'>,
): MemberChange | { readonly verdict: 'already'; readonly id: string } {
  const present = /^pawl-present ([0-9a-f]+)$/m.exec(job.stdout)?.[1];
  return present === undefined ? parseMemberChange(job) : { verdict: 'already', id: present };
}

/** Corrects a peer URL. Setting it to what it is succeeds and changes nothing. Read with `parseMemberChange`. */
export function memberUpdatePeer(settings: Asked, id: string, peerUrl: string): Change {
  const update = commandScript(etcdctlV3(settings, ['member', 'update', id, `--peer-urls=${peerUrl}`]));
  return {
    what: `etcdctl member update ${id} --peer-urls=${peerUrl}`,
    script: sh.lines(refuse, sh`case ${id} in *[!0-9a-f]*|'') refuse 'a member id is hex' ;; esac`, update),
  };
}
