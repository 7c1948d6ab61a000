import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReadHost } from '@pawl/hosts';
import { apiReady, parseReadiness, unitRuns } from '../src/readiness';
import { fakeHost } from './fake-host';

/** This machine as the host: the real curl, and a server whose certificate names nobody we know, as on a master. */
const here: ReadHost = {
  ...fakeHost({}),
  read: ([program = '', ...args]) =>
    new Promise((resolve) => {
      const proxied = {
        ...process.env,
        https_proxy: 'http://127.0.0.1:9',
        HTTPS_PROXY: 'http://127.0.0.1:9',
      };
      execFile(program, args, { encoding: 'buffer', env: proxied }, (error, stdout, stderr) => {
        resolve({ exit: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
      });
    }),
};

let directory: string;
let server: Server;
let answer: { code: number; body: string };
const url = (): string => `https://127.0.0.1:${(server.address() as AddressInfo).port}/healthz/ready`;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'pawl-okd-'));
  const [key, cert] = [join(directory, 'key'), join(directory, 'cert')];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      key,
      '-out',
      cert,
      '-subj',
      '/CN=m1',
      '-days',
      '2',
    ],
    { stdio: 'ignore' },
  );
  server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
    response.writeHead(request.url === '/healthz/ready' ? answer.code : 404).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(directory, { recursive: true });
});

test('200 and ok is ready, past a certificate for another name and a proxy in the environment', async () => {
  answer = { code: 200, body: 'ok' };
  expect(await apiReady(here, { readyUrl: url() })).toEqual({ ready: true, code: 200, said: 'ok' });
});

test.each([
  [500, '[-]poststarthook/bootstrap failed: not finished\nhealthz check failed'],
  [403, 'User "system:anonymous" cannot get path "/healthz/ready"'],
  [200, 'starting'],
])('%p %p is not ready, and says why', async (code, body) => {
  answer = { code, body };
  expect(await apiReady(here, { readyUrl: url() })).toEqual({ ready: false, code, said: body });
});

test('an API that is down is an answer, not an error', async () => {
  const readiness = await apiReady(here, { readyUrl: 'https://127.0.0.1:1/healthz/ready' });
  expect(readiness).toMatchObject({ ready: false, code: null });
  expect(readiness.said).toMatch(/curl: \(7\)/);
});

test('a long complaint is cut', () => {
  expect(parseReadiness(`${'x'.repeat(500)}\n500`, '').said).toHaveLength(200);
});

test.each([
  ['active', 'running', true],
  ['activating', 'start', false],
  ['active', 'exited', false],
  ['failed', 'failed', false],
])('a unit that is %s (%s): %p', async (active, sub, runs) => {
  const host = fakeHost({}, { 'systemctl show': `Id=a.service\nActiveState=${active}\nSubState=${sub}\n` });
  expect(await unitRuns(host, 'a.service')).toBe(runs);
});
