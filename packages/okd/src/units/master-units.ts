import type { ReadHost } from '@pawl/hosts';
import type { Refusal } from '../refusal';
import { listMasterUnits, type MasterRole } from './list-master-units';
import { toMaster, type MasterUnit } from './master-unit';
import { showUnits, type ShownUnit } from './show-units';
import { otherRefusals, runtimeRefusals, shapeRefusals } from './unit-refusals';
import { running, whyNot } from './unit-state';

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

/**
 * A unit counts where it runs or would be started at boot. The single `-master` that an HA installation leaves masked or
 * disabled does not; a unit that a run has stopped and held is still enabled, and does.
 */
function counts(unit: ShownUnit): boolean {
  return running(unit) || (unit.load === 'loaded' && /^(enabled|linked)/.test(unit.enabled));
}
