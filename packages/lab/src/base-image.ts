import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { LabError } from './lab-error';
import { prepareBase, prepareVersion } from './base-prepare';
import { run } from './run';
import { cacheDir } from './state';

const suite = 'bookworm';
const packages = [
  'systemd', 'systemd-sysv', 'dbus', 'openssh-server', 'sudo', 'iproute2', 'procps', 'openssl', 'ca-certificates', 'curl',
  'etcd-server', 'etcd-client',
]; // prettier-ignore

/** Two labs that one process puts up at the same time wait for the same image. */
let making: Promise<string> | undefined;

/** The root file system that all hosts share read-only; made once (about a minute), then kept. */
export async function baseImage(): Promise<string> {
  making ??= findOrMake().finally(() => (making = undefined));
  return making;
}

async function findOrMake(): Promise<string> {
  const recipe = JSON.stringify([suite, packages, prepareVersion]);
  const key = createHash('sha256').update(recipe).digest('hex').slice(0, 12);
  const base = path.join(cacheDir(), `base-${key}`);
  if (existsSync(base)) return base;
  removeAbandoned();
  const unfinished = path.join(cacheDir(), `making-${process.pid}-${key}`);
  try {
    await make(unfinished);
    renameSync(unfinished, base);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    // Another process was quicker: its image is as good.
    if (existsSync(base)) return base;
    throw new LabError(`the base image could not be made in ${cacheDir()}`, { cause: error });
  }
  return base;
}

async function make(dir: string): Promise<void> {
  const debs = path.join(cacheDir(), 'debs');
  mkdirSync(debs, { recursive: true });
  const mirror = process.env['PAWL_LAB_MIRROR'] ?? (await machinesOwnMirror());
  const options = ['--variant=minbase', `--cache-dir=${debs}`, `--include=${packages.join(',')}`];
  await run(['debootstrap', ...options, suite, dir, mirror]);
  await prepareBase(dir);
}

/** No mirror is written down anywhere: what this machine installs from, its hosts install from. */
async function machinesOwnMirror(): Promise<string> {
  const format = '$(REPO_URI) $(CODENAME) $(COMPONENT)';
  const { stdout } = await run(['apt-get', 'indextargets', '--format', format]);
  const line = stdout.split('\n').find((target) => target.endsWith(` ${suite} main`));
  const mirror = line?.split(' ')[0];
  if (mirror === undefined) {
    throw new LabError(
      `no apt source of this machine offers "${suite} main": set PAWL_LAB_MIRROR to a Debian mirror`,
    );
  }
  return mirror;
}

function removeAbandoned(): void {
  if (!existsSync(cacheDir())) return;
  for (const name of readdirSync(cacheDir())) {
    const pid = /^making-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !existsSync(`/proc/${pid}`))
      rmSync(path.join(cacheDir(), name), { recursive: true });
  }
}
