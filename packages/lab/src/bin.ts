import { spawn } from 'node:child_process';
import { Command, InvalidArgumentError } from 'commander';
import pc from 'picocolors';
import {
  Lab,
  labAttach,
  labDown,
  labForget,
  labLoad,
  labSaves,
  labUp,
  LabError,
  type LabSpec,
} from './index';
import { allStates } from './state';

const program = new Command('lab')
  .description(
    'A real OKD 3.6 control plane on this computer: systemd machines in a network of their own. Needs root.',
  )
  .enablePositionalOptions();

interface Named {
  readonly name: string;
}

/** Every verb takes `--name`; what stands behind `exec HOST` and the like belongs to that command alone. */
function verb(usage: string, description: string): Command {
  const command = program
    .command(usage)
    .description(description)
    .option('--name <name>', 'which lab', 'demo');
  return usage.includes('...') ? command.passThroughOptions() : command;
}

interface UpOptions extends Named {
  readonly etcd: number;
  readonly masters: number;
  readonly colocated?: true;
  readonly etcdUser: NonNullable<LabSpec['etcdUser']>;
  readonly masterUnits: NonNullable<LabSpec['masterUnits']>;
  readonly loginUser: NonNullable<LabSpec['loginUser']>;
  readonly rootLogin: boolean;
  readonly sudoUsePty?: true;
  readonly controller?: string;
  readonly walDir?: string;
  readonly dataDir?: string;
  readonly replace?: true;
}

interface FillFlags extends Named {
  readonly keys: number;
  readonly valueBytes: number;
  readonly seed: number;
  readonly masters: boolean;
}

verb('up', 'build and boot a lab (the first time it makes the base image: about a minute)')
  .option('--etcd <n>', 'etcd hosts', whole, 3)
  .option('--masters <n>', 'masters', whole, 2)
  .option('--colocated', 'etcd on the masters')
  .option('--etcd-user <user>', 'user of the unit etcd', 'etcd')
  .option('--master-units <kind>', 'origin, atomic-openshift or single', 'origin')
  .option('--login-user <user>', 'pawl or root', 'pawl')
  .option('--no-root-login', 'root may not log in')
  .option('--sudo-use-pty', 'Defaults use_pty in sudoers')
  .option('--controller <host>', 'the host that Pawl runs on, by ansible_connection=local')
  .option('--data-dir <dir>', 'ETCD_DATA_DIR')
  .option('--wal-dir <dir>', 'ETCD_WAL_DIR')
  .option('--replace', 'take a standing lab of this name down first')
  .action(async ({ replace, ...spec }: UpOptions) => {
    const up = await labUp(spec, { replace: replace === true });
    show(
      `lab ${up.name} is up`,
      ...hostLines(up),
      '',
      `inventory    ${up.inventoryPath}`,
      controllerLine(up),
    );
  });

verb('down', 'take the lab away; nothing of it is left (saves are kept)').action(async ({ name }: Named) =>
  labDown(name),
);

verb('status', 'the labs on this computer').action(() => {
  for (const state of allStates())
    show(`${state.spec.name} (${state.phase})`, ...hostLines(new Lab(state)), controllerLine(new Lab(state)));
});

verb('ssh <host> [command...]', 'log in as the inventory does').action(
  async (host: string, command: string[], { name }: Named) =>
    foreground((await labAttach(name)).ssh(host, command)),
);

verb('exec <host> <command...>', 'run a command as root inside a host, past sshd').action(
  async (host: string, command: string[], { name }: Named) => {
    const { stdout, stderr, exit } = await (
      await labAttach(name)
    ).exec(host, command, { allowFailure: true });
    process.stdout.write(stdout);
    process.stderr.write(stderr);
    process.exitCode = exit;
  },
);

verb(
  'enter <command...>',
  "run a command in the lab's network, with the controller's HOME (this is how Pawl is run against it)",
).action(async (command: string[], { name }: Named) => {
  const standing = await labAttach(name);
  const { argv, env } = standing.asController(command, {}, process.stdin.isTTY);
  await foreground(argv, env);
});

for (const [how, what] of [
  ['crash', 'cut the power: kill -9 of PID 1'],
  ['boot', 'power on'],
  ['reboot', 'reboot from inside'],
  ['cut', 'pull the network cable'],
  ['heal', 'plug it in again'],
] as const) {
  verb(`${how} <host>`, what).action(async (host: string, { name }: Named) =>
    (await labAttach(name))[how](host),
  );
}

verb('fill', 'put a cluster worth of keys into etcd by the v2 API, and start the masters')
  .option('--keys <n>', 'how many', whole, 3000)
  .option('--value-bytes <n>', 'size of an ordinary value', whole, 1024)
  .option('--seed <n>', 'same seed, same keys', whole, 1)
  .option('--no-masters', 'leave the masters stopped')
  .action(async ({ name, masters, ...options }: FillFlags) => {
    const standing = await labAttach(name);
    const { canaries, ...report } = await standing.fill(options);
    show(JSON.stringify({ ...report, canaries: canaries.length }));
    if (masters) await standing.startMasters();
  });

verb('masters', 'start the masters').action(async ({ name }: Named) =>
  (await labAttach(name)).startMasters(),
);

verb('save <save>', 'shut down, keep everything, boot again').action(async (save: string, { name }: Named) =>
  (await labAttach(name)).save(save),
);

verb('load <save>', 'put a save back (the lab need not stand)').action(
  async (save: string, { name }: Named) => {
    await labLoad(name, save);
  },
);

verb('saves', 'list the saves of this lab').action(({ name }: Named) => show(...labSaves(name)));

verb('forget <save>', 'delete a save').action((save: string, { name }: Named) => labForget(name, save));

verb('observe', 'record every program that is started on a host, until Ctrl-C')
  .option('--file <file>', 'where to (NDJSON)')
  .action(async ({ name, file }: Named & { file?: string }) => {
    const observer = await (await labAttach(name)).observer(file);
    show(`watching; events go to ${observer.file}`);
    await interrupted();
    await observer.stop();
  });

verb(
  'probe',
  'ask every master 20 times a second until Ctrl-C, then say for how long none or one did not serve',
)
  .option('--file <file>', 'where the samples go (NDJSON)')
  .action(async ({ name, ...options }: Named & { file?: string }) => {
    const probe = await (await labAttach(name)).probe(options);
    show(`asking; samples go to ${probe.file}`);
    await interrupted();
    show(JSON.stringify(await probe.stop(), null, 2));
  });

function whole(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('a whole number');
  return Number(text);
}

function hostLines(one: Lab): string[] {
  const running = new Set(one.running().map((host) => host.name));
  return one.hosts.map((host) => {
    const power = running.has(host.name) ? pc.green('on ') : pc.red('off');
    return `  ${power} ${host.name.padEnd(9)} ${host.address.padEnd(15)} ${host.hostname} (${host.role})`;
  });
}

const controllerLine = (one: Lab): string =>
  one.spec.controller === undefined
    ? `controller   HOME=${one.controllerDir} ${one.enter.join(' ')} COMMAND`
    : `controller   on ${one.spec.controller}: lab enter COMMAND`;

function show(...lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
}

function foreground(argv: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const [file = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: 'inherit', env });
    child.on('error', reject);
    child.on('exit', (code) => {
      process.exitCode = code ?? 1;
      resolve();
    });
  });
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    // Something must keep the process alive meanwhile.
    const alive = setInterval(() => undefined, 60_000);
    const stop = (): void => {
      clearInterval(alive);
      resolve();
    };
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  });
}

/** The error and everything underneath it. */
function explained(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const text = error instanceof LabError ? error.message : (error.stack ?? error.message);
  return error.cause === undefined ? text : `${text}\n  because: ${explained(error.cause)}`;
}

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${pc.red('lab:')} ${explained(error)}\n`);
  process.exitCode = 1;
});
