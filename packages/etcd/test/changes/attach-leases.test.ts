import { spawnSync, execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { attachLeases, goLiteral, leasesAttached } from '../../src';

/** Awks that hosts may have; gawk, EL7's, where this machine has it. */
const AWKS = ['/usr/bin/awk', '/bin/busybox', '/usr/bin/gawk'].filter((path) => existsSync(path));

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'pawl-awk-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** Stands in for etcdctl: keeps what each txn is given, answers as the real one, fails at `broken`. */
const ETCDCTL = `#!/bin/sh
case "$*" in
  *'lease grant'*) for ttl; do :; done; echo "$ttl" >>"$OUT/grants"; echo 'warning: noise' >&2; echo "lease 1a$(wc -l <"$OUT/grants" | tr -d ' ') granted with TTL($ttl"'s)' ;;
  *) cat >"$OUT/txn-$(ls "$OUT" | wc -l | tr -d ' ')"; if grep -q broken "$OUT"/txn-*; then exit 1; fi; printf 'SUCCESS\\n\\nOK\\n' ;;
esac
`;

function attach(
  awk: string,
  text: string,
): {
  readonly exit: number | null;
  readonly stdout: string;
  readonly txns: readonly string[];
  readonly grants: readonly number[];
} {
  const out = join(directory, 'out');
  const bin = join(directory, 'bin');
  execFileSync('mkdir', ['-p', out, bin]);
  writeFileSync(join(bin, 'etcdctl'), ETCDCTL, { mode: 0o755 });
  symlinkSync(awk, join(bin, 'awk'));
  const work = { text, keys: 0, leases: 0, deletions: 0, tooLarge: [] };
  const change = attachLeases(
    { clientEndpoint: 'https://198.18.1.1:2379', certs: { ca: '/c', cert: '/d', key: "/it's \\n" } },
    work,
  );
  const job = spawnSync('/bin/sh', ['-euc', change.script.text], {
    input: text,
    env: { PATH: `${bin}:${process.env['PATH'] ?? ''}`, OUT: out },
  });
  const read = (name: string): string => readFileSync(join(out, name), 'utf8');
  return {
    exit: job.status,
    stdout: job.stdout.toString(),
    txns: readdirSync(out)
      .filter((name) => name.startsWith('txn-'))
      .sort((a, b) => Number(a.slice(4)) - Number(b.slice(4)))
      .map(read),
    grants: existsSync(join(out, 'grants')) ? read('grants').trim().split('\n').map(Number) : [],
  };
}

test('a plan, which is made before v2 is read, does not say that there are none; a job says how many', () => {
  const settings = { clientEndpoint: 'https://198.18.1.1:2379', certs: { ca: '/c', cert: '/d', key: '/e' } };
  const none = { text: '', keys: 0, leases: 0, deletions: 0, tooLarge: [] };
  expect(attachLeases(settings, none).what).toMatch(/^attach a lease to every key that has a TTL/);
  const work = { ...none, text: 'lease 1\n', keys: 5, leases: 2, deletions: 1 };
  expect(attachLeases(settings, work).what).toMatch(/^attach 2 leases to 5 keys, delete 1 /);
});

describe.each(AWKS)('%s', (awk) => {
  test('each request gets its own lease, as long as is left at that moment; everything else is passed on as it is', () => {
    const big = goLiteral(Buffer.alloc(1_200_000, 0xe4));
    const awkward = goLiteral('put --lease=@ -- & \\ % \n end');
    const soon = Math.floor(Date.now() / 1000);
    const first = `mod("/a") = "7"\n\nput --lease=@ -- "/a" ${awkward}\n\n\n`;
    const second = `mod("/b") = "8"\n\nput --lease=@ -- "/b" ${big}\n\n\n`;
    const third = `mod("/c") = "9"\n\ndel -- "/c"\n\n\n`;
    const job = attach(
      awk,
      `lease ${soon + 1000}\ntxn\n${first}end\nlease ${soon - 5}\ntxn\n${second}end\ntxn\n${third}end\n`,
    );
    expect(job.exit).toBe(0);
    expect(leasesAttached(job.stdout)).toEqual({ whole: true, requests: 3, failedCompares: 0 });
    expect(job.txns).toEqual([first.replace('=@ --', '=1a1 --'), second.replace('=@ --', '=1a2 --'), third]);
    expect(job.grants[0]).toBeGreaterThan(900);
    expect(job.grants[0]).toBeLessThanOrEqual(1000);
    // Its time passed while the job was on its way.
    expect(job.grants[1]).toBe(1);
  });

  test('it stops at the first request that fails, and is no success', () => {
    const job = attach(awk, 'lease 1\ntxn\nbroken\nend\ntxn\nnext\nend\n');
    expect(job.exit).not.toBe(0);
    expect(leasesAttached(job.stdout).whole).toBe(false);
    expect(job.txns).toHaveLength(1);
  });

  test('a line that is none of ours is no success', () => {
    expect(attach(awk, 'lease x\n').exit).not.toBe(0);
  });
});
