import { execFileSync } from 'node:child_process';
import { tooNew, unlistedArgv, unlistedCommands } from '@pawl/hosts';
import {
  curlArgv,
  etcdctlOffline,
  etcdctlV2,
  etcdctlV3,
  etcdHostCommands,
  scratchArgv,
  scratchOf,
} from '../../src';
import { allChanges, allScripts, ASKED } from './all-changes';

test.each(allScripts())('%s: every command and flag is listed', (_, script) => {
  expect(unlistedCommands(script.text, etcdHostCommands)).toEqual([]);
});

test.each(allScripts())('%s: dash, bash and busybox can read it', (_, script) => {
  for (const shell of [['dash'], ['bash', '--posix'], ['busybox', 'sh']]) {
    const [command = '', ...args] = shell;
    execFileSync(command, [...args, '-n'], { input: script.text, stdio: ['pipe', 'ignore', 'pipe'] });
  }
});

test.each(allChanges())('%s: says in one line what it does', (_, change) => {
  expect(change.what).toMatch(/^[a-z][^\n]+$/);
});

test('what is run without a script is listed, too', () => {
  for (const command of [
    etcdctlV2(ASKED, ['cluster-health']),
    etcdctlV3(ASKED, ['-w', 'json', 'endpoint', 'status']),
    etcdctlOffline(['version']),
  ]) {
    expect(unlistedArgv(command.argv, etcdHostCommands)).toEqual([]);
  }
  expect(unlistedArgv(curlArgv(ASKED, 5), etcdHostCommands)).toEqual([]);
  expect(unlistedArgv(['mountpoint', '-q', '/x'], etcdHostCommands)).toEqual([]);
  const [shell, , , script = ''] = scratchArgv(
    scratchOf({ dataDir: '/var/lib/etcd', walDir: null }, 'r'),
    [],
  );
  expect([shell, unlistedCommands(script, etcdHostCommands)]).toEqual(['/bin/sh', []]);
  expect(unlistedArgv(['curl', '--http3', 'x'], etcdHostCommands)).toEqual(['curl --http3']);
});

test('nothing is newer than EL7', () => {
  expect(tooNew(etcdHostCommands)).toEqual([]);
});
