import { labAvailable, type LabSpec } from '@pawl/lab';
import { etcdOf, mastersOf, sh } from '../lab/lab-hosts';
import { judgeCompleted, uninterrupted, type Uninterrupted } from './judge';
import { PHASES } from './points';
import { heldUnits, heldAndUp, mastersServe, World } from './world';

const story = labAvailable().ok ? describe : describe.skip;

/** After each of these phases what was stopped stays down, and what runs anew comes up, whoever boots the host. */
const after = (first: string, last: string): readonly string[] =>
  PHASES.slice(PHASES.indexOf(first), PHASES.indexOf(last) + 1);
const MASTERS_HELD = after('stop-masters', 'reconfigure-masters');
/** Before it is stopped, too: whoever boots it must not have stopped the run. And once the masters serve from it. */
const ETCD = after('converge', 'start-masters');
const ETCD_STOPS = PHASES.indexOf('stop-etcd');
/** From here on etcd runs on the migrated data on the first host, and after `scale-up` on all. */
const ANEW = PHASES.indexOf('re-form');
const ALL_ANEW = PHASES.indexOf('scale-up');

interface Reboot {
  readonly phase: string;
  readonly hosts: readonly string[];
}

/** Rebooted between the end of a phase and the beginning of the next. Where there are several of a kind, all at once. */
export function tellReboots(title: string, lab: LabSpec): void {
  const numbers = (kind: string, count: number): readonly string[] =>
    Array.from({ length: count }, (_, index) => `${kind}${index + 1}`);
  const masters = numbers('master', lab.masters);
  const etcd = numbers('etcd', lab.etcd);
  const reboots: readonly Reboot[] = [
    ...MASTERS_HELD.map((phase) => ({ phase, hosts: masters })),
    ...ETCD.map((phase) => ({ phase, hosts: etcd })),
  ].toSorted((a, b) => PHASES.indexOf(a.phase) - PHASES.indexOf(b.phase));

  story(title, () => {
    let world: World;
    let reference: Uninterrupted | undefined;

    beforeAll(async () => {
      world = await World.up(lab, { keys: 200, valueBytes: 256 });
    });

    afterAll(async () => world.down());

    test.each(
      reboots.map(
        (reboot) =>
          [
            `${lab.etcd}+${lab.masters} ${reboot.phase} ${reboot.hosts.join(',')} rebooted resume`,
            reboot,
          ] as const,
      ),
    )('%s', async (_name, { phase, hosts }) => {
      reference ??= await uninterrupted(world);
      await world.at(PHASES[PHASES.indexOf(phase) + 1] ?? '');
      const held = await Promise.all(hosts.map(async (host) => heldUnits(world.lab, host)));
      await Promise.all(hosts.map(async (host) => world.lab.reboot(host)));
      for (const [index, host] of hosts.entries()) {
        expect([host, held[index]]).toEqual([host, expectedHeld(world, host, phase)]);
        expect([host, await heldUnits(world.lab, host), await heldAndUp(world.lab, host)]).toEqual([
          host,
          held[index],
          [],
        ]);
      }
      if (PHASES.indexOf(phase) >= ANEW || PHASES.indexOf(phase) < ETCD_STOPS) await etcdServes(world);
      if (phase === 'start-masters') await mastersServe(world.lab);
      const { exit, stderr, stdout } = await world.pawl(['resume', '--no-input']);
      expect([exit, exit === 0 ? '' : `${stderr}\n${stdout}`]).toEqual([0, '']);
      await judgeCompleted(world, reference, 0);
      await mastersServe(world.lab);
    });
  });
}

function expectedHeld({ lab }: World, host: string, phase: string): readonly string[] {
  if (mastersOf(lab).some(({ name }) => name === host))
    return ['origin-master-api.service', 'origin-master-controllers.service'];
  const at = PHASES.indexOf(phase);
  if (at < ETCD_STOPS) return [];
  const serves = host === etcdOf(lab)[0]?.name ? at >= ANEW : at >= ALL_ANEW;
  return serves ? [] : ['etcd.service'];
}

/** What was formed anew comes up by itself, as it should, and is waited for. */
async function etcdServes({ lab }: World): Promise<void> {
  const [first] = etcdOf(lab);
  const url = `https://${first?.address ?? ''}:2379`;
  const tls = '--cacert /etc/etcd/ca.crt --cert /etc/etcd/peer.crt --key /etc/etcd/peer.key';
  const health = `ETCDCTL_API=3 etcdctl --endpoints ${url} ${tls} endpoint health`;
  await sh(lab, first?.name ?? '', `until ${health} >/dev/null 2>&1; do sleep 0.1; done`);
}
