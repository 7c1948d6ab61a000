import type { JsonObject } from '@pawl/engine';
import type { WorkHands } from '@pawl/fleet';
import type { CommandResult } from '@pawl/hosts';
import { okdEtcdV2ToV3 } from '../src';
import { choicesOf, laterFacts, preflightFacts, RUN } from './helpers/a-cluster';
import { fakeHands } from './helpers/fake-hands';
import { unitsSay } from './helpers/units-say';

/** What a host says to a command, by a part of it; the first that fits. Nothing fits: units are held, all else is exit 0 and not a word. */
type Says = readonly (readonly [part: string | RegExp, says: Partial<CommandResult> | string])[];

interface Performed {
  /** What was changed on the host before it ended. */
  readonly changed: readonly string[];
  readonly ended: Promise<JsonObject>;
}

/** A step whose change always succeeds: whether it may say so is what its look and its proof decide. */
function perform(id: string, target: string, says: Says, signal = new AbortController().signal): Performed {
  const { phases, rollback } = okdEtcdV2ToV3.spec;
  const step = [...phases, ...rollback]
    .flatMap(({ name, steps }) => steps.map((each) => [`${name}/${each.name}`, each] as const))
    .find(([name]) => name === id)?.[1];
  if (step?.kind !== 'effect') throw new Error(`there is no effect ${id}`);
  const changed: string[] = [];
  const read = (_host: string, argv: readonly string[]): Partial<CommandResult> | string => {
    const asked = argv.join(' ');
    const fits = says.find(([part]) => (typeof part === 'string' ? asked.includes(part) : part.test(asked)));
    return fits?.[1] ?? unitsSay(argv, () => 'held') ?? '';
  };
  const host = {
    change: ({ what }: { readonly what: string }) => {
      changed.push(what);
      return Promise.resolve({ exit: 0, stdout: '', stderr: '' });
    },
  };
  const [phase = '', name = ''] = id.split('/');
  const intent = {
    id: `0001.${phase}.${name}.${target}.1`,
    run: RUN,
    seq: 1,
    phase,
    step: name,
    target,
    attempt: 1,
  };
  const task = {
    ...{ run: RUN, choices: choicesOf(), facts: laterFacts(preflightFacts()), target, intent, signal },
    hands: { ...fakeHands({ read }), host } as unknown as WorkHands,
    progress: () => undefined,
  };
  return { changed, ended: step.run(task) };
}

const no: Partial<CommandResult> = { exit: 1 };
const unit = (dropIn: string): string =>
  `LoadState=loaded\nActiveState=inactive\nSubState=dead\nMainPID=0\nDropInPaths=${dropIn}\nProcesses=\n`;
const etcdUnit = (dropIns = ''): string =>
  `LoadState=loaded\nFragmentPath=/usr/lib/systemd/system/etcd.service\nDropInPaths=${dropIns}\nUser=etcd\n` +
  'Environment=ETCD_NAME=etcd1.example.com ETCD_DATA_DIR=/var/lib/etcd ETCD_LISTEN_CLIENT_URLS=http://127.0.0.1:2379 ETCD_ADVERTISE_CLIENT_URLS=http://127.0.0.1:2379 ETCD_INITIAL_ADVERTISE_PEER_URLS=http://127.0.0.1:2380\n' +
  'ExecStart={ path=/usr/bin/etcd ; argv[]=/usr/bin/etcd ; }\n';
const members = (count: number): string =>
  JSON.stringify({
    header: {},
    members: Array.from({ length: count }, (_, n) => ({
      ID: n + 1,
      name: `etcd${n + 1}`,
      peerURLs: [`https://192.0.2.${n + 1}:2380`],
      clientURLs: ['https://192.0.2.1:2379'],
    })),
  });

describe('what a step has changed is not believed, but looked at', () => {
  test('masters that stopped and are not held: a reboot would start them', async () => {
    const { ended } = perform('stop-masters/stop-and-hold', 'master1', [['systemctl show', unit('')]]);
    await expect(ended).rejects.toMatchObject({ code: 'E_NOT_STOPPED' });
  });

  test('etcd that stopped and is not held', async () => {
    const { ended } = perform('stop-etcd/stop-followers', 'etcd2', [['systemctl show', unit('')]]);
    await expect(ended).rejects.toMatchObject({ code: 'E_NOT_STOPPED' });
  });

  test.each([
    ['re-form/end-forced', 'etcd1'],
    ['force-gone/remove-force', 'etcd2'],
  ])('%s: a drop-in that forces a new cluster and is still there', async (id, target) => {
    const left = '/run/systemd/system/etcd.service.d/99-pawl-force.conf';
    const { ended } = perform(id, target, [[/^systemctl show .*etcd\.service/, etcdUnit(left)]]);
    await expect(ended).rejects.toMatchObject({ code: 'E_FORCE_LEFT' });
  });

  test('an original that is not what was set aside', async () => {
    const { ended } = perform('originals-back/rename-back', 'etcd1', [
      [/^cat -- .*original-files/, '/var/lib/etcd/member/snap/db 1 1\n'],
      ['stat -c', no],
    ]);
    await expect(ended).rejects.toMatchObject({ code: 'E_ORIGINAL_CHANGED' });
  });

  test('a forced start that wrote no .snap is not done: joiners would silently hold no v3 data', async () => {
    const looking = new AbortController();
    let looks = 0;
    const without = {
      get stdout(): Buffer {
        looks += 1;
        if (looks === 4) looking.abort(new Error('looked long enough'));
        return Buffer.from('db 4096\nbytes 4\nfree 1 1\n');
      },
    };
    const { ended } = perform(
      're-form/start-forced',
      'etcd1',
      [
        ['.snap', without],
        ['member list', members(1)],
        [/health|curl/, 'HTTP/1.1 200 OK\r\n\r\n{"health":"true"}'],
      ],
      looking.signal,
    );
    await expect(ended).rejects.toThrow('looked long enough');
  });
});

describe('what must not begin does not', () => {
  test('a host that is no member and holds data joins nothing: it would start as the member that it was', async () => {
    const { ended, changed } = perform('scale-up/configure-2', 'etcd2', [['member list', members(1)]]);
    await expect(ended).rejects.toMatchObject({ code: 'E_DATA_DIR_NOT_EMPTY' });
    expect(changed).toEqual([]);
  });
});
