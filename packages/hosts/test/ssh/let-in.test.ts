import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sshTransport } from '../../src/ssh';
import type { SshOptions } from '../../src/ssh';
import { fingerprintOf } from '../../src/ssh/host-key-error';
import { until } from '../until';
import { endProcess, makeKey, publicPart, startSshd } from './sshd';
import type { Sshd } from './sshd';

jest.setTimeout(30_000);

let sshd: Sshd;

beforeAll(async () => {
  sshd = await startSshd({ hostKeys: ['rsa', 'ecdsa', 'ed25519'] });
  makeKey(join(sshd.dir, 'stranger'), 'ed25519');
});
afterAll(() => sshd.remove());

describe('the host’s key', () => {
  test.each(['rsa', 'ecdsa', 'ed25519'] as const)('known by its %s key alone', async (type) => {
    const knownHosts = knownHostsFile(`only-${type}`, `${nameOf(sshd)} ${sshd.publicKey(type)}`);
    expect(await tryIt({ knownHosts: [knownHosts] })).toBe('let in');
  });

  test('known by a line that ssh-keygen has hashed', async () => {
    const hashed = knownHostsFile('hashed', `${nameOf(sshd)} ${sshd.publicKey('ed25519')}`);
    execFileSync('ssh-keygen', ['-q', '-H', '-f', hashed], { stdio: 'ignore' });
    expect(readFileSync(hashed, 'utf8')).toMatch(/^\|1\|/);
    expect(await tryIt({ knownHosts: [hashed] })).toBe('let in');
  });

  test('unknown: refused, with the fingerprint that ssh-keygen prints; no file is written', async () => {
    const knownHosts = knownHostsFile('stranger-to-us', '');
    const printed = execFileSync('ssh-keygen', ['-lf', join(sshd.dir, 'host_ed25519.pub')], {
      encoding: 'utf8',
    });
    const refusal = await tryIt({ knownHosts: [knownHosts, join(sshd.dir, 'missing')] });
    expect(refusal).toMatchObject({
      code: 'E_HOST_KEY',
      host: 'h1',
      facts: { began: false, verdict: 'unknown', fingerprint: printed.split(' ')[1] },
    });
    expect(refusal).toHaveProperty('hint', expect.stringContaining(sshd.publicKey('ed25519')));
    expect(readFileSync(knownHosts, 'utf8')).toBe('');
  });

  test('changed: refused, with the place and the fingerprint of the key that was expected', async () => {
    const stranger = publicPart(join(sshd.dir, 'stranger'));
    const knownHosts = knownHostsFile('changed', `# comment\n${nameOf(sshd)} ${stranger}`);
    const expected = fingerprintOf(Buffer.from(stranger.split(' ')[1] ?? '', 'base64'));
    const refusal = await tryIt({ knownHosts: [knownHosts] });
    expect(refusal).toMatchObject({
      code: 'E_HOST_KEY',
      where: `${knownHosts}:2`,
      facts: { verdict: 'changed' },
    });
    expect(refusal).toHaveProperty('message', expect.stringContaining(expected));
  });

  test('revoked: refused', async () => {
    const line = `${nameOf(sshd)} ${sshd.publicKey('ed25519')}`;
    const knownHosts = knownHostsFile('revoked', `${line}\n@revoked ${line}`);
    expect(await tryIt({ knownHosts: [knownHosts] })).toMatchObject({ facts: { verdict: 'revoked' } });
  });

  test('a known_hosts that is there and can’t be read: refused', async () => {
    expect(await tryIt({ knownHosts: [sshd.dir] })).toMatchObject({ code: 'E_HOST_KEY', where: sshd.dir });
  });
});

describe('our key', () => {
  test.each(['rsa', 'ecdsa', 'ed25519'] as const)('a key file of type %s', async (type) => {
    expect(await tryIt({}, { privateKeyFile: allowedKey(`client-${type}`, type) })).toBe('let in');
  });

  test('a key that the host doesn’t know: refused, saying what was offered', async () => {
    const privateKeyFile = join(sshd.dir, 'stranger');
    const refusal = await tryIt({}, { privateKeyFile });
    expect(refusal).toMatchObject({
      code: 'E_AUTH',
      host: 'h1',
      facts: { began: false, offered: [`the key file ${privateKeyFile}`] },
    });
  });

  test('an unreadable key file: its path and why', async () => {
    const missing = join(sshd.dir, 'no-such-key');
    const refusal = await tryIt({}, { privateKeyFile: missing });
    expect(refusal).toMatchObject({ code: 'E_KEY_FILE', where: missing, facts: { reason: 'unreadable' } });
    expect(refusal).toHaveProperty('message', expect.stringContaining('ENOENT'));
  });

  test('a public key, or anything else, is no key', async () => {
    const privateKeyFile = join(sshd.dir, 'client.pub');
    expect(await tryIt({}, { privateKeyFile })).toMatchObject({
      code: 'E_KEY_FILE',
      facts: { reason: 'not-a-key' },
    });
    expect(await tryIt({}, { privateKeyFile: sshd.knownHosts })).toMatchObject({
      facts: { reason: 'not-a-key' },
    });
  });

  test('a key with a passphrase: refused by name, or taken from the agent that holds it', async () => {
    const locked = allowedKey('locked', 'ed25519');
    await withAgent([locked], async (agent) => {
      execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'secret words', '-f', locked], {
        stdio: 'ignore',
      });
      expect(await tryIt({}, { privateKeyFile: locked })).toMatchObject({
        code: 'E_KEY_FILE',
        facts: { reason: 'passphrase' },
      });
      expect(await tryIt({ agent }, { privateKeyFile: locked })).toBe('let in');
    });
  });

  test('an agent alone', async () => {
    await withAgent([join(sshd.dir, 'stranger'), allowedKey('in-agent', 'rsa')], async (agent) => {
      expect(await tryIt({ agent, identityFiles: [] }, 'no key file')).toBe('let in');
    });
  });

  test('an agent full of strangers’ keys doesn’t use up the tries: the inventory’s key comes first', async () => {
    const strangers = Array.from({ length: 7 }, (_, index) => join(sshd.dir, `stranger-${index}`));
    strangers.forEach((file) => makeKey(file, 'ed25519'));
    await withAgent(strangers, async (agent) => {
      expect(await tryIt({ agent })).toBe('let in');
      expect(await tryIt({ agent, identityFiles: [] }, 'no key file')).toMatchObject({ code: 'E_AUTH' });
    });
  });

  test('an agent that isn’t there: the usual key files are still tried', async () => {
    const agent = join(sshd.dir, 'no-agent');
    const identityFiles = [join(sshd.dir, 'missing'), join(sshd.dir, 'client')];
    expect(await tryIt({ agent, identityFiles }, 'no key file')).toBe('let in');
  });

  test('nothing to offer: said so', async () => {
    const refusal = await tryIt({ identityFiles: [join(sshd.dir, 'missing')] }, 'no key file');
    expect(refusal).toMatchObject({ code: 'E_AUTH', facts: { offered: [] } });
  });
});

async function tryIt(
  options: SshOptions,
  change: Partial<Sshd['entry']> | 'no key file' = {},
): Promise<unknown> {
  const { privateKeyFile, ...rest } = sshd.entry;
  const entry =
    change === 'no key file' ? rest : { ...rest, privateKeyFile: privateKeyFile ?? '', ...change };
  const transport = sshTransport(entry, { knownHosts: [sshd.knownHosts], ...options });
  try {
    const { exit } = await transport.run('true', { maxBytes: 1000 });
    return exit === 0 ? 'let in' : exit;
  } catch (error) {
    return error;
  } finally {
    await transport.close();
  }
}

function nameOf({ port }: Sshd): string {
  return `[127.0.0.1]:${port}`;
}

function knownHostsFile(name: string, text: string): string {
  const file = join(sshd.dir, `known-${name}`);
  writeFileSync(file, text);
  return file;
}

/** A new key of ours that the host lets in. */
function allowedKey(name: string, type: 'ed25519' | 'ecdsa' | 'rsa'): string {
  const file = join(sshd.dir, name);
  makeKey(file, type);
  appendFileSync(join(sshd.dir, 'authorized_keys'), `${publicPart(file)}\n`);
  return file;
}

async function withAgent(keys: readonly string[], use: (socket: string) => Promise<void>): Promise<void> {
  const socket = join(sshd.dir, 'agent');
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] });
  const gone = new Promise((resolve) => agent.once('exit', resolve));
  try {
    const env = { ...process.env, SSH_AUTH_SOCK: socket };
    await until('the agent answers', () => isListening(env));
    execFileSync('ssh-add', ['-q', ...keys], { env, stdio: 'ignore' });
    await use(socket);
  } finally {
    if (agent.pid !== undefined) endProcess(agent.pid);
    await gone;
    execFileSync('rm', ['-f', socket]);
  }
}

/** `ssh-add -l` exits 2 where no agent answers, 1 where it has no keys. */
function isListening(env: NodeJS.ProcessEnv): boolean {
  try {
    execFileSync('ssh-add', ['-l'], { env, stdio: 'ignore' });
    return true;
  } catch (error) {
    return typeof error === 'object' && error !== null && 'status' in error && error.status === 1;
  }
}
