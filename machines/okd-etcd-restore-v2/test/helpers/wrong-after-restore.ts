import { compareV2, type Lab, type V2Entry } from '@pawl/lab';
import { dataDirOf, etcdOf, leftOnHosts, mastersOf, sh, unitsAtRest } from '../../../../test/lab/lab-hosts';

/**
 * What is not as a restored cluster must be, a line each, as witnesses outside of Pawl see it: v2 holds what it held (keys whose
 * time has passed excused), these members and no others by their own addresses, etcd's files are etcd's, masters ready on v2,
 * and no hold, no fence and no forced start is left behind.
 *
 * @param before of v2, when the backup was made
 * @param without etcd hosts that were given up
 */
export async function wrongAfterRestore(
  lab: Lab,
  before: ReadonlyMap<string, V2Entry>,
  without: readonly string[] = [],
): Promise<readonly string[]> {
  await unitsAtRest(lab);
  const { wrong, equal } = compareV2(before, await lab.v2dump(), Date.now());
  return [
    ...wrong.map((line) => `v2: ${line}`),
    ...(equal > 100 ? [] : [`v2: only ${equal} keys are there`]),
    ...(await wrongMembers(lab, without)),
    ...(await notEtcds(lab, without)),
    ...(await notOnV2(lab)),
    ...(await leftOnHosts(lab)),
  ];
}

/** The list of each member, by itself: one that lives on in another cluster has another. */
async function wrongMembers(lab: Lab, without: readonly string[]): Promise<readonly string[]> {
  const living = etcdOf(lab).filter(({ name }) => !without.includes(name));
  const expected = living
    .map(({ hostname, address }) => `started, ${hostname}, https://${address}:2380, https://${address}:2379`)
    .sort();
  const lists = await Promise.all(
    living.map(async ({ name, address }) => {
      const said = await sh(
        lab,
        name,
        `ETCDCTL_API=3 etcdctl --endpoints https://${address}:2379 ${TLS} member list`,
      );
      return {
        name,
        list: said
          .trimEnd()
          .split('\n')
          .map((line) => /, (started.*|unstarted.*), \w+$/.exec(line)?.[1] ?? line)
          .sort(),
      };
    }),
  );
  return lists.flatMap(({ name, list }) =>
    JSON.stringify(list) === JSON.stringify(expected)
      ? []
      : [`${name} says its members are: ${list.join(' | ')}`],
  );
}

async function notEtcds(lab: Lab, without: readonly string[]): Promise<readonly string[]> {
  const living = etcdOf(lab).filter(({ name }) => !without.includes(name));
  const said = await Promise.all(
    living.map(async ({ name }) => {
      const found = await sh(lab, name, `find ${dataDirOf(lab)}/member ! -user etcd -o ! -group etcd`);
      return found.split('\n').flatMap((file) => (file === '' ? [] : [`${name}: ${file} is not etcd’s`]));
    }),
  );
  return said.flat();
}

async function notOnV2(lab: Lab): Promise<readonly string[]> {
  const said = await Promise.all(
    mastersOf(lab).map(async ({ name }) => {
      const [ready, storage] = await Promise.all([
        lab.api(name, '/healthz/ready'),
        lab.api(name, '/lab/storage'),
      ]);
      return ready.status === 200 && storage.body === 'etcd2'
        ? []
        : [`${name}: ready ${ready.status}, on ${storage.body}`];
    }),
  );
  return said.flat();
}

const TLS = '--cacert /etc/etcd/ca.crt --cert /etc/etcd/peer.crt --key /etc/etcd/peer.key';
