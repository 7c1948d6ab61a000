import {
  createEngine,
  defineMachine,
  type Engine,
  type JsonObject,
  type JournalRow,
  type Machine,
  type Phase,
  type Store,
} from '@pawl/engine';
import { createFleet, readStep, type ReadHands, type WorkHands } from '@pawl/fleet';
import { localTransport, openHosts, type GuardedHost } from '@pawl/hosts';
import { asFacts, etcdHosts, plantFences } from '@pawl/steps-etcd';
import { openStore, processOwners } from '@pawl/store';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { privateHost, type PrivateHost } from '../../packages/hosts/test/guard/private-host';
import { okdEtcdV2ToV3, type OkdChoices } from '../../machines/okd-etcd-v2-to-v3/src';
import { choicesOf, preflightFacts } from '../../machines/okd-etcd-v2-to-v3/test/helpers/a-cluster';

export const BENCH_RUN = 'okd-20261124-1';
export const FOLDER = `/var/lib/etcd/pawl-${BENCH_RUN}`;
const HOST = 'etcd1';

type AnyMachine = Machine<OkdChoices, ReadHands, WorkHands>;

/**
 * The machine's own set-aside and migrate, the real engine, store, fleet and guard, and the real etcdctl on real data, on a
 * host of its own inside this machine. What migrates is counted by the host itself, before etcdctl begins.
 */
export interface Bench {
  readonly host: PrivateHost;
  /** A controller of its own: a claim, connections, a place in the database. */
  controller(options?: ControllerOptions): Controller;
  /** The work copies that `etcdctl migrate` was begun on, in order. */
  migrates(): readonly string[];
  /** A script that runs on the host as the process that becomes `etcdctl migrate`, each time, until it is taken away. */
  beforeMigrate(script: string | undefined): void;
  close(): Promise<void>;
}

export interface ControllerOptions {
  readonly faultPoint?: (name: string) => void;
  /** The longest that a change may take. */
  readonly deadlineMs?: number;
}

export interface Controller {
  readonly engine: Engine;
  rows(): readonly JournalRow[];
}

export const benchStart = {
  run: BENCH_RUN,
  machineId: okdEtcdV2ToV3.spec.id,
  choices: { ...choicesOf(1, 0) } as unknown as JsonObject,
};

export async function migrateBench(member: string): Promise<Bench> {
  const host = await privateHost();
  const state = mkdtempSync(path.join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'pawl-doubt-'));
  const database = path.join(state, 'pawl.db');
  // `sync` waits for all that this machine has to write, others' tests included: durability has its own tests.
  host.sh('mount --bind /bin/true "$(readlink -f "$(command -v sync)")"');
  mkdirSync(host.path('/var/lib/etcd'), { recursive: true });
  cpSync(member, host.path('/var/lib/etcd/member'), { recursive: true });
  writeFileSync(host.path('/usr/local/bin/etcdctl'), COUNTING, { mode: 0o755 });
  writeFileSync(host.path('/usr/local/bin/systemctl'), HELD, { mode: 0o755 });
  const machine = partOfMachine();
  const hook = host.path('/var/lib/before-migrate');
  const stores: Store[] = [];
  return {
    host,
    controller({ faultPoint = () => undefined, deadlineMs = Infinity } = {}) {
      const within = ['nsenter', '-t', String(host.keeper), '-m', '--', '/bin/sh', '-c'] as const;
      const hosts = openHosts({ entries: [{ ...host.entry, name: HOST }] }, () => localTransport(within));
      const fleet = createFleet({ hosts, runsDir: state, plantedBy: 'prepare/plant-fences' });
      const store = openStore(database);
      stores.push(store);
      const engine = createEngine<ReadHands, WorkHands>({
        store,
        fleet: {
          ...fleet,
          working: (...args) => inTime(fleet.working(...args), deadlineMs),
        },
        owners: processOwners(),
        machines: [machine],
        faultPoint,
      });
      return {
        engine,
        rows: () => store.journal(BENCH_RUN),
      };
    },
    migrates: () =>
      existsSync(host.path('/var/lib/migrates'))
        ? readFileSync(host.path('/var/lib/migrates'), 'utf8').trim().split('\n')
        : [],
    beforeMigrate(script) {
      if (script === undefined) rmSync(hook, { force: true });
      else writeFileSync(hook, script);
    },
    async close() {
      host.crash();
      await host.close();
      for (const store of stores) store.close();
      rmSync(state, { recursive: true, force: true });
    },
  };
}

/** There is no systemd on such a host: what it would say of an etcd that the run has stopped and held. */
const HELD = `#!/bin/sh
case "$*" in *ControlGroup*) echo ControlGroup=; exit ;; esac
echo LoadState=loaded
echo ActiveState=inactive
echo MainPID=0
echo DropInPaths=/etc/systemd/system/etcd.service.d/00-pawl-hold.conf
`;

/** Stands before the real one in PATH. */
const COUNTING = `#!/bin/sh
if [ "$1" = migrate ]; then
  for folder in "$@"; do :; done
  echo "\${folder##*/}" >>/var/lib/migrates
  echo $$ >/var/lib/migrate-pid
  if [ -e /var/lib/before-migrate ]; then . /var/lib/before-migrate; fi
fi
exec /usr/bin/etcdctl "$@"
`;

/** `host` is asked for when it is used: a step without a target has none. */
function inTime(hands: WorkHands, most: number): WorkHands {
  return Object.create(hands, {
    host: {
      get: (): GuardedHost => ({
        ...hands.host,
        change: (change) =>
          hands.host.change({ ...change, deadlineMs: Math.min(change.deadlineMs ?? most, most) }),
      }),
    },
  }) as WorkHands;
}

/** Forward only, from the fence to the promoted copy. */
function partOfMachine(): AnyMachine {
  const real = (name: string): Phase<OkdChoices, ReadHands, WorkHands> => {
    const found = okdEtcdV2ToV3.spec.phases.find((phase) => phase.name === name);
    if (found === undefined) throw new Error(`the machine has no phase ${name}`);
    const { rollbackAt: _, ...phase } = found;
    return phase;
  };
  return defineMachine<OkdChoices, ReadHands, WorkHands>({
    id: okdEtcdV2ToV3.spec.id,
    version: '1.0.0',
    title: 'From the fence to the promoted copy',
    checkChoices: (choices) => choices as unknown as OkdChoices,
    rollback: [],
    phases: [
      {
        name: 'preflight',
        title: 'What preflight would find',
        wayBack: 'Nothing.',
        steps: [
          readStep<OkdChoices>({
            name: 'etcd-hosts',
            title: 'Etcd on each host',
            targets: etcdHosts,
            verify: 'it is as it was made',
            deadlineMs: 10_000,
            describe: () => ['# nothing'],
            run: ({ target }) =>
              Promise.resolve(asFacts(preflightFacts(1, 0)['preflight/etcd-hosts']?.[target] ?? {})),
          }),
        ],
      },
      {
        name: 'prepare',
        title: 'Fences',
        wayBack: 'Nothing.',
        steps: [plantFences('kept', () => 'the way back\n')],
      },
      real('set-aside'),
      real('migrate'),
    ],
  });
}
