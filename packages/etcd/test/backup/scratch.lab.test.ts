import { labAvailable, labDown, labUp, type Lab } from '@pawl/lab';
import type { Change, ReadHost, Sh } from '@pawl/hosts';
import {
  chooseDb,
  coldBackup,
  copyBackup,
  isHealthy,
  lookAtBackup,
  memberList,
  readEtcdSettings,
  readManifest,
  removeScratch,
  runLayout,
  scratchHost,
  scratchOf,
  scratchSettings,
  startScratch,
  v3State,
  type EtcdSettings,
  type Manifest,
  type Scratch,
} from '../../src';

jest.setTimeout(5 * 60_000);

const name = 'scratch';
const available = labAvailable();
const story = available.ok ? describe : describe.skip;
const ETCDCTL_BACKUP = '/var/lib/etcd/openshift-backup-pre-migration20261124';

/** Two backups of a host are started beside the etcd that runs there, at the same time, and leave nothing. */
story('a scratch etcd beside the real one', () => {
  let lab: Lab;
  let host: ReadHost;
  let settings: EtcdSettings;
  let live: Manifest;
  let before: string;
  const scratches: Scratch[] = [];

  beforeAll(async () => {
    lab = await labUp(
      { name, etcd: 1, masters: 0, etcdSnapshotCount: 15, etcdElectionMs: 500 },
      { replace: true },
    );
    host = reading(lab, 'etcd1');
    settings = await readEtcdSettings(host);
    await shell(
      'for n in $(seq 40); do ETCDCTL_API=2 etcdctl ' +
        certs(settings) +
        ' set /kubernetes.io/pods/p$n "value $n"; done',
    );
    await shell('systemctl stop etcd');
    await change(
      coldBackup(runLayout(settings, 'okd-1'), { description: 'a member', configuration: ['/etc/etcd'] }),
    );
    await shell('systemctl start etcd');
    await until(async () => isHealthy(host, settings));
    await shell(`ETCDCTL_API=2 etcdctl backup --data-dir /var/lib/etcd --backup-dir ${ETCDCTL_BACKUP}`);
    live = await readManifest(host, settings, { secretPrefixes: [] });
    before = await whatStands();
  });

  afterAll(async () => labDown(name));

  test('each holds what v2 holds, and no v3 data', async () => {
    const started = async (run: string, path: string): Promise<Scratch> => {
      const facts = await lookAtBackup(host, path, settings);
      const db = await chooseDb(host, facts, { dataDir: settings.dataDir, dbFrom: null });
      expect(db).toEqual({ use: 'own' });
      const scratch = scratchOf(settings, run);
      const owner = { user: settings.user, group: settings.group, like: settings.dataDir };
      await change(copyBackup(facts, db, scratch, owner));
      const start = startScratch(settings, scratch);
      await change(start);
      const first = await mainPid(scratch.unit);
      await change(start);
      expect(await mainPid(scratch.unit)).toBe(first);
      return scratch;
    };
    scratches.push(
      await started('check-1', runLayout(settings, 'okd-1').folder),
      await started('check-2', ETCDCTL_BACKUP),
    );
    const [cold, written] = await Promise.all(
      scratches.map(async (scratch) => {
        const inside = scratchHost(host, scratch);
        await until(async () => isHealthy(inside, scratchSettings));
        expect(await v3State(inside, scratchSettings)).toMatchObject({ neverUsed: true });
        expect(await memberList(inside, scratchSettings)).toHaveLength(1);
        return readManifest(inside, scratchSettings, { secretPrefixes: [] });
      }),
    );
    expect(live.entries.length).toBe(40);
    expect(cold?.entries).toEqual(live.entries);
    expect(contents(written)).toEqual(contents(live));
  });

  test('nobody reaches it from outside, and it reaches nobody', async () => {
    const [scratch] = scratches;
    if (scratch === undefined) throw new Error('none was started');
    expect(await isHealthy(host, scratchSettings)).toBe(false);
    expect(await isHealthy(scratchHost(host, scratch), settings)).toBe(false);
  });

  test('one that has ended says so, with its last words', async () => {
    const [, scratch] = scratches;
    if (scratch === undefined) throw new Error('none was started');
    await shell(`systemctl kill -s KILL ${scratch.unit}`);
    await until(async () => (await mainPid(scratch.unit)) === '0');
    const inside = scratchHost(host, scratch);
    const gone = {
      code: 'E_ETCD_SCRATCH',
      facts: { said: expect.stringContaining('ready to serve client requests') },
    };
    await expect(isHealthy(inside, scratchSettings)).rejects.toMatchObject(gone);
    await expect(readManifest(inside, scratchSettings, { secretPrefixes: [] })).rejects.toMatchObject({
      code: 'E_ETCD_SCRATCH',
    });
  });

  test('removed, twice, it has left nothing; etcd was never restarted', async () => {
    for (const scratch of scratches) {
      await change(removeScratch(scratch));
      await change(removeScratch(scratch));
    }
    expect(await whatStands()).toBe(before);
    expect((await readManifest(host, settings, { secretPrefixes: [] })).entries).toEqual(live.entries);
  });

  async function shell(script: string): Promise<string> {
    return (await lab.exec('etcd1', ['sh', '-euc', script])).stdout;
  }

  async function change({ script, record }: Change): Promise<void> {
    if (record !== undefined) await shell(record.script.text);
    await shell(script.text);
  }

  async function mainPid(unit: string): Promise<string> {
    return (await shell(`systemctl show -p MainPID ${unit}.service`)).trim().replace('MainPID=', '');
  }

  /** The live etcd's process, and all that a scratch could leave. */
  async function whatStands(): Promise<string> {
    return shell(`systemctl show -p MainPID -p ExecMainStartTimestampMonotonic -p NRestarts etcd.service
systemctl list-units --all --no-legend 'pawl*'
ls -A /run/systemd/system
readlink /proc/[0-9]*/ns/net | sort -u | wc -l
cat /proc/[0-9]*/comm | sort | sed -n '/^etcd$/p'
find /var/lib/etcd -not -path '/var/lib/etcd/member/*' | sort`);
  }
});

function contents(manifest: Manifest | undefined): unknown {
  return manifest?.entries.map(({ key, valueSha256 }) => [key, valueSha256]);
}

function certs({ clientEndpoint, certs: files }: EtcdSettings): string {
  return `--endpoints ${clientEndpoint} --ca-file ${files?.ca ?? ''} --cert-file ${files?.cert ?? ''} --key-file ${files?.key ?? ''}`;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await holds()); tries++) {
    if (tries > 300) throw new Error('it never came');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** A lab's machine as a host, through its namespaces. */
function reading(lab: Lab, machine: string): ReadHost {
  const read: ReadHost['read'] = async (argv, options = {}) => {
    const env = Object.entries(options.env ?? {}).map(([key, value]) => `${key}=${value}`);
    const result = await lab.exec(machine, ['env', ...env, ...argv], {
      allowFailure: true,
      ...(options.stdin === undefined ? {} : { stdin: options.stdin }),
    });
    return { ...result, stdout: Buffer.from(result.stdout), stderr: Buffer.from(result.stderr) };
  };
  return {
    name: machine,
    address: lab.host(machine).address,
    read,
    readScript: (script: Sh, options) => read(['/bin/sh', '-euc', script.text], options),
    async *readStream(argv, options) {
      const result = await read(argv, options);
      if (result.exit !== 0)
        throw Object.assign(new Error(`exit ${String(result.exit)}: ${result.stderr.toString()}`), {
          code: 'E_COMMAND',
        });
      yield result.stdout;
    },
  };
}
