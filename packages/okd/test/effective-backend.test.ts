import { configFacts } from '../src/config/config-facts';
import { effectiveBackend } from '../src/effective-backend';
import { fakeHost } from './fake-host';

const path = '/etc/origin/master/master-config.yaml';
const facts = configFacts(
  { kubernetesMasterConfig: { apiServerArguments: { 'storage-backend': ['etcd3'] } } },
  '/etc/origin/master/master-config.yaml',
);
const booted = 1_800_000_000;

/** Up for 1000.5 s, the master started `started` seconds after boot, the file changed `changed` seconds after boot. */
function host(changed: number, startedWith = path) {
  return fakeHost(
    {
      '/proc/uptime': '1000.50 1800.00\n',
      '/proc/77/cmdline': `openshift\0start\0master\0api\0--config=${startedWith}\0--loglevel=2\0`,
    },
    { 'stat -c %Z': `${booted + changed}\n`, 'date +%s': `${booted + 1000}\n` },
  );
}
const unit = (started: number) => ({ mainPid: 77, startedUs: started * 1e6 });
const config = { path, facts };

test('a master started after the edit serves what the file says', async () => {
  expect(await effectiveBackend(host(500), unit(600), config)).toEqual({
    backend: 'v3',
    startedWith: path,
    startedAt: booted + 600,
    fileChangedAt: booted + 500,
  });
});

test.each([
  ['the file was changed after the start', 600, 500, path],
  ['both happened in one second', 600, 600, path],
  ['it was started with another file', 500, 600, '/tmp/other.yaml'],
])('unknown where %s', async (_, changed, started, startedWith) => {
  expect((await effectiveBackend(host(changed, startedWith), unit(started), config)).backend).toBe('unknown');
});

test('a master that does not run serves nothing', async () => {
  const answer = await effectiveBackend(host(500), { mainPid: 0, startedUs: 600 * 1e6 }, config);
  expect(answer).toMatchObject({ backend: 'not running', startedAt: null });
});
