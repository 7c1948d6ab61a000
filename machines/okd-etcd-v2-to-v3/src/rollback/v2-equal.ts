import { StepBlocked, type Phase, type Task } from '@pawl/engine';
import {
  compareManifests,
  ORIGINAL_FILES,
  OAUTH_PREFIXES,
  readManifest,
  showKey,
  type Manifest,
} from '@pawl/etcd';
import { readStep, type ReadHands, type WorkHands } from '@pawl/fleet';
import { asFacts, firstLivingEtcdHost, livingEtcdHosts, readRecord } from '@pawl/steps-etcd';
import type { OkdChoices } from '../choices';
import { etcdHost } from '../facts';
import { manifestOfRun } from '../manifest-of-run';

/** Before a master sees it again: what v2 holds is what it held. */
export const v2Equal: Phase<OkdChoices, ReadHands, WorkHands> = {
  name: 'v2-equal',
  title: 'Compare v2 with what was written down',
  wayBack: '',
  steps: [
    readStep<OkdChoices>({
      name: 'compare',
      title: 'Every key of the manifest',
      verify: 'keys without a TTL are exactly as in the manifest; one with a TTL may only have run out',
      deadlineMs: 900_000,
      retry: { attempts: 5, delayMs: 2_000 },
      describe: () => ['# read /v2/keys, every directory, and compare it with the manifest'],
      run: async (task) => asFacts(await compare(task)),
    }),
  ],
};

async function compare(task: Task<OkdChoices, ReadHands>): Promise<object> {
  const before = await manifestOfRun(task);
  const host = firstLivingEtcdHost(task);
  const again = await readManifest(task.hands.on(host), etcdHost(task, host).settings, {
    secretPrefixes: OAUTH_PREFIXES,
    signal: task.signal,
  });
  const { same, written } = apart(before, again);
  const compared = compareManifests(same.before, same.again);
  const seen = {
    compared: compared.compared,
    expired: compared.expired,
    clusterId: again.header.clusterId,
    // Somebody else's hand, seen by its index; not a loss, so it is told and does not hold anything up.
    writtenSince: written.slice(0, 100),
    writtenCount: written.length,
  };
  if (compared.equal && again.header.clusterId === before.header.clusterId) return seen;
  // Where no data was ever moved, nothing of this run can have changed it: the masters get back what there is.
  if (!(await wasMoved(task)))
    return { ...seen, changedByOthers: compared.differences, shown: asFacts(compared.shown) };
  throw new StepBlocked(
    'E_V2_DIFFERS',
    `v2 is not what it was: ${compared.differences} differences in ${compared.compared} keys`,
    {
      hint: 'No master has been started. Compare the backups (pawl-RUN/backup on each etcd host) before anything else.',
      facts: { ...asFacts(seen), differences: asFacts(compared.shown) },
    },
  );
}

/** Keys written since the manifest was taken are left out of the comparison, and told. */
function apart(
  before: Manifest,
  again: Manifest,
): { same: { before: Manifest; again: Manifest }; written: readonly string[] } {
  const later = new Set(
    again.entries.flatMap((e) => (e.modifiedIndex > before.header.etcdIndexAtEnd ? [e.key] : [])),
  );
  const without = (manifest: Manifest): Manifest => ({
    ...manifest,
    entries: manifest.entries.filter(({ key }) => !later.has(key)),
  });
  return {
    same: { before: without(before), again: without(again) },
    written: [...later].map((key) => showKey(key, before.header.secretPrefixes)),
  };
}

async function wasMoved(task: Task<OkdChoices, ReadHands>): Promise<boolean> {
  const records = await Promise.all(
    livingEtcdHosts(task).map((host) => readRecord(task, host, ORIGINAL_FILES)),
  );
  // Where somebody has removed the records, the journal still knows.
  const known = livingEtcdHosts(task).map((host) => task.facts.find('set-aside/originals', host));
  return [...records, ...known].some((one) => one !== undefined);
}
