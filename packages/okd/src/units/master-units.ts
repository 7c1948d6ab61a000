import type { ReadHost } from '@pawl/hosts';
import type { Refusal } from '../refusal';
import { listMasterUnits, masterRole, type Family, type MasterRole } from './list-master-units';
import { showUnits, type ShownUnit } from './show-units';

export interface MasterUnit extends ShownUnit {
  readonly role: MasterRole;
  readonly family: Family;
  /** How it was installed, by what its command line starts. */
  readonly runtime: 'host' | 'docker' | 'system-container';
}

export interface MasterUnits {
  /** The units that make up this host's master, in the order to start them: api before controllers. */
  readonly units: readonly MasterUnit[];
  /** Other master units on the host, with why they don't count. They are left alone. */
  readonly leftOver: readonly { readonly unit: string; readonly why: string }[];
  /** Empty where the units can be stopped and started by systemd alone. */
  readonly refusals: readonly Refusal[];
}

/**
 * Which units run the master on this host, asked of systemd.
 * @throws OkdError `E_OKD_COMMAND` where systemd does not answer; HostError as `read`
 */
export async function discoverMasterUnits(host: ReadHost): Promise<MasterUnits> {
  const names = await listMasterUnits(host);
  const [masters, others, atomic] = [
    await showUnits(host, names),
    await showUnits(host, otherUnits),
    (await host.read(['test', '-e', '/run/ostree-booted'])).exit === 0,
  ];
  return judgeMasterUnits(masters, others, atomic);
}

/** Names in the order to stop them: controllers, then api, so that no controller sees its API go. */
export function stopOrder(units: MasterUnits): readonly string[] {
  return startOrder(units).toReversed();
}

/** Names in the order to start them: api, then controllers. */
export function startOrder(units: MasterUnits): readonly string[] {
  return units.units.map((unit) => unit.id);
}

const otherUnits = ['pacemaker.service', 'etcd_container.service'];

/** The judgement of `discoverMasterUnits`, on what systemd answered. */
export function judgeMasterUnits(
  shown: readonly ShownUnit[],
  others: readonly ShownUnit[],
  atomicHost: boolean,
): MasterUnits {
  const found = unique(shown).flatMap(toMaster);
  const counted = found.filter(counts);
  const units = counted.toSorted((a, b) => rank[a.role] - rank[b.role]);
  return {
    units,
    leftOver: found.filter((unit) => !counts(unit)).map((unit) => ({ unit: unit.id, why: whyNot(unit) })),
    refusals: [
      ...shapeRefusals(counted, found),
      ...runtimeRefusals(counted, atomicHost),
      ...others.flatMap(otherRefusals),
    ],
  };
}

const rank: Readonly<Record<MasterRole, number>> = { 'all-in-one': 0, api: 0, controllers: 1 };

/** An alias is listed beside its unit; `show` gives both the unit's own name. */
function unique(shown: readonly ShownUnit[]): readonly ShownUnit[] {
  return [...new Map(shown.map((unit) => [unit.id, unit])).values()];
}

function toMaster(unit: ShownUnit): readonly MasterUnit[] {
  const named = masterRole(unit.id);
  return named === undefined ? [] : [{ ...unit, ...named, runtime: runtimeOf(unit) }];
}

function runtimeOf(unit: ShownUnit): MasterUnit['runtime'] {
  const program = unit.command[0]?.split('/').at(-1) ?? '';
  if (program === 'docker') return 'docker';
  return program === 'runc' || program === 'atomic' ? 'system-container' : 'host';
}

/**
 * A unit counts where it runs or would be started at boot. The single `-master` that an HA installation leaves masked or
 * disabled does not; a unit that a run has stopped and held is still enabled, and does.
 */
function counts(unit: ShownUnit): boolean {
  return running(unit) || (unit.load === 'loaded' && /^(enabled|linked)/.test(unit.enabled));
}

function running(unit: ShownUnit): boolean {
  return ['active', 'activating', 'reloading', 'deactivating'].includes(unit.active);
}

function whyNot(unit: ShownUnit): string {
  if (unit.load !== 'loaded')
    return unit.load === 'masked' ? 'masked' : `systemd can't load it: ${unit.load}`;
  return `${unit.active} and ${unit.enabled === '' ? 'not installed' : unit.enabled}: it neither runs nor starts at boot`;
}

function shapeRefusals(counted: readonly MasterUnit[], found: readonly MasterUnit[]): readonly Refusal[] {
  const roles = counted.map((unit) => unit.role).toSorted();
  const names = counted.map((unit) => unit.id).join(', ');
  if (counted.length === 0) {
    const seen = found.map((unit) => `${unit.id} (${whyNot(unit)})`).join(', ');
    return refuse(
      'E_MASTER_UNITS',
      seen === ''
        ? 'no master unit is installed on this host'
        : `no master unit runs or starts at boot: ${seen}`,
      'Is this host a master? Enable the units that its API and controllers run as, or take it out of [masters].',
    );
  }
  const whole = roles.join() === 'all-in-one' || roles.join() === 'api,controllers';
  if (whole && new Set(counted.map((unit) => unit.family)).size === 1) return [];
  return refuse(
    'E_MASTER_UNITS',
    `these master units run or start at boot, and they don't make one master: ${names}`,
    'One master is `-master` alone, or `-master-api` and `-master-controllers` of one name. Disable what is left over from an earlier installation, enable what is missing.',
  );
}

function runtimeRefusals(counted: readonly MasterUnit[], atomicHost: boolean): readonly Refusal[] {
  if (atomicHost)
    return refuse(
      'E_MASTER_RUNTIME',
      'this is an Atomic Host (/run/ostree-booted): master and etcd run in containers',
      'This release handles masters and etcd installed as rpm packages.',
    );
  return counted
    .filter((unit) => unit.runtime !== 'host')
    .flatMap((unit) =>
      refuse(
        'E_MASTER_RUNTIME',
        `${unit.id} runs the master in a ${unit.runtime === 'docker' ? 'docker container' : 'system container'} (${unit.command[0] ?? ''})`,
        'This release handles masters installed as rpm packages.',
      ),
    );
}

function otherRefusals(unit: ShownUnit): readonly Refusal[] {
  if (unit.load !== 'loaded' || !(running(unit) || unit.enabled.startsWith('enabled'))) return [];
  if (unit.id === 'pacemaker.service')
    return refuse(
      'E_PACEMAKER',
      `Pacemaker is ${unit.active} and ${unit.enabled}: it starts the masters again whenever they are stopped`,
      'Move the masters to native HA first (`openshift_master_cluster_method=native`); Pacemaker is not supported.',
    );
  return refuse(
    'E_ETCD_CONTAINER',
    `etcd runs as a container on this host (etcd_container.service is ${unit.active} and ${unit.enabled})`,
    'This release handles etcd installed as an rpm package.',
  );
}

function refuse(code: Refusal['code'], message: string, hint: string): readonly Refusal[] {
  return [{ code, message, hint }];
}
