import type { CommandResult } from '@pawl/hosts';
import { laterFacts, preflightFacts } from './helpers/a-cluster';
import { perform, type Says } from './helpers/perform';

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

  test('an original that is not what was set aside, and whose record somebody has removed: the journal has it', async () => {
    const facts = laterFacts({
      ...preflightFacts(),
      'set-aside/originals': { etcd1: { files: '/var/lib/etcd/member/snap/db 1 1\n' } },
    });
    const gone: Says = [
      [/^cat -- .*original-files/, no],
      [/^test -e .*original-files/, no],
    ];
    const back = 'originals-back/rename-back';
    const changed = perform(back, 'etcd1', [...gone, ['stat -c', no]], { facts });
    await expect(changed.ended).rejects.toMatchObject({ code: 'E_ORIGINAL_CHANGED' });
    expect(await perform(back, 'etcd1', gone, { facts }).ended).toEqual({ setAside: true, same: true });
    expect(await perform(back, 'etcd1', gone).ended).toEqual({ setAside: false });
  });

  test('an original that is not what was set aside', async () => {
    const { ended } = perform('originals-back/rename-back', 'etcd1', [
      [/^cat -- .*original-files/, '/var/lib/etcd/member/snap/db 1 1\n'],
      ['stat -c', no],
    ]);
    await expect(ended).rejects.toMatchObject({ code: 'E_ORIGINAL_CHANGED' });
  });

  test('an original that is not there, though something stands in its place: said, and not that somebody wrote to it', async () => {
    const { ended } = perform('originals-back/rename-back', 'etcd1', [
      [/^cat -- .*original-files/, '/var/lib/etcd/member/snap/db 1 1\n'],
      ['grep -q -F -x', {}],
      ['stat -c', no],
    ]);
    await expect(ended).rejects.toMatchObject({
      code: 'E_ORIGINALS_GONE',
      hint: expect.stringMatching(
        /mkdir -p \S+\/v3 && mv \S+\/member \S+\/v3\/member`.*pawl resume.*rollback --from/,
      ) as unknown,
    });
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
      { signal: looking.signal },
    );
    await expect(ended).rejects.toThrow('looked long enough');
  });
});

describe('what must not begin does not', () => {
  test('a host that is no member and holds data joins nothing: it would start as the member that it was', async () => {
    const { ended, changed } = perform('scale-up/configure-2', 'etcd2', [['member list', members(1)]]);
    await expect(ended).rejects.toMatchObject({
      code: 'E_DATA_DIR_NOT_EMPTY',
      hint: expect.stringMatching(/move it out of the data directory, and resume/) as string,
    });
    expect(changed).toEqual([]);
  });
});
