import type { Facts } from '@pawl/engine';
import { allHosts, type ClusterChoices } from '../cluster-choices';
import type { Readme } from '../steps/plant-fences';
import { byHandParts, type ByHandPart } from './by-hand-parts';

/** What a machine's README says of its own operation. */
export interface InWords {
  /** `the etcd v2 to v3 migration` */
  readonly what: string;
  /** Of the first etcd host: `the first one migrates`. */
  readonly first: string;
  /** Where the way back leads. */
  readonly backTo: string;
  /** What it loses, from when on, and how to see whether that has come. */
  readonly loses: (run: string) => string;
  /** The last word. */
  readonly never: string;
}

/**
 * `/var/lib/pawl/README` on every host: what is held, and the way back by hand, without Pawl and without its database. Written
 * by `prepare`, before anything is changed: so each command finds out for itself whether there is something to do, and all of
 * them together are right from every phase.
 *
 * @param facts those of preflight: which units, directories and files the hosts have. The usual ones where they are unknown
 */
export const breakGlass =
  (words: InWords): Readme =>
  (run: string, choices: ClusterChoices, facts: Facts): string => {
    const names = (hosts: readonly { readonly name: string }[]): string =>
      hosts.map((h) => h.name).join(', ');
    return `Pawl holds this host for the run ${run}: ${words.what} of ${choices.clusterName}.
etcd hosts: ${names(choices.etcd)}   (${words.first})
masters:    ${names(choices.masters)}
all hosts:  ${names(allHosts(choices))}

It holds them as long as /var/lib/pawl/fence is there. While the run is unfinished, units are kept from starting (a reboot
included) by the drop-in
  /etc/systemd/system/UNIT.d/00-pawl-hold.conf
What happened and with which result stands in /var/lib/pawl/runs/${run}/jobs, a folder a change.
If Pawl and its database can be had, don't do any of this by hand: \`pawl status\` names the next command.

THE WAY BACK BY HAND, to ${words.backTo}.

It is the same from every phase: do all parts, in this order, as root. A command that has nothing to do does nothing, and a
part may be done again. Finish each part on ALL its hosts before you begin the next one anywhere: an original member that
is started beside a re-formed one mixes two histories of one cluster.
A command that begins with ! must print nothing. Where it does, or where one prints an error, go no further: find out why.
A host that a rollback has left behind (--host-dead), once it is back: the parts that name it, on it alone.

${words.loses(run)}

${byHandParts(run, choices, facts).map(shown).join('\n')}
${words.never}
`;
  };

/** Commands stand four blanks in, below the hosts they are for: so they can be told from what is said about them. */
function shown({ title, says, blocks }: ByHandPart, index: number, all: readonly ByHandPart[]): string {
  const commands = blocks.map(({ hosts, lines }) =>
    [`  on ${hosts.join(', ')}:`, ...lines.map((line) => `    ${line}`)].join('\n'),
  );
  return [
    `Part ${index + 1} of ${all.length}. ${title}`,
    ...says.map((line) => `  ${line}`),
    ...commands,
    '',
  ].join('\n');
}
