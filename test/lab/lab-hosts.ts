import { databaseOf, masterUnits, runPawl, type Lab, type LabHost } from '@pawl/lab';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const MASTER_UNITS = ['origin-master-api', 'origin-master-controllers'];

export const etcdOf = (lab: Lab): readonly LabHost[] => lab.hosts.filter((host) => host.role !== 'master');
export const mastersOf = (lab: Lab): readonly LabHost[] => lab.hosts.filter((host) => host.role !== 'etcd');

/** How the units that a migration stops are found: by host, what systemd says of each. */
async function unitsOf(lab: Lab): Promise<Readonly<Record<string, string>>> {
  const said = await Promise.all(
    lab.hosts.map(async ({ name, role }) => {
      const units = [
        ...(role === 'master' ? [] : ['etcd']),
        ...(role === 'etcd' ? [] : masterUnits(lab.spec)),
      ];
      const shown = await sh(
        lab,
        name,
        `for u in ${units.join(' ')}; do systemctl show -p Id -p ActiveState -p UnitFileState $u; done`,
      );
      return [name, shown] as const;
    }),
  );
  return Object.fromEntries(said);
}

/** Masters answer before their controllers say that they are up: looked at until they do. */
export async function unitsAtRest(lab: Lab): Promise<Readonly<Record<string, string>>> {
  for (let tries = 0; ; tries += 1) {
    const units = await unitsOf(lab);
    if (!Object.values(units).some((said) => said.includes('=activating'))) return units;
    if (tries === 100) throw new Error(`units do not come to rest: ${JSON.stringify(units)}`);
    await sleep(200);
  }
}

/** What may lie about on hosts and must not, once a run has ended: fences, holds, forced starts. One line each. */
export async function leftOnHosts(lab: Lab): Promise<readonly string[]> {
  const found = await Promise.all(
    lab.hosts.map(async ({ name }) =>
      (
        await sh(
          lab,
          name,
          `[ ! -e /var/lib/pawl/fence ] || echo fence
find /etc/systemd /run/systemd -name '*pawl*'
[ ! -d /run/pawl ] || find /run/pawl -type f
grep -rl FORCE_NEW_CLUSTER /etc/etcd /etc/systemd /run/systemd 2>/dev/null
for p in $(pgrep -x etcd); do ! tr '\\0' '\\n' </proc/$p/environ | grep FORCE_NEW; done
true`,
        )
      )
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => `${name}: ${line}`),
    ),
  );
  return found.flat();
}

/** Whether the original of every etcd host is, file by file, what the backup's own list says it was. */
export async function originalsUntouched(lab: Lab, run: string): Promise<void> {
  await Promise.all(
    etcdOf(lab).map(async ({ name }) => {
      const folder = `${dataDirOf(lab)}/pawl-${run}`;
      const { walDir } = lab.spec;
      const parts: readonly (readonly [string, string])[] = [
        [`${folder}/original/member`, 'member'],
        ...(walDir === undefined
          ? []
          : [[`${path.dirname(walDir)}/pawl-${run}-original-wal`, 'wal'] as const]),
      ];
      for (const [original, part] of parts) {
        const now = await sh(lab, name, `cd ${original} && find . -type f -exec sha256sum {} + | sort`);
        const then = await sh(lab, name, `cat ${folder}/backup/${part}.sha256`);
        expect(then).not.toBe('');
        expect(now).toBe(then);
      }
    }),
  );
}

export const dataDirOf = (lab: Lab): string => (lab.spec.dataDir ?? '/var/lib/etcd').replace(/\/$/, '');

export async function sh(lab: Lab, host: string, script: string): Promise<string> {
  return (await lab.exec(host, ['sh', '-c', script])).stdout;
}

/** The one run of the lab's controller. */
export async function onlyRun(lab: Lab): Promise<string> {
  const { runs } = await pawlJson<{ readonly runs: readonly { readonly run: string }[] }>(lab, ['runs']);
  expect(runs).toHaveLength(1);
  return runs[0]?.run ?? '';
}

export interface Row {
  readonly seq: number;
  readonly kind: string;
  readonly data: Readonly<Record<string, unknown>> & {
    readonly step?: string;
    readonly target?: string;
    readonly state?: string;
    readonly facts?: Readonly<Record<string, unknown>>;
  };
}

/** The journal, its chain verified. */
export async function journalOf(lab: Lab, run: string): Promise<readonly Row[]> {
  const { rows } = await pawlJson<{ readonly rows: readonly Row[] }>(lab, ['journal', run, '--verify']);
  return rows;
}

export const factsOf = (rows: readonly Row[], step: string): Readonly<Record<string, unknown>> | undefined =>
  rows.findLast(({ kind, data }) => kind === 'outcome' && data.step === step && data.state === 'succeeded')
    ?.data.facts;

async function pawlJson<T>(lab: Lab, args: readonly string[]): Promise<T> {
  const { exit, stdout, stderr } = await runPawl(lab, [...args, '--json']);
  if (exit !== 0) throw new Error(`pawl ${args.join(' ')}: exit ${exit}\n${stderr}\n${stdout}`);
  return JSON.parse(stdout) as T;
}

/** Every file in which a canary stands: what the controller keeps, and what Pawl keeps on hosts. Names only. */
export async function whereSecretsLie(lab: Lab, canaries: readonly string[]): Promise<readonly string[]> {
  const ours = filesUnder(path.dirname(databaseOf(lab))).filter((file) =>
    holds(readFileSync(file), canaries),
  );
  const theirs = await Promise.all(
    lab.hosts.map(async ({ name }) => {
      const patterns = canaries.flatMap((canary) => ['-e', canary]);
      const found = await lab.exec(
        name,
        // Data and copies of it hold them rightly; what Pawl writes beside them does not.
        [
          'grep',
          '-rlF',
          '--exclude-dir=member',
          '--exclude-dir=configuration',
          ...patterns,
          '/var/lib/pawl',
          '/var/lib/etcd',
          '/run/pawl',
          '/etc',
        ],
        { allowFailure: true },
      );
      return found.stdout.split('\n').flatMap((file) => (file === '' ? [] : [`${name}:${file}`]));
    }),
  );
  return [...ours, ...theirs.flat()];
}

export const holds = (content: string | Buffer, canaries: readonly string[]): boolean =>
  canaries.some((canary) => content.includes(canary));

function filesUnder(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(directory, name))
    .filter((file) => statSync(file).isFile());
}

/** A line out of the middle of each private key on the hosts. */
export async function privateKeys(lab: Lab): Promise<readonly string[]> {
  const lines = await Promise.all(
    lab.hosts.map(async ({ name }) => {
      const find =
        'find /etc/etcd /etc/origin -name "*.key" 2>/dev/null | while read -r f; do sed -n 3p "$f"; done';
      return (await lab.exec(name, ['sh', '-c', find])).stdout.split('\n');
    }),
  );
  const keys = lines.flat().filter((line) => line.length > 20);
  if (keys.length < 3) throw new Error(`there are private keys on the hosts, ${keys.length} were found`);
  return keys;
}
