import { databaseOf, runPawl, type Lab } from '@pawl/lab';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { tellOfShape } from './helpers/tell-of-shape';

tellOfShape(
  'three masters that are the etcd hosts, atomic-openshift units, a sudo user without root’s login, Pawl on the first of them',
  {
    ...{ name: 'shape-on-host', etcd: 3, masters: 3, colocated: true, etcdUser: 'etcd' },
    ...{ masterUnits: 'atomic-openshift', rootLogin: false, sudoUsePty: true, controller: 'master1' },
  },
  onOneOfItsHosts,
);

tellOfShape(
  'five etcd hosts as root, data and WAL in directories of their own, one master with the single unit',
  {
    ...{ name: 'shape-five', etcd: 5, masters: 1, etcdUser: 'root', masterUnits: 'single' },
    ...{ dataDir: '/srv/etcd/data', walDir: '/srv/etcd-wal/wal' },
  },
);

/** What makes this shape the one that it says it is: looked at, since all of it would pass on a plainer lab too. */
function onOneOfItsHosts(lab: () => Lab): void {
  const at = async (argv: readonly string[]): Promise<string> => {
    const [file = '', ...words] = argv;
    return (await promisify(execFile)(file, words)).stdout.replaceAll('\r', '');
  };

  test('root can’t log in, and sudo takes a terminal of its own where it finds one', async () => {
    const root = lab()
      .ssh('master2', ['id'])
      .map((word) => word.replace(/^pawl@/, 'root@'));
    await expect(at(root)).rejects.toThrow(/Permission denied/);
    const [login, sudo] = (await at(lab().ssh('master2', ['tty; sudo -n tty'], ['-tt']))).split('\n');
    expect([login, sudo]).toEqual([
      expect.stringMatching(/^\/dev\/pts\/\d+$/),
      expect.stringMatching(/^\/dev\/pts\/\d+$/),
    ]);
    expect(sudo).not.toBe(login);
  });

  test('Pawl at an operator’s terminal reaches its own host without ssh', async () => {
    const pawl = createRequire(__filename).resolve('pawl/bin/pawl.js');
    const check = [process.execPath, pawl, 'check', '-i', lab().inventoryPath, '--db', databaseOf(lab())];
    const { argv } = lab().asController(check, {}, true);
    const logins = async (): Promise<number> => {
      const log = await lab().exec('master1', ['journalctl', '-u', 'ssh', '--no-pager', '-o', 'cat']);
      return log.stdout.split('\n').filter((line) => line.startsWith('Accepted publickey')).length;
    };
    const before = await logins();
    expect(await at(argv)).toContain('Nothing stands in the way.');
    // The operator's own.
    expect(await logins()).toBe(before + 1);
  });

  test.each([
    ['on two hosts', ['master1', 'master2'], ['E_SEVERAL_LOCAL -']],
    ['on another than its own', ['master2'], ['E_SAME_MACHINE master2', 'E_LOCAL_ELSEWHERE master2']],
  ])('ansible_connection=local %s is refused', async (_, hosts, refusals) => {
    const inventory = path.join(lab().controllerDir, 'other.ini');
    const text = readFileSync(lab().inventoryPath, 'utf8').replaceAll(' ansible_connection=local', '');
    const local = new RegExp(`^(${hosts.join('|')}) `, 'gm');
    writeFileSync(inventory, text.replaceAll(local, '$1 ansible_connection=local '));
    const { exit, stdout } = await runPawl(lab(), ['check', '-i', inventory, '--json']);
    const { findings } = JSON.parse(stdout) as { findings: readonly { code: string; host: string | null }[] };
    expect(exit).toBe(3);
    expect(findings.map(({ code, host }) => `${code} ${host ?? '-'}`)).toEqual(
      expect.arrayContaining(refusals),
    );
  });
}
