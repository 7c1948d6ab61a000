import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { hostKeyAlgorithms, judgeHostKey } from '../../src/ssh/host-key';
import { fingerprintOf, hostKeyError } from '../../src/ssh/host-key-error';
import { namesHost, parseKnownHosts } from '../../src/ssh/known-hosts';

const ed = keyOf('ssh-ed25519', 1);
const otherEd = keyOf('ssh-ed25519', 2);
const rsa = keyOf('ssh-rsa', 3);
const usual = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
  'ssh-rsa',
];
const entry = { name: 'm1', address: 'master1.example', port: 22, user: 'root', become: false };

test.each([
  ['plain', 'a.example', 'a.example', true],
  ['another', 'b.example', 'a.example', false],
  ['upper case in the file', 'A.Example', 'a.example', true],
  ['one of a list', 'b,a.example,192.0.2.1', '192.0.2.1', true],
  ['a port', '[a.example]:2222', '[a.example]:2222', true],
  ['brackets are no character class', '[a.example]:2222', 'a:2222', false],
  ['a dot is a dot', 'a.example', 'axexample', false],
  ['star', '*.example', 'a.example', true],
  ['question mark', 'm?.example', 'm1.example', true],
  ['question mark is one', 'm?.example', 'm12.example', false],
  ['negated', '*.example,!a.example', 'a.example', false],
  ['negated first', '!a.example,*.example', 'a.example', false],
  ['negation of another', '*.example,!b.example', 'a.example', true],
  ['only a negation', '!b.example', 'a.example', false],
])('a line names a host: %s', (_, hosts, name, expected) => {
  expect(namesHost(hosts, name)).toBe(expected);
});

test('a hashed line names the one host it was made for', () => {
  fc.assert(
    fc.property(
      fc.domain(),
      fc.domain(),
      fc.uint8Array({ minLength: 20, maxLength: 20 }),
      (host, other, salt) => {
        expect(namesHost(hashed(host, Buffer.from(salt)), host)).toBe(true);
        expect(namesHost(hashed(host, Buffer.from(salt)), other)).toBe(host === other);
      },
    ),
  );
});

test('lines that can’t be understood vouch for nobody, the others keep their numbers', () => {
  const text = `# comment\n\n  \nhost\nhost ssh-ed25519\nhost ssh-ed25519 !!!\nhost ssh-rsa ${base64(ed)}\n@odd host ${line(ed)}\n\thost   ${line(ed)} root@host # x\r\n@revoked host ${line(rsa)}`;
  expect(parseKnownHosts(text, 'kh')).toEqual([
    { file: 'kh', line: 9, marker: 'none', hosts: 'host', keyType: 'ssh-ed25519', key: ed.key },
    { file: 'kh', line: 10, marker: 'revoked', hosts: 'host', keyType: 'ssh-rsa', key: rsa.key },
  ]);
});

test.each([
  ['known', `master1.example ${line(ed)}`, ed, 22, 'known'],
  ['one of several keys', `master1.example ${line(otherEd)}\nmaster1.example ${line(ed)}`, ed, 22, 'known'],
  ['nothing', '', ed, 22, 'unknown'],
  ['another host has it', `master2.example ${line(ed)}`, ed, 22, 'unknown'],
  ['another key of the type', `master1.example ${line(otherEd)}`, ed, 22, 'changed'],
  ['keys of another type alone', `master1.example ${line(rsa)}`, ed, 22, 'unknown'],
  ['revoked', `@revoked * ${line(ed)}`, ed, 22, 'revoked'],
  ['revoked beats known', `master1.example ${line(ed)}\n@revoked * ${line(ed)}`, ed, 22, 'revoked'],
  ['another revoked', `master1.example ${line(ed)}\n@revoked * ${line(otherEd)}`, ed, 22, 'known'],
  ['an authority’s own key', `@cert-authority * ${line(ed)}`, ed, 22, 'unknown'],
  ['a port of its own', `[master1.example]:2222 ${line(ed)}`, ed, 2222, 'known'],
  ['the port is part of the name', `[master1.example]:2222 ${line(ed)}`, ed, 22, 'unknown'],
  ['the same key without a port', `master1.example ${line(ed)}`, ed, 2222, 'known'],
  ['another key without a port', `master1.example ${line(otherEd)}`, ed, 2222, 'unknown'],
])('a host key: %s', (_, text, shown, port, verdict) => {
  expect(judgeHostKey(parseKnownHosts(text, 'kh'), 'Master1.example', port, shown).verdict).toBe(verdict);
});

test.each([
  ['', usual],
  [`* ${line(rsa)}`, [...usual.slice(4), ...usual.slice(0, 4)]],
  [`@revoked * ${line(rsa)}`, usual],
  [`[master1.example]:2222 ${line(rsa)}`, usual],
])('what known_hosts has is asked for first: %#', (text, expected) => {
  expect(hostKeyAlgorithms(parseKnownHosts(text, 'kh'), 'master1.example', 22)).toEqual(expected);
});

test('a changed key is refused with both fingerprints and the place of the other one', () => {
  const known = parseKnownHosts(`\nmaster1.example ${line(otherEd)}`, '/k/known_hosts');
  const error = hostKeyError(entry, ed, judgeHostKey(known, entry.address, 22, ed), ['/k/known_hosts']);
  expect(error).toMatchObject({ code: 'E_HOST_KEY', where: '/k/known_hosts:2', host: 'm1' });
  expect(error?.message).toContain(fingerprintOf(ed.key));
  expect(error?.message).toContain(fingerprintOf(otherEd.key));
  expect(error?.hint).toContain(`master1.example ${line(ed)}`);
});

test('an unknown key is refused with the line to compare; an authority is named as the reason', () => {
  const known = parseKnownHosts(`@cert-authority *.example ${line(rsa)}`, '/k/known_hosts');
  const error = hostKeyError(entry, ed, judgeHostKey(known, entry.address, 22, ed), ['/k/known_hosts']);
  expect(error?.message).toContain('/k/known_hosts:1 is a @cert-authority');
  expect(error?.facts).toMatchObject({ verdict: 'unknown', line: `master1.example ${line(ed)}` });
});

interface Key {
  readonly keyType: string;
  readonly key: Buffer;
}

function keyOf(keyType: string, seed: number): Key {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(keyType.length);
  return { keyType, key: Buffer.concat([length, Buffer.from(keyType), Buffer.alloc(36, seed)]) };
}

function base64({ key }: Key): string {
  return key.toString('base64');
}

function line(key: Key): string {
  return `${key.keyType} ${base64(key)}`;
}

function hashed(host: string, salt: Buffer): string {
  const hash = createHmac('sha1', salt).update(host).digest('base64');
  return `|1|${salt.toString('base64')}|${hash}`;
}
