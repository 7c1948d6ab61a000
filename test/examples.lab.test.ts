import { spawn } from 'node:child_process';
import { request } from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  databaseOf,
  labAvailable,
  labDown,
  labForget,
  labUp,
  MIGRATE,
  runPawl,
  startPawl,
  type Lab,
  type Observer,
  type PawlProcess,
  type V3Entry,
} from '@pawl/lab';

jest.setTimeout(6 * 60_000);

const NAME = 'examples';
const onLab = labAvailable().ok ? describe : describe.skip;

/** What the documentation shows to those who build on Pawl, done: on a real cluster, and each with another `--ttl`. */
onLab('the examples on a cluster', () => {
  let lab: Lab;

  beforeAll(async () => {
    // Its masters keep events for two hours.
    lab = await labUp(
      { name: NAME, etcd: 1, masters: 1, etcdElectionMs: 500, apiServerArguments: 'other' },
      { replace: true },
    );
    await lab.fill({ keys: 400, valueBytes: 512 });
    await lab.startMasters();
    await lab.save('filled');
  });

  afterAll(async () => {
    await labDown(NAME);
    labForget(NAME, 'filled');
  });

  describe('the service', () => {
    let service: PawlProcess;
    let observer: Observer;

    beforeAll(async () => {
      observer = await lab.observer();
      service = await startService(lab);
    });

    afterAll(async () => {
      service.kill();
      await service.ended;
      await observer.stop();
    });

    const order = () => ({
      inventory: {
        groups: {
          etcd: { hosts: { etcd1: reached(lab, 'etcd1') } },
          masters: {
            hosts: { master1: { ...reached(lab, 'master1'), openshift_master_cluster_hostname: 'api.here' } },
          },
        },
      },
      acceptPointOfNoReturn: 'api.here',
      ttl: 'configured',
    });

    const statusOf = async (run: string): Promise<unknown> =>
      (await ask(lab, 'GET', `/migrations/${run}`)).body;

    test('pauses where it is told to, and goes back from there: the masters serve again', async () => {
      const { status, body } = await ask(lab, 'POST', '/migrations', { ...order(), pauseBefore: 'converge' });
      expect([status, body]).toEqual([202, { run: expect.stringMatching(/^okd-\d{8}-1$/) as unknown }]);
      const { run } = body as { readonly run: string };
      await eventsUntil(lab, run, 'paused');
      expect(await statusOf(run)).toMatchObject({
        ...{ state: 'paused', phase: 'converge', reason: { code: 'E_PAUSED' } },
      });
      const { inventory } = order();
      const back = await ask(lab, 'POST', `/migrations/${run}/rollback`, {
        inventory,
        reason: 'not tonight',
      });
      expect(back.body).toEqual({ run });
      const rows = await eventsUntil(lab, run, 'ended');
      expect(rows.find(({ kind }) => kind === 'rollback')).toMatchObject({
        reason: 'not tonight',
        asked: true,
      });
      expect(await statusOf(run)).toMatchObject({ state: 'rolled-back' });
      expect((await lab.api('master1', '/healthz/ready')).status).toBe(200);
    });

    test('is killed in the middle of migrate, and begun anew brings the run to its end: once', async () => {
      const begun = await ask(lab, 'POST', '/migrations', { ...order(), pauseBefore: 'stop-masters' });
      expect(begun.body).toEqual({ run: expect.stringMatching(/^okd-\d{8}-2$/) as unknown });
      const { run } = begun.body as { readonly run: string };
      await eventsUntil(lab, run, 'paused');

      expect((await ask(lab, 'POST', '/migrations', order())).body).toEqual({ run });
      await eventsUntil(lab, run, 'intent', 'migrate/run-migrate');
      service.kill();
      expect((await service.ended).signal).toBe('SIGKILL');

      service = await startService(lab);
      await eventsUntil(lab, run, 'ended');
      expect(await statusOf(run)).toMatchObject({ state: 'completed', reason: null });
      await observer.settle();
      expect(observer.count('etcd1', MIGRATE)).toBe(1);
    });

    test('asked again it says that it was done, and asked for what is not there, so', async () => {
      const again = await ask(lab, 'POST', '/migrations', order());
      expect(again.body).toMatchObject({ outcome: 'already-completed', changed: false, next: null });
      expect(await ask(lab, 'GET', '/migrations/okd-1')).toMatchObject({
        status: 404,
        body: { code: 'E_NO_RUN' },
      });
      expect(await ask(lab, 'POST', '/migrations', { inventory: {} })).toMatchObject({
        status: 409,
        body: { code: 'E_INVENTORY' },
      });
    });

    test('back from v3 it goes only by the name of what would be lost', async () => {
      const { inventory } = order();
      const { runs } = (await ask(lab, 'GET', '/migrations')).body as { readonly runs: readonly string[] };
      const run = runs.find((name) => name.endsWith('-2')) ?? '';
      expect(await ask(lab, 'POST', `/migrations/${run}/rollback`, { inventory })).toMatchObject({
        ...{ status: 409, body: { code: 'E_DATA_LOSS', facts: { name: expect.any(String) as unknown } } },
      });
      expect(await statusOf(run)).toMatchObject({ state: 'completed' });
    });

    test('--ttl configured: events live as long as the first master’s configuration says, others what they had left', async () => {
      expectLives(await lab.v3dump('etcd1'), { events: 7200 });
    });

    test('told to stop it ends by itself', async () => {
      process.kill(service.pid, 'SIGTERM');
      expect((await service.ended).exit).toBe(0);
    });
  });

  describe('the playbook', () => {
    beforeAll(async () => {
      await lab.load('filled');
      while ((await lab.api('master1', '/healthz/ready').catch(() => undefined))?.status !== 200)
        await sleep(200);
    });

    const play = (more: object = {}, ...flags: readonly string[]): Promise<Played> =>
      playbook(lab, { pawl_run_options: ['--ttl', 'documented'], ...more }, ...flags);

    test('--check looks, and begins nothing', async () => {
      expect(await play({}, '--check')).toMatchObject({ exit: 0, changed: 0, failed: 0 });
      const { stdout } = await runPawl(lab, ['runs', '--json']);
      expect((JSON.parse(stdout) as { readonly runs: readonly unknown[] }).runs).toEqual([]);
    });

    test('pauses where it is told to, resumes when it is played again, and then has nothing left to do', async () => {
      const paused = await play({ pawl_pause_before: 'migrate' });
      expect(paused).toMatchObject({ exit: 0, changed: 1, failed: 0 });
      expect(paused.stdout).toMatch(/outcome paused, run okd-\d{8}-1, phase migrate, outage \d+ s/);
      const resumed = await play();
      expect(resumed).toMatchObject({ exit: 0, changed: 1, failed: 0 });
      expect(resumed.stdout).toMatch(/outcome completed, run okd/);
      const again = await play();
      expect(again).toMatchObject({ exit: 0, changed: 0, failed: 0 });
      expect(again.stdout).toMatch(/outcome already-completed/);
    });

    test('fails with the reason where Pawl refuses', async () => {
      const refused = await play({ pawl_inventory: '/dev/null' });
      expect(refused).toMatchObject({ exit: 2, changed: 0, failed: 1 });
      expect(refused.stdout).toMatch(/exit 2: wrong options, inventory or configuration/);
    });

    test('--ttl documented: the durations of the published procedure', async () => {
      expectLives(await lab.v3dump('etcd1'), { events: 3600 });
    });
  });
});

const reached = (lab: Lab, host: string) => ({
  ansible_host: lab.host(host).address,
  ansible_user: 'pawl',
  ansible_become: true,
  ansible_ssh_private_key_file: path.join(lab.controllerDir, 'id_ed25519'),
});

/** Returns when it listens. */
async function startService(lab: Lab): Promise<PawlProcess> {
  const entry = path.join(__dirname, '../build/test/examples/node-service/main.js');
  let listens = (): void => undefined;
  const listening = new Promise<void>((resolve) => (listens = resolve));
  const service = startPawl(lab, [], {
    entry,
    onOutput: (text) => {
      if (text.includes('listening on')) listens();
    },
  });
  const died = service.ended.then(({ stderr }) => Promise.reject(new Error(`the service ended:\n${stderr}`)));
  await Promise.race([listening, died]);
  died.catch(() => undefined);
  return service;
}

interface Answer {
  readonly status: number | undefined;
  readonly body: unknown;
}

async function ask(lab: Lab, method: string, url: string, body?: object): Promise<Answer> {
  let text = '';
  const status = await talk(lab, method, url, body, (chunk) => void (text += chunk));
  return { status, body: JSON.parse(text) as unknown };
}

type Row = Readonly<Record<string, unknown>>;

/** The rows of a run's journal as the service tells them, up to the first of this kind (and step). */
async function eventsUntil(lab: Lab, run: string, kind: string, step?: string): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const enough = new AbortController();
  let rest = '';
  const seen = (): boolean =>
    rows.some((row) => row['kind'] === kind && (step === undefined || row['step'] === step));
  await talk(
    lab,
    'GET',
    `/migrations/${run}/events`,
    undefined,
    (chunk) => {
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      rows.push(...lines.map((line) => JSON.parse(line) as Row));
      if (seen()) enough.abort();
    },
    enough.signal,
  ).catch((error: unknown) => {
    if (!enough.signal.aborted) throw error;
  });
  if (!seen()) throw new Error(`the run rests without ${kind}: ${JSON.stringify(rows.at(-1))}`);
  return rows;
}

/** Over the service's socket: networks are the lab's, files are everybody's. */
function talk(
  lab: Lab,
  method: string,
  url: string,
  body: object | undefined,
  hear: (chunk: string) => void,
  signal?: AbortSignal,
): Promise<number | undefined> {
  const socketPath = path.join(path.dirname(databaseOf(lab)), 'service.sock');
  return new Promise((resolve, reject) => {
    const asked = request(
      { socketPath, method, path: url, agent: false, ...(signal !== undefined && { signal }) },
      (response) => {
        response.setEncoding('utf8').on('data', hear);
        response.on('end', () => resolve(response.statusCode)).on('error', reject);
      },
    );
    asked.on('error', reject);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

interface Played {
  readonly exit: number | null;
  readonly changed: number;
  readonly failed: number;
  readonly stdout: string;
}

async function playbook(lab: Lab, vars: object, ...flags: readonly string[]): Promise<Played> {
  const [program = '', ...enter] = lab.enter;
  const extra = {
    pawl: [process.execPath, path.join(__dirname, '../packages/cli/bin/pawl.js')],
    pawl_options: ['--db', databaseOf(lab)],
    pawl_inventory: lab.inventoryPath,
    pawl_accept: `api.${NAME}.lab`,
    ...vars,
  };
  const file = path.join(__dirname, '../examples/ansible/migrate.yml');
  const child = spawn(
    program,
    [...enter, 'ansible-playbook', '-i', 'localhost,', file, '-e', JSON.stringify(extra), ...flags],
    {
      env: { ...lab.controllerEnv(), ANSIBLE_NOCOLOR: '1', NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => void (stdout += chunk.toString()));
  const exit = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  });
  const recap = (word: string): number =>
    Number(new RegExp(`^localhost .*\\b${word}=(\\d+)`, 'm').exec(stdout)?.[1]);
  return { exit, stdout, changed: recap('changed'), failed: recap('failed') };
}

/** Up to a minute or 2 % more than it says, and less by what has passed since. */
function expectLives(v3: ReadonlyMap<string, V3Entry>, { events }: { readonly events: number }): void {
  const lives = (prefix: string): readonly number[] =>
    [...v3].flatMap(([key, { secondsLeft = Infinity }]) => (key.startsWith(prefix) ? [secondsLeft] : []));
  const within = (prefix: string, count: number, seconds: number): void => {
    const found = lives(prefix);
    expect({ prefix, enough: found.length >= count }).toEqual({ prefix, enough: true });
    const off = found.filter((left) => left > seconds + Math.max(60, seconds * 0.02) || left < seconds - 600);
    expect({ prefix, off }).toEqual({ prefix, off: [] });
  };
  within('/kubernetes.io/events/', 10, events);
  within('/openshift.io/oauth/accesstokens/', 5, 86_400);
  within('/openshift.io/oauth/authorizetokens/', 1, 500);
  within('/openshift.io/lab-caches/long/4', 1, 604_807);
  within('/openshift.io/lab-caches/long/0', 1, 3607);
}
