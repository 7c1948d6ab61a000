import type { Facts } from '@pawl/engine';
import { allHosts, type ClusterChoices, type RunHost } from '../cluster-choices';
import { findMachine, type MachineFacts } from '../facts';
import { refuse, type Finding } from '../finding';

interface Named {
  readonly host: RunHost;
  readonly seen: MachineFacts;
}

/** Whether every name is a machine of its own, and the controller's own host the one that the inventory means. */
export function judgeMachines(choices: ClusterChoices, facts: Facts): readonly Finding[] {
  const hosts = allHosts(choices).flatMap((host): readonly Named[] => {
    const seen = findMachine({ facts }, host.name);
    return seen === undefined ? [] : [{ host, seen }];
  });
  const local = hosts.filter(({ host }) => host.connection === 'local');
  return local.length > 1
    ? [severalLocal(local)]
    : [...twoNames(hosts), ...local.flatMap((one) => elsewhere(one))];
}

function severalLocal(local: readonly Named[]): Finding {
  return refuse(
    'E_SEVERAL_LOCAL',
    null,
    `${local.map(({ host }) => host.name).join(' and ')} are all declared as the machine that Pawl runs on (ansible_connection=local)`,
    'Set ansible_connection=local for at most one host, behind its name: in a group it applies to every host of the group.',
  );
}

function twoNames(hosts: readonly Named[]): readonly Finding[] {
  return hosts.flatMap(({ host, seen }, index) => {
    const first = hosts.slice(0, index).find((other) => other.seen.machine === seen.machine);
    if (first === undefined) return [];
    return [
      refuse(
        'E_SAME_MACHINE',
        host.name,
        `it is the very machine that answers as ${first.host.name}: it would be fenced, stopped and counted twice`,
        [host, first.host].some(({ connection }) => connection === 'local')
          ? 'Pawl runs on another host than the one with ansible_connection=local: move the variable to the host that it runs on, or take it out.'
          : 'Use one name for it in [masters] and in [etcd], or correct ansible_host of the wrong one.',
      ),
    ];
  });
}

function elsewhere({ host, seen: { local } }: Named): readonly Finding[] {
  if (local === null || local.meant.some((address) => isLoopback(address) || local.own.includes(address)))
    return [];
  return [
    refuse(
      'E_LOCAL_ELSEWHERE',
      host.name,
      `it is declared as the machine that Pawl runs on (ansible_connection=local), and ${host.address}${local.meant.length === 0 ? ' leads nowhere from here' : ` is none of the addresses here: ${local.own.join(', ')}`}`,
      `Run Pawl on ${host.name}; or, where this is ${host.name}, set its ansible_host to an address of its own; or take ansible_connection=local out.`,
    ),
  ];
}

const isLoopback = (address: string): boolean => address.startsWith('127.') || address === '::1';
