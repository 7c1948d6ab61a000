import type { Lab, LabHost } from '@pawl/lab';
import { setTimeout as sleep } from 'node:timers/promises';
import { dataDirOf, etcdOf, mastersOf, MASTER_UNITS, sh } from '../../../../test/lab/lab-hosts';

/** Where the playbook ends: everything before it has been done, and nothing behind it. */
export type PlaybookEnd =
  /** Whoever drives it is gone while `etcdctl migrate` writes on the first host. */
  | 'migrate-killed'
  /** The first member was started with force-new-cluster; nobody waited for its health, and the line stands in etcd.conf. */
  | 'forced'
  /** The others' data is removed; the first of them was added as a member, and its etcd never started. */
  | 'first-joiner-dead'
  /** All of it: the masters are on v3. */
  | 'completed';

export interface Playbook {
  readonly until: PlaybookEnd;
  /** Somebody went on by hand behind `forced`: the line stays in etcd.conf, and in the environment of what runs. */
  readonly forceLineLeft?: boolean;
}

/**
 * What the published playbook does on the hosts, by plain commands and in its order: masters down, a backup of every running
 * member with its db beside it, etcd down, migrate in place on the first, that one started alone, the others' data removed,
 * each added and started, leases, master-config.yaml, masters up. Where it sleeps, this waits for what it sleeps for.
 *
 * What it leaves behind, of three etcd hosts and two masters (measured, etcd 3.4.23, a snapshot each 100 entries). Always: masters
 * stopped, their configuration as it was; backups of the members' v2 data beside `member`, each with a db that holds no v3 key.
 *
 * - `migrate-killed`: etcd stopped everywhere, every `member` there. The first db holds all v3 keys or none, as some hundred are
 *   one commit; the others' none.
 * - `forced`: etcd1 runs alone and healthy, v2 and v3 side by side in it, `FORCE_NEW_CLUSTER` in etcd.conf and in its environment;
 *   the others as before.
 * - `first-joiner-dead`: etcd1 runs without quorum, of two members the other is unstarted; v3 writes and health end with a
 *   deadline, serializable reads answer. No `member` on etcd2 and etcd3; etcd2's etcd.conf says `existing` and names two, etcd3's
 *   is as it was. With `forceLineLeft` the line is in etcd1's etcd.conf besides: its next start throws etcd2 out.
 * - `completed`: three healthy members, masters ready on v3. Keys with a TTL outside of the five prefixes have become permanent.
 *
 * @param lab masters and etcd are up, on v2
 * @returns by etcd host, where its backup lies
 */
export async function playbook(
  lab: Lab,
  { until, forceLineLeft = false }: Playbook,
): Promise<Readonly<Record<string, string>>> {
  const [first, ...others] = etcdOf(lab);
  if (first === undefined) throw new TypeError('a lab without etcd');
  await mastersDown(lab);
  const backups = await backUp(lab);
  for (const { name } of etcdOf(lab)) await sh(lab, name, 'systemctl stop etcd');

  if (until === 'migrate-killed') {
    await killInMigrate(lab, first);
    return backups;
  }
  await migrateInPlace(lab, first);
  await sh(lab, first.name, `echo ETCD_FORCE_NEW_CLUSTER=true >>${CONF}; systemctl start etcd`);
  if (until === 'forced') return backups;
  await untilHealthy(lab, first, 1);
  if (!forceLineLeft) {
    await sh(lab, first.name, `sed -i /^ETCD_FORCE_NEW_CLUSTER=true/d ${CONF}; systemctl restart etcd`);
    await untilHealthy(lab, first, 1);
  }

  for (const { name } of others) await sh(lab, name, `rm -rf ${dataDirOf(lab)}/member`);
  for (const [index, joiner] of others.entries()) {
    await addMember(lab, first, joiner);
    if (until === 'first-joiner-dead') return backups;
    await sh(lab, joiner.name, 'systemctl start etcd');
    await untilHealthy(lab, first, index + 2);
  }
  await attachLeases(lab, first);
  await mastersOnV3(lab);
  return backups;
}

const CONF = '/etc/etcd/etcd.conf';
const MASTER_CONFIG = '/etc/origin/master/master-config.yaml';
/** Of the computer that drives it: one a second later on the next host, since it is read anew on each. */
const STAMPS = ['20170825135732', '20170825135733', '20170825135734', '20170825135735', '20170825135736'];

async function mastersDown(lab: Lab): Promise<void> {
  const [api, controllers] = MASTER_UNITS;
  for (const { name } of mastersOf(lab))
    await sh(lab, name, `systemctl stop ${controllers}; systemctl stop ${api}`);
}

async function backUp(lab: Lab): Promise<Readonly<Record<string, string>>> {
  const data = dataDirOf(lab);
  const made = await Promise.all(
    etcdOf(lab).map(async ({ name }, index) => {
      const backup = `${data}/openshift-backup-pre-migration${STAMPS[index]}`;
      await sh(
        lab,
        name,
        `ETCDCTL_API=2 etcdctl backup --data-dir=${data} --backup-dir=${backup}
if [ -f ${data}/member/snap/db ]; then cp -a ${data}/member/snap/db ${backup}/member/snap/; fi`,
      );
      return [name, backup] as const;
    }),
  );
  return Object.fromEntries(made);
}

async function migrateInPlace(lab: Lab, { name }: LabHost): Promise<void> {
  const said = await sh(lab, name, `ETCDCTL_API=3 etcdctl migrate --data-dir=${dataDirOf(lab)}`);
  if (!said.includes('finished transforming keys')) throw new Error(`migrate: ${said}`);
}

/** At its first write into the database; how much of it is there by then is for chance to say. */
async function killInMigrate(lab: Lab, { name }: LabHost): Promise<void> {
  const data = dataDirOf(lab);
  await sh(
    lab,
    name,
    `was=$(stat -c %y ${data}/member/snap/db)
ETCDCTL_API=3 etcdctl migrate --data-dir=${data} >/dev/null 2>&1 &
while kill -0 $! 2>/dev/null && [ "$(stat -c %y ${data}/member/snap/db)" = "$was" ]; do :; done
kill -9 $! 2>/dev/null || :`,
  );
}

/** As often as it takes: after a start etcd refuses a new member for some seconds. */
async function addMember(lab: Lab, first: LabHost, joiner: LabHost): Promise<void> {
  const add = `ETCDCTL_API=2 etcdctl ${TLS2} -C https://${first.hostname}:2379 member add ${joiner.hostname} https://${joiner.address}:2380`;
  const said = await sh(lab, first.name, `until ${add} 2>/dev/null; do sleep 1; done`);
  const cluster = /^ETCD_INITIAL_CLUSTER="(.*)"$/m.exec(said)?.[1] ?? '';
  await sh(
    lab,
    joiner.name,
    `sed -i -e 's|^ETCD_NAME=.*|ETCD_NAME=${joiner.hostname}|' -e 's|^ETCD_INITIAL_CLUSTER_STATE=.*|ETCD_INITIAL_CLUSTER_STATE=existing|' \\
  -e 's|^ETCD_INITIAL_CLUSTER=.*|ETCD_INITIAL_CLUSTER=${cluster}|' ${CONF}`,
  );
}

async function untilHealthy(lab: Lab, { name, address }: LabHost, members: number): Promise<void> {
  const health = `ETCDCTL_API=2 etcdctl ${TLS2} -C https://${address}:2379 cluster-health`;
  for (let tries = 0; tries < 120; tries += 1) {
    const said = await sh(lab, name, `${health} 2>&1 || :`);
    if (said.match(/^member \w+ is healthy/gm)?.length === members) return;
    await sleep(500);
  }
  throw new Error(`${name}: never ${members} healthy members`);
}

/** One lease for each prefix, with the lifetimes that it knows. The stand-in masters want the last one, and it is a key: OKD's don't. */
async function attachLeases(lab: Lab, { name, address }: LabHost): Promise<void> {
  const prefixes = Object.entries({
    '/kubernetes.io/events/': 3600,
    '/kubernetes.io/masterleases/': 10,
    '/openshift.io/oauth/accesstokens/': 86_400,
    '/openshift.io/oauth/authorizetokens/': 500,
    '/openshift.io/leases/controllers': 30,
  });
  for (const [prefix, seconds] of prefixes)
    await sh(
      lab,
      name,
      `export ETCDCTL_API=3 ETCDCTL_ENDPOINTS=https://${address}:2379 ${TLS3}
lease=$(etcdctl lease grant ${seconds} | cut -d' ' -f2)
etcdctl get --prefix --keys-only ${prefix} | while read -r key; do
  if [ -n "$key" ]; then etcdctl get --print-value-only -- "$key" | head -c -1 | etcdctl put --lease="$lease" -- "$key" >/dev/null; fi
done`,
    );
}

async function mastersOnV3(lab: Lab): Promise<void> {
  const arguments3 = [
    '  apiServerArguments:',
    '    storage-backend:',
    '    - etcd3',
    '    storage-media-type:',
    '    - application/vnd.kubernetes.protobuf',
  ];
  for (const { name } of mastersOf(lab))
    await sh(lab, name, `sed -i 's|^  apiServerArguments: $|${arguments3.join('\\n')}|' ${MASTER_CONFIG}`);
  await lab.startMasters();
}

const TLS2 = '--ca-file /etc/etcd/ca.crt --cert-file /etc/etcd/peer.crt --key-file /etc/etcd/peer.key';
const TLS3 = 'ETCDCTL_CACERT=/etc/etcd/ca.crt ETCDCTL_CERT=/etc/etcd/peer.crt ETCDCTL_KEY=/etc/etcd/peer.key';
