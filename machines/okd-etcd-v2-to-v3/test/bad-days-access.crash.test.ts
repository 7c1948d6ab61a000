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
import { forcedOn, onCall, pausedFor, type Why } from './helpers/bad-days';
import { standsAs, type Stands } from './helpers/stands-as';

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

interface BadPhase {
  readonly phase: string;
  readonly next: string;
  /** How the cluster stands while the run rests at any of them. */
  readonly stands: Stands;
  readonly faults: readonly (readonly [fault: FaultName, told: Omit<Why, 'at'>])[];
}

const NO_ETCDCTL = {
  ...{ code: 'E_ETCD_MISSING', message: /could not run etcdctl: .*No such file/, hint: /Install it again/ },
};
const NO_SUDO = { code: 'E_SUDO', message: /^sudo on etcd1 asks pawl for a password/, hint: /NOPASSWD/ };
const REFUSED = {
  code: /^E_ETCD_(TLS|UNAVAILABLE)$/,
  message: /bad certificate|not connected|connection|unknown authority/,
  hint: /refuses the client’s certificate/,
};
const READ_ONLY = {
  ...{ code: 'E_DISK_READ_ONLY', message: /Read-only file system/, hint: /etcd1 takes no writes/ },
};
const ALL_DOWN: Stands = { masters: 'down', etcd: 'down' };
const ON_V3: Stands = { masters: 'down', etcd: 'v3' };

/** What goes bad while the run stands before a phase, and what is told of it. */
const IN_THE_MIDDLE: readonly BadPhase[] = [
  {
    ...{ phase: 'converge', next: 'stop-etcd', stands: { masters: 'down', etcd: 'v2' } },
    faults: [
      ['the client’s certificate has run out', REFUSED],
      ['sudo is withdrawn', NO_SUDO],
    ],
  },
  {
    ...{ phase: 'back-up', next: 'set-aside', stands: ALL_DOWN },
    faults: [['etcdctl is missing', NO_ETCDCTL]],
  },
  {
    ...{ phase: 'set-aside', next: 'migrate', stands: ALL_DOWN },
    faults: [
      ['the data’s disk is read-only', READ_ONLY],
      [
        'etcdctl is missing',
        { code: 'E_JOB_REFUSED', message: /was refused: env: .*etcdctl/, hint: /missing on etcd1/ },
      ],
    ],
  },
  {
    ...{ phase: 'migrate', next: 're-form', stands: ALL_DOWN },
    faults: [
      [
        'sudo wants a terminal',
        { code: 'E_REQUIRETTY', message: /^sudo on etcd1 wants a terminal/, hint: /!requiretty/ },
      ],
      ['the data’s disk is read-only', READ_ONLY],
    ],
  },
  {
    ...{ phase: 're-form', next: 'verify-v3', stands: { masters: 'down', etcd: 'forced' } },
    faults: [
      [
        'the data’s disk is read-only',
        { code: 'E_NOT_FORMED', message: /read-only file system/, hint: /journalctl -u etcd/ },
      ],
    ],
  },
  {
    ...{ phase: 'verify-v3', next: 'scale-up', stands: ON_V3 },
    faults: [
      ['the client’s certificate is of another CA', REFUSED],
      ['etcdctl is missing', NO_ETCDCTL],
    ],
  },
  {
    ...{ phase: 're-attach-ttls', next: 'reconfigure-masters', stands: ON_V3 },
    faults: [
      ['etcdctl is missing', NO_ETCDCTL],
      ['sudo is withdrawn', NO_SUDO],
      [
        'the server’s certificate has run out',
        { code: 'E_ETCD_TLS', message: /certificate has expired/, hint: /run out.*-dates/ },
      ],
      [
        'the server’s certificate names another host',
        { code: 'E_ETCD_TLS', message: /certificate/, hint: /Subject Alternative Name/ },
      ],
    ],
  },
  {
    ...{ phase: 'start-masters', next: 'finish', stands: ON_V3 },
    faults: [
      ['curl is missing', { code: /^E_(ETCD_MISSING|NO_PROGRAM)$/, message: /curl/, hint: /[Ii]nstall/ }],
    ],
  },
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

  test('the run begins, on hosts on which every command takes its time', async () => {
    for (const { name } of lab.hosts) await takeYourTime(lab, name);
    ({ run } = await pawl.runTo('converge'));
  });

  test.each(IN_THE_MIDDLE.map((each) => [each.phase, each] as const))(
    'in the middle: %s',
    async (phase, { next, stands, faults }) => {
      await standBefore(phase);
      for (const [name, why] of faults) {
        const mend = await FAULTS[name].begin(lab);
        const told = await pawl.resume('--pause-before', next);
        try {
          await standsAs(lab, stands);
        } finally {
          await mend();
        }
        expect([name, told]).toEqual([name, pausedFor(run, { at: /./, ...why })]);
      }
      await pawl.resumeTo(next);
      expect(await forcedOn(lab, 'etcd1')).toBe('');
    },
  );

  test('slow as they are, it goes on to its end', async () => {
    expect(await pawl.resume()).toMatchObject({ exit: 0, outcome: 'completed' });
    await observer.settle();
    expect(observer.events({ argv: /^sleep 0\.3$/ }).length).toBeGreaterThan(100);
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

/** The login shell of whom Pawl logs in as waits a third of a second before each command. */
async function takeYourTime(lab: Lab, host: string): Promise<void> {
  await sh(
    lab,
    host,
    `printf '#!/bin/sh\\nsleep 0.3\\nexec /bin/sh "$@"\\n' >/usr/local/bin/slow-shell; chmod 755 /usr/local/bin/slow-shell
usermod -s /usr/local/bin/slow-shell pawl`,
  );
}
