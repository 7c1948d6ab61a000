import { masterUnits, type Lab } from '@pawl/lab';
import { dataDirOf, sh } from '../../../../test/lab/lab-hosts';

/**
 * `down`: stopped and held. `released`: not held, and it does not run. `forced`: its next start forms a new cluster, or the present
 * one did.
 */
type Down = 'down' | 'released' | 'forced';

/** Of an etcd host that runs: whether its original is in its place, or set aside. */
export type EtcdStands = 'v2' | 'v3' | Down;

export interface Stands {
  /** Left out: not looked at. */
  readonly masters?: 'serving' | Down;
  /** Of all etcd hosts, or by host; those that are left out are not looked at. */
  readonly etcd: EtcdStands | Readonly<Record<string, EtcdStands>>;
}

/** What docs/failures.md says of the cluster while a run rests: looked at on the hosts themselves, not asked of Pawl. */
export async function standsAs(lab: Lab, { masters, etcd }: Stands): Promise<void> {
  const named = (role: 'etcd' | 'master'): readonly string[] =>
    lab.hosts.filter((host) => host.role === role).map(({ name }) => name);
  const all = <S>(hosts: readonly string[], as: S): Readonly<Record<string, S>> =>
    Object.fromEntries(hosts.map((host) => [host, as]));
  const expected = {
    ...(typeof etcd === 'string' ? all(named('etcd'), etcd) : etcd),
    ...(masters === undefined ? {} : all(named('master'), masters)),
  };
  const found = await Promise.all(
    Object.keys(expected).map(async (host) => [host, await standsOf(lab, host)] as const),
  );
  expect(Object.fromEntries(found)).toEqual(expected);
}

async function standsOf(lab: Lab, host: string): Promise<string> {
  const master = lab.host(host).role === 'master';
  const said = await sh(
    lab,
    host,
    `for unit in ${master ? masterUnits(lab.spec).join(' ') : 'etcd'}; do
  at=$(systemctl is-active $unit || :)
  if [ -e /run/systemd/system/$unit.service.d/99-pawl-force.conf ]; then echo forced
  elif [ -e /etc/systemd/system/$unit.service.d/00-pawl-hold.conf ]; then
    case $at in inactive | failed) echo down ;; *) echo "$at, and held" ;; esac
  elif [ $at != active ]; then echo released
  elif [ ${master ? 1 : 0} = 1 ]; then echo serving
  elif ls -d ${dataDirOf(lab)}/pawl-*/original/member >/dev/null 2>&1; then echo v3
  else echo v2
  fi
done | sort -u`,
  );
  return said.trim();
}
