import { sh, type Change } from '@pawl/hosts';
import { refuse } from './fragments';

const ENVIRONMENT = '/run/pawl/force-new-cluster.env';
const NAME = '99-pawl-force';

/** Whether a drop-in is the one that forces. */
export const isForcing = (path: string): boolean => path.includes(NAME);

export interface ForceOptions {
  /** Where the member has no v2 `.snap`: so that this start writes one, see `snapshotCountFor`. */
  readonly snapshotCount?: number;
}

/**
 * A drop-in under /run, gone with a reboot, that makes the next start force a new cluster and lifts the hold for it.
 *
 * By `EnvironmentFile=`: `Environment=` loses against the unit's own environment file. An empty `AssertPathExists=` clears the
 * hold's. No start time-out: 600 MiB take 12 s and more. Durable when it returns: until a reboot. May happen twice.
 */
export function forceNewClusterDropin(unit: string, options: ForceOptions = {}): Change {
  const variables = [
    'ETCD_FORCE_NEW_CLUSTER=true',
    ...(options.snapshotCount === undefined ? [] : [`ETCD_SNAPSHOT_COUNT=${options.snapshotCount}`]),
  ];
  const lines = [
    '[Unit]',
    'AssertPathExists=',
    '[Service]',
    `EnvironmentFile=${ENVIRONMENT}`,
    'TimeoutStartSec=0',
  ];
  const { dir, file } = dropin(unit);
  return {
    what: `force a new cluster at the next start of ${unit}: ${variables.join(' ')}`,
    script: sh`mkdir -p /run/pawl ${dir}
printf '%s\n' ${variables} >${`${ENVIRONMENT}.new`}
mv -fT ${`${ENVIRONMENT}.new`} ${ENVIRONMENT}
printf '%s\n' ${lines} >${`${dir}/.99-pawl-force.new`}
mv -fT ${`${dir}/.99-pawl-force.new`} ${file}
systemctl daemon-reload`,
  };
}

/** Takes it away again: a start with it left behind would throw out all other members. Proven by asking systemd. */
export function removeForceDropin(unit: string): Change {
  const { dir, file } = dropin(unit);
  return {
    what: `take away the force-new-cluster drop-in of ${unit}`,
    script: sh.lines(
      refuse,
      sh`rm -f ${file} ${ENVIRONMENT} ${`${ENVIRONMENT}.new`} ${`${dir}/.99-pawl-force.new`}
if [ -d ${dir} ]; then rmdir --ignore-fail-on-non-empty ${dir}; fi
systemctl daemon-reload
case "$(systemctl show -p DropInPaths ${`${unit}.service`})" in
  *99-pawl-force*) refuse 'systemd still knows the drop-in' ;;
esac`,
    ),
  };
}

/**
 * ETCD_SNAPSHOT_COUNT with which a forced start of a member without any `.snap` writes one, and as few as can be: each is a
 * dump of the whole v2 store. `raftIndex`: of the stopped member.
 */
export function snapshotCountFor(raftIndex: number): number {
  return Math.max(1, raftIndex - Math.min(50, Math.floor(raftIndex / 2)));
}

function dropin(unit: string): { readonly dir: string; readonly file: string } {
  const dir = `/run/systemd/system/${unit}.service.d`;
  return { dir, file: `${dir}/${NAME}.conf` };
}
