import { redactLine } from '../../src/secrets/redact-line';
import { unitLog } from '../../src';
import { fakeHost } from '../fake-host';

const TOKEN = 'QzH3mW-0dZ8yq2nVxT7bKfA1sLcRgE4uPjN6tYoIw5M';

/** What a master logs when it can't start, and what it must not tell a database. */
test.each([
  [
    'a token’s name in a path',
    `GET /openshift.io/oauth/accesstokens/${TOKEN}: not found`,
    /#[0-9a-f]{12} not/,
  ],
  ['a short one, too', 'GET /openshift.io/oauth/authorizetokens/abc: x', /#[0-9a-f]{12} x/],
  ['a bearer header', `Authorization: Bearer ${TOKEN.slice(0, 20)}`, /Bearer \[left out\]$/],
  ['a password', 'cannot open: password=hunter2 user=x', /password=\[left out\] user=x/],
  ['a token in JSON', '{"access_token": "abc", "x": 1}', /"access_token": \[left out\], "x"/],
  ['a user in a URL', 'proxy http://bob:hunter2@proxy:3128 refused', /http:\/\/\[left out\]@proxy/],
  ['one long word', `session ${TOKEN} began`, /^session \[left out\] began$/],
  ['a line of a key', 'MIIEpAIBAAKCAQEA7bq/aaaaaaaaaaaaaaaaaaaaaaaaaa/bb+cc==', /^\[left out\]$/],
])('%s is left out', (_, line, redacted) => {
  const shown = redactLine(line);
  expect(shown).toMatch(redacted);
  expect(shown).not.toMatch(/hunter2|QzH3mW|MIIEp|authorizetokens\/abc/);
});

test('what a person needs stays', () => {
  const line =
    'F1130 07:12:01.000123 812 start_api.go:64] open /etc/origin/master/master.etcd-client.crt: no such file';
  expect(redactLine(line)).toBe(line);
});

test('the last lines, without secrets; a journal that can’t be read is told in one line', async () => {
  const host = fakeHost({}, { journalctl: `first\nBearer ${TOKEN}\n` });
  expect(await unitLog(host, 'origin-master-api.service')).toEqual(['first', 'Bearer [left out]']);
  const mute = fakeHost({}, { journalctl: { exit: 1, stderr: 'No journal files were found.' } });
  expect(await unitLog(mute, 'x')).toEqual([
    expect.stringMatching(/nothing to say: exit 1 No journal files/),
  ]);
});
