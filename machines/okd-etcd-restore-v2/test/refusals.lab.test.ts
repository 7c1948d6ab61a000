import {
  labAvailable,
  labDown,
  labUp,
  runPawl,
  type Lab,
  type Observer,
  type PawlResult,
  type V2Entry,
} from '@pawl/lab';
import { factsOf, journalOf, sh } from '../../../test/lab/lab-hosts';
import { saidBy, untouched } from '../../../test/lab/untouched';
import { wrongAfterRestore } from './helpers/wrong-after-restore';

jest.setTimeout(10 * 60_000);

const NAME = 'restore-refused';
const CLUSTER = `api.${NAME}.lab`;
const DATA = '/var/lib/etcd';
/** As the playbook names them. */
const CLEAN = `${DATA}/openshift-backup-pre-migration20170825135732`;
const TAINTED = `${DATA}/openshift-backup-pre-migration20170826070000`;
const story = labAvailable().ok ? describe : describe.skip;

story('backups that lack something, on a cluster that serves', () => {
  let lab: Lab;
  let observer: Observer;
  let before: ReadonlyMap<string, V2Entry>;

  beforeAll(async () => {
    lab = await labUp({ name: NAME, etcd: 3, masters: 1, etcdSnapshotCount: 100 }, { replace: true });
    await lab.fill({ keys: 200, valueBytes: 128 });
    await lab.startMasters();
    before = await lab.v2dump();
    await sh(
      lab,
      'etcd1',
      `mkdir /backup
ETCDCTL_API=2 etcdctl backup --data-dir ${DATA} --backup-dir /backup/no-db 2>&1
rm /backup/no-db/member/snap/db`,
    );
    observer = await lab.observer();
  });

  afterAll(async () => {
    await observer.stop();
    await labDown(NAME);
  });

  const restore = (from: string, ...more: readonly string[]): Promise<PawlResult> =>
    runPawl(lab, [
      ...['rollback', '--from', from, '-i', lab.inventoryPath, '--yes', '--no-input'],
      ...['--accept-data-loss', CLUSTER, ...more],
    ]);

  test.each([
    [
      'without a database, with a snapshot, and none to be found',
      '/backup/no-db',
      /E_BACKUP_DB.*member\/snap\/db/,
    ],
    ['a directory that is none', '/etc', /E_ETCD_NO_BACKUP/],
    ['what etcd itself has', DATA, /E_ETCD_(REFUSED|NO_BACKUP)/],
    ['a directory that is not there', '/backup/typo', /E_ETCD_NO_BACKUP/],
  ])('%s: refused, and nothing changed', async (_, path, says) => {
    const refused = await untouched(lab, observer, () => restore(`etcd1:${path}`));
    expect([refused.exit, saidBy(refused)]).toEqual([3, expect.stringMatching(says)]);
  });

  test('a database named by hand that holds v3 data is found out, whatever its owner says', async () => {
    // As where `migrate` had begun to write before somebody thought of a backup. What a member has acknowledged is in its db a moment later.
    const tls = '--cacert /etc/etcd/ca.crt --cert /etc/etcd/peer.crt --key /etc/etcd/peer.key';
    await sh(
      lab,
      'etcd1',
      `mkdir ${TAINTED} ${CLEAN}; for d in ${TAINTED} ${CLEAN}; do cp -a /backup/no-db/member $d; done
cp -a ${DATA}/member/snap/db ${CLEAN}/member/snap/db
ETCDCTL_API=3 etcdctl --endpoints https://${lab.host('etcd1').address}:2379 ${tls} put /half/migrated x
etcd=$(pgrep -x etcd)
until ETCDCTL_API=3 etcdctl -w json snapshot status ${TAINTED}/member/snap/db | grep -q '"revision":[1-9]'; do
  kill -STOP $etcd; cp -a ${DATA}/member/snap/db ${TAINTED}/member/snap/db; kill -CONT $etcd
done 2>&1`,
    );
    const refused = await untouched(lab, observer, () =>
      restore('etcd1:/backup/no-db', '--db-from', `${TAINTED}/member/snap/db`),
    );
    expect([refused.exit, saidBy(refused)]).toEqual([3, expect.stringMatching(/E_BACKUP_DB/)]);
  });

  test('one with v3 data in its database, root’s, and a host gone for good: it takes another’s, and two members are formed', async () => {
    await sh(lab, 'etcd1', `chown -R root:root ${TAINTED}`);
    await lab.cut('etcd3');
    const { exit, stdout, stderr } = await restore(
      `etcd1:${TAINTED}`,
      ...['--host-dead', 'etcd3', '--reason', 'its disk is gone', '--json'],
    );
    if (exit !== 0) throw new Error(`exit ${exit}\n${stderr}\n${stdout}`);
    expect(await wrongAfterRestore(lab, before, ['etcd3'])).toEqual([]);
    const { run } = JSON.parse(stdout) as { readonly run: string };
    expect(factsOf(await journalOf(lab, run), 'preflight/backup')).toMatchObject({
      db: { use: 'other', path: `${CLEAN}/member/snap/db` },
    });
    // The one that was taken stays as it was, with its owner.
    expect(await sh(lab, 'etcd1', `stat -c %U ${TAINTED}/member/snap/db`)).toBe('root\n');
  });

  test('and the one that was given up finds nobody who knows it, when it comes back', async () => {
    await lab.heal('etcd3');
    expect(await wrongAfterRestore(lab, before, ['etcd3'])).toEqual([]);
  });
});
