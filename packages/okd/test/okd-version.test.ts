import { okdVersion, parseOkdVersion, versionRefusal } from '../src/okd-version';
import { fakeHost } from './fake-host';

const said = (version: string): string => `openshift ${version}\nkubernetes v1.6.1+5115d708d7\netcd 3.2.1\n`;

test.each([
  ['v3.6.0+c4dd4cf', 3, 6],
  ['v3.6.173.0.96', 3, 6],
  ['v3.7.0+7ed6862', 3, 7],
  ['v3.11.0+0cbc58b', 3, 11],
])('%s', (text, major, minor) => {
  expect(parseOkdVersion(said(text))).toEqual({ text, major, minor });
});

test.each([
  ['v3.6.173.0.96', undefined],
  ['v3.5.5', 'before 3.6'],
  ['v1.5.1', 'before 3.6'],
  ['v3.7.0', 'from 3.7 on'],
  ['v3.10.0', 'from 3.7 on'],
  ['v4.1.0', 'from 3.7 on'],
])('%s: %p', (text, why) => {
  const refusal = versionRefusal(parseOkdVersion(said(text))!);
  expect(refusal?.code).toBe(why === undefined ? undefined : 'E_OKD_VERSION');
  expect(refusal?.message ?? '').toContain(why ?? '');
});

test('the unit’s own program is asked', async () => {
  const host = fakeHost({}, { '/usr/local/bin/openshift version': said('v3.6.1') });
  expect((await okdVersion(host, '/usr/local/bin/openshift')).text).toBe('v3.6.1');
});

test('an answer of another program is an error', async () => {
  const answer = okdVersion(fakeHost({}, { '/bin/x version': 'x 1.0\n' }), '/bin/x');
  await expect(answer).rejects.toMatchObject({ code: 'E_OKD_COMMAND', where: 'm1' });
});
