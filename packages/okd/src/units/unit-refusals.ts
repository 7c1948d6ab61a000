import type { Refusal } from '../refusal';
import type { MasterUnit } from './master-unit';
import type { ShownUnit } from './show-units';
import { running, whyNot } from './unit-state';

/** What keeps the units found from being one master. */
export function shapeRefusals(
  counted: readonly MasterUnit[],
  found: readonly MasterUnit[],
): readonly Refusal[] {
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

/** Masters that run in containers. */
export function runtimeRefusals(counted: readonly MasterUnit[], atomicHost: boolean): readonly Refusal[] {
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

/** Units that are not the master's and would undo what is done to it. */
export function otherRefusals(unit: ShownUnit): readonly Refusal[] {
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
