import { canaries, fillKeys, type FillOptions } from '../src/fill/fill-keys';

const list = (options: FillOptions) => [...fillKeys(options)];
const visible = (options: FillOptions) =>
  list(options).filter(({ key, value }) => value !== undefined && !key.includes('/_'));

test('the same seed gives the same keys and values, another seed others', () => {
  const options = { keys: 500, valueBytes: 200 };
  expect(list({ ...options, seed: 5 })).toEqual(list({ ...options, seed: 5 }));
  expect(list({ ...options, seed: 5 })).not.toEqual(list({ ...options, seed: 6 }));
});

test.each([300, 3000])('%d keys are %d different keys', (keys) => {
  expect(new Set(visible({ keys }).map(({ key }) => key)).size).toBe(keys);
});

test('ordinary values have the size that was asked for', () => {
  const pods = visible({ keys: 1000, valueBytes: 777 }).filter(({ key }) =>
    key.startsWith('/kubernetes.io/pods/'),
  );
  expect(pods.length).toBeGreaterThan(50);
  expect(new Set(pods.map(({ value }) => value?.length))).toEqual(new Set([777]));
});

test('with enough keys something runs out in each second of the coming ten minutes', () => {
  const seconds = new Set(visible({ keys: 30_000, valueBytes: 10 }).map(({ ttl }) => ttl));
  for (let second = 1; second <= 600; second += 1) expect(seconds).toContain(second);
});

test('TTL keys lie under the five known prefixes and elsewhere, and a directory is written before its children', () => {
  const entries = list({ keys: 1000 });
  const temporary = entries.filter(({ ttl }) => ttl !== undefined).map(({ key }) => key);
  for (const prefix of [
    '/kubernetes.io/events/',
    '/kubernetes.io/masterleases/',
    '/openshift.io/oauth/accesstokens/',
    '/openshift.io/oauth/authorizetokens/',
    '/openshift.io/leases/controllers',
    '/openshift.io/lab-caches/',
    '/kubernetes.io/lab-locks/',
  ]) {
    expect(temporary.some((key) => key.startsWith(prefix))).toBe(true);
  }
  const at = (key: string) => entries.findIndex((entry) => entry.key === key);
  const dir = '/openshift.io/lab-ttl-directories/short';
  expect(at(dir)).toBeGreaterThan(-1);
  expect(at(dir)).toBeLessThan(at(`${dir}/one`));
});

test('no value is larger than a v3 request can carry', () => {
  const sizes = visible({ keys: 500 }).map(({ value = '' }) => Buffer.byteLength(value));
  expect(Math.max(...sizes)).toBe(1024 * 1024);
});

test('every canary is in the data', () => {
  const text = JSON.stringify(list({ keys: 300, seed: 9, valueBytes: 5000 }));
  const all = canaries({ seed: 9 });
  expect(all).toHaveLength(7);
  for (const canary of all) expect(text).toContain(canary);
});
