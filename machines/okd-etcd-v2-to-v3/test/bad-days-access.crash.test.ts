import {
  compareWithBefore,
  labAvailable,
  labDown,
  labUp,
  MIGRATE,
  runPawl,
  type Lab,
  type Observer,
  type V2Entry,
} from '@pawl/lab';
import { execFileSync } from 'node:child_process';
import { brokenRules } from '../../../test/lab/broken-rules';
import { leftOnHosts, originalsUntouched, sh } from '../../../test/lab/lab-hosts';
import { stateOf } from '../../../test/lab/nothing-changed';
import { faultyCertificate, type Faulty } from './helpers/bad-certificates';
import { forcedOn, onCall } from './helpers/bad-days';

jest.setTimeout(20 * 60_000);

const NAME = 'bad-access';
const story = labAvailable().ok ? describe : describe.skip;

interface Fault {
  /** Makes the machine so; what it gives back mends it. */
  readonly begin: (lab: Lab) => Promise<() => Promise<unknown>>;
}

const script = (begin: string, end: string): Fault => ({
  begin: async (lab) => {
    await sh(lab, 'etcd1', begin);
    return () => sh(lab, 'etcd1', end);
  },
});

const certificate = (faulty: Faulty): Fault => ({
  begin: async (lab) => {
    const { undo } = await faultyCertificate(lab, faulty);
    if (faulty.kind === 'server') await sh(lab, 'etcd1', 'systemctl restart etcd');
    return async () => {
      await undo();
      if (faulty.kind === 'server') await sh(lab, 'etcd1', 'systemctl restart etcd');
    };
  },
});

const FAULTS = {
  'the client’s certificate is of another CA': certificate({ kind: 'peer', fault: 'another CA' }),
  'the client’s certificate has run out': certificate({ kind: 'peer', fault: 'expired' }),
  'the server’s certificate is of another CA': certificate({ kind: 'server', fault: 'another CA' }),
  'the server’s certificate has run out': certificate({ kind: 'server', fault: 'expired' }),
  'the server’s certificate names another host': certificate({ kind: 'server', fault: 'another name' }),
  'etcdctl is missing': script('mv /usr/bin/etcdctl /root/', 'mv /root/etcdctl /usr/bin/'),
  'curl is missing': script('mv /usr/bin/curl /root/', 'mv /root/curl /usr/bin/'),
  'sudo is withdrawn': script(
    'mkdir /root/sudoers.d; mv /etc/sudoers.d/* /root/sudoers.d/',
    'mv /root/sudoers.d/* /etc/sudoers.d/; rmdir /root/sudoers.d',
  ),
  'sudo wants a terminal': script(
    'echo "Defaults requiretty" >/etc/sudoers.d/zz; chmod 440 /etc/sudoers.d/zz',
    'rm /etc/sudoers.d/zz',
  ),
  'the data’s disk is read-only': script(
    'mount -o remount,ro /var/lib/etcd',
    'mount -o remount,rw /var/lib/etcd',
  ),
} satisfies Readonly<Record<string, Fault>>;

type FaultName = keyof typeof FAULTS;

/** A code, and the words of the hint that lead to what is wrong. */
type Told = readonly [code: string | RegExp, hint: RegExp];

const REFUSALS: readonly (readonly [FaultName, ...Told])[] = [
  [
    'the client’s certificate is of another CA',
    /^E_ETCD_(TLS|UNAVAILABLE)$/,
    /refuses the client’s certificate/,
  ],
  ['the client’s certificate has run out', /^E_ETCD_(TLS|UNAVAILABLE)$/, /refuses the client’s certificate/],
  ['the server’s certificate is of another CA', 'E_ETCD_TLS', /another CA/],
  ['the server’s certificate has run out', 'E_ETCD_TLS', /run out.*-dates/],
  ['the server’s certificate names another host', 'E_ETCD_TLS', /Subject Alternative Name/],
  ['etcdctl is missing', 'E_ETCD_MISSING', /Install it again/],
  ['curl is missing', 'E_ETCD_MISSING', /Install it again/],
  ['sudo is withdrawn', 'E_SUDO', /pawl ALL=\(root\) NOPASSWD: ALL/],
  ['sudo wants a terminal', 'E_REQUIRETTY', /Defaults:pawl !requiretty/],
];

/** What goes bad while the run stands before a phase, and where that is told. */
const IN_THE_MIDDLE: readonly (readonly [
  phase: string,
  next: string,
  faults: readonly (readonly [FaultName, ...Told])[],
])[] = [
  [
    'converge',
    'stop-etcd',
    [
      [
        'the client’s certificate has run out',
        /^E_ETCD_(TLS|UNAVAILABLE)$/,
        /refuses the client’s certificate/,
      ],
      ['sudo is withdrawn', 'E_SUDO', /NOPASSWD/],
    ],
  ],
  ['back-up', 'set-aside', [['etcdctl is missing', 'E_ETCD_MISSING', /Install it again/]]],
  [
    'set-aside',
    'migrate',
    [
      ['the data’s disk is read-only', 'E_DISK_READ_ONLY', /etcd1 takes no writes/],
      ['etcdctl is missing', 'E_JOB_REFUSED', /missing on etcd1/],
    ],
  ],
  [
    'migrate',
    're-form',
    [
      ['sudo wants a terminal', 'E_REQUIRETTY', /!requiretty/],
      ['the data’s disk is read-only', 'E_DISK_READ_ONLY', /etcd1 takes no writes/],
    ],
  ],
  ['re-form', 'verify-v3', [['the data’s disk is read-only', 'E_NOT_FORMED', /journalctl -u etcd/]]],
  [
    'verify-v3',
    'scale-up',
    [
      [
        'the client’s certificate is of another CA',
        /^E_ETCD_(TLS|UNAVAILABLE)$/,
        /refuses the client’s certificate/,
      ],
      ['etcdctl is missing', 'E_ETCD_MISSING', /Install it again/],
    ],
  ],
  [
    're-attach-ttls',
    'reconfigure-masters',
    [
      ['etcdctl is missing', 'E_ETCD_MISSING', /Install it again/],
      ['sudo is withdrawn', 'E_SUDO', /NOPASSWD/],
    ],
  ],
  ['start-masters', 'finish', [['curl is missing', /^E_(ETCD_MISSING|NO_PROGRAM)$/, /[Ii]nstall/]]],
];

/** docs/failures.md, "The machines around it": certificates, sudo, programs, slow hosts, languages. */
story('one migration on hosts that go bad, speak German, and take their time', () => {
  let lab: Lab;
  let observer: Observer;
  let before: ReadonlyMap<string, V2Entry>;
  let run: string;
  const pawl = onCall(() => lab);

  beforeAll(async () => {
    lab = await labUp(
      { name: NAME, etcd: 1, masters: 1, etcdElectionMs: 500, etcdDiskMiB: 2048 },
      { replace: true },
    );
    await lab.fill({ keys: 300, valueBytes: 256 });
    await lab.startMasters();
    for (const { name } of lab.hosts) await speakGerman(lab, name);
    observer = await lab.observer();
    before = await lab.v2dump();
  });

  afterAll(async () => {
    await observer.stop();
    await labDown(NAME);
  });

  test('the hosts do speak German to whoever logs in', () => {
    const [program = '', ...words] = lab.ssh('etcd1', ['df', '-h', '/']);
    expect(execFileSync(program, words, { encoding: 'utf8' })).toContain('Dateisystem');
    const [, ...asRoot] = lab.ssh('etcd1', ['sudo', '-n', 'df', '-h', '/']);
    expect(execFileSync(program, asRoot, { encoding: 'utf8' })).toContain('Dateisystem');
  });

  test.each(REFUSALS)('before the run: %s: refused, nothing changed', async (name, code, hint) => {
    const state = await stateOf(lab);
    const mend = await FAULTS[name].begin(lab);
    const { exit, stdout } = await runPawl(lab, ['check', '-i', lab.inventoryPath, '--no-input', '--json']);
    await mend();
    const { findings, changed } = JSON.parse(stdout) as {
      readonly changed: boolean;
      readonly findings: readonly Readonly<Record<'code' | 'message' | 'hint', string>>[];
    };
    expect([exit, changed]).toEqual([3, false]);
    expect(findings).toContainEqual(
      expect.objectContaining({
        code: expect.stringMatching(code) as string,
        hint: expect.stringMatching(hint) as string,
      }),
    );
    expect((await stateOf(lab)).files).toEqual(state.files);
  });

  test('the run begins', async () => {
    ({ run } = await pawl.runTo('converge'));
  });

  test.each(IN_THE_MIDDLE)('in the middle: %s', async (phase, next, faults) => {
    await standBefore(phase);
    for (const [name, code, hint] of faults) {
      const mend = await FAULTS[name].begin(lab);
      const told = await pawl.resume('--pause-before', next);
      await mend();
      expect([name, told]).toEqual([
        name,
        expect.objectContaining({
          exit: 4,
          outcome: 'paused',
          code: expect.stringMatching(code) as string,
          hint: expect.stringMatching(hint) as string,
          next: `pawl resume ${run}`,
        }),
      ]);
    }
    await pawl.resumeTo(next);
    expect(await forcedOn(lab, 'etcd1')).toBe('');
  });

  test('hosts on which every command takes a second: the run goes on to its end', async () => {
    for (const { name } of lab.hosts) await takeYourTime(lab, name);
    const since = Date.now();
    expect(await pawl.resume()).toMatchObject({ exit: 0, outcome: 'completed' });
    await observer.settle();
    expect(observer.events({ since, argv: /^sleep 1$/ }).length).toBeGreaterThan(10);
  });

  test('every key is there, no original was written, nothing is left behind', async () => {
    const { wrong, equal } = await compareWithBefore(lab, before);
    expect(wrong.slice(0, 5)).toEqual([]);
    expect(equal).toBeGreaterThan(200);
    expect(await leftOnHosts(lab)).toEqual([]);
    await originalsUntouched(lab, run);
  });

  test('what may happen once happened once, counted outside', async () => {
    await observer.settle();
    const migrates = observer.events({ argv: MIGRATE }).map(({ argv }) => argv.split('/').at(-1));
    // The try on a disk that took no writes was over before etcdctl began.
    expect(migrates).toEqual(['copy-2']);
    expect(brokenRules(observer.events(), { etcd: ['etcd1'] })).toEqual([]);
  });

  async function standBefore(phase: string): Promise<void> {
    const { stdout } = await runPawl(lab, ['status', '--json']);
    if ((JSON.parse(stdout) as { phase: string }).phase !== phase) await pawl.resumeTo(phase);
  }
});

/** By all the ways in which a login gets its language. C.UTF-8 is there everywhere, and glibc looks for LANGUAGE under it. */
async function speakGerman(lab: Lab, host: string): Promise<void> {
  await sh(
    lab,
    host,
    `printf 'LANG=C.UTF-8\\nLC_ALL=C.UTF-8\\nLANGUAGE=de\\n' | tee /etc/environment >/etc/default/locale
printf 'Defaults env_keep += "LANG LC_ALL LANGUAGE"\\n' >/etc/sudoers.d/language; chmod 440 /etc/sudoers.d/language
echo 'PermitUserEnvironment yes' >/etc/ssh/sshd_config.d/language.conf
cp /etc/environment /home/pawl/.ssh/environment; chown pawl: /home/pawl/.ssh/environment
systemctl set-environment LANG=C.UTF-8 LC_ALL=C.UTF-8 LANGUAGE=de
systemctl reload ssh || systemctl restart ssh`,
  );
}

/** The login shell of whom Pawl logs in as waits before each command. */
async function takeYourTime(lab: Lab, host: string): Promise<void> {
  await sh(
    lab,
    host,
    `printf '#!/bin/sh\\nsleep 1\\nexec /bin/sh "$@"\\n' >/usr/local/bin/slow-shell; chmod 755 /usr/local/bin/slow-shell
usermod -s /usr/local/bin/slow-shell pawl`,
  );
}
