import { existsSync } from 'node:fs';
import { failed, said, type Answer, type Call } from '../calls';
import { onHost } from '../host-tree';
import { comeUp } from './come-up';
import { startUnit, stopUnit } from './run-unit';
import { enabledAs, loadUnit, unitFiles } from './unit-file';
import type { Units } from './units';

/** As systemd 219 answers. */
export async function systemctl(units: Units, { host, args }: Call): Promise<Answer> {
  const { verb, names, properties, flags } = parse(args);
  comeUp(units, Date.now());
  switch (verb) {
    case 'show':
      return said(names.map((name) => show(units, host, name, properties)).join('\n'));
    case 'list-unit-files':
      return said(listUnitFiles(units, host, names));
    case 'daemon-reload':
      reload(units, host);
      return said('');
    case 'reset-failed':
      return said('');
    case 'start':
    case 'restart': {
      const [name = ''] = names;
      if (verb === 'restart') await stopUnit(units, host, name, 'stop');
      const unit = units.unit(host, name);
      if (unit.loaded.fragment === '') return failed(`Failed to start ${name}: Unit not found.\n`, 5);
      const { asserts } = unit.loaded;
      const missing = asserts.find((path) => !existsSync(onHost(units.tree(host), path)));
      if (missing !== undefined) return failed(`Assertion failed on job for ${name}.\n`);
      const why = await startUnit(units, host, name);
      return why === undefined || flags.has('--no-block')
        ? said('')
        : failed(`Job for ${name} failed because the control process exited with error code.\n`);
    }
    case 'stop':
    case 'kill':
      for (const name of names) await stopUnit(units, host, name, verb);
      return said('');
    default:
      return failed(`the model knows no systemctl ${args.join(' ')}\n`, 99);
  }
}

function show(units: Units, host: string, name: string, wanted: readonly string[]): string {
  const unit = units.unit(host, name);
  const { loaded, process, ready, failed: hasFailed } = unit;
  const tree = units.tree(host);
  const [program = ''] = loaded.exec.split(' ');
  const active =
    process !== undefined ? (ready ? 'active' : 'activating') : hasFailed ? 'failed' : 'inactive';
  const sub = process !== undefined ? (ready ? 'running' : 'start') : hasFailed ? 'failed' : 'dead';
  const values: readonly (readonly [string, string])[] = [
    ['Id', name],
    ['LoadState', loaded.fragment === '' ? 'not-found' : 'loaded'],
    ['ActiveState', active],
    ['SubState', sub],
    ['Result', hasFailed ? 'exit-code' : 'success'],
    ['UnitFileState', enabledAs(tree, name, loaded)],
    ['FragmentPath', loaded.fragment],
    ['DropInPaths', loaded.dropIns.join(' ')],
    ['NeedDaemonReload', JSON.stringify(loadUnit(tree, name)) === JSON.stringify(loaded) ? 'no' : 'yes'],
    ['MainPID', String(process?.pid ?? 0)],
    ['ExecMainStartTimestampMonotonic', String(process?.startedUs ?? 0)],
    ['ControlGroup', ''],
    ['User', loaded.user],
    ['Group', loaded.group],
    ['Environment', loaded.environment.join(' ')],
    ...loaded.environmentFiles.map(
      ({ path, optional }) =>
        ['EnvironmentFiles', `${path} (ignore_errors=${optional ? 'yes' : 'no'})`] as const,
    ),
    ...(loaded.exec === ''
      ? []
      : [
          [
            'ExecStart',
            `{ path=${program} ; argv[]=${loaded.exec} ; ignore_errors=no ; start_time=[n/a] ; stop_time=[n/a] ; pid=0 ; code=(null) ; status=0/0 }`,
          ] as const,
        ]),
  ];
  return values
    .filter(([property]) => wanted.length === 0 || wanted.includes(property))
    .map(([property, value]) => `${property.replace('EnvironmentFiles', 'EnvironmentFile')}=${value}\n`)
    .join('');
}

function reload(units: Units, host: string): void {
  for (const [name, unit] of Object.entries(units.on(host))) {
    unit.loaded = loadUnit(units.tree(host), name);
    if (unit.loaded.fragment === '' && unit.process === undefined) delete units.on(host)[name];
  }
  units.keep();
}

function listUnitFiles(units: Units, host: string, patterns: readonly string[]): string {
  const tree = units.tree(host);
  const matches = (name: string): boolean =>
    patterns.length === 0 ||
    patterns.some((pattern) =>
      new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(name),
    );
  return unitFiles(tree)
    .filter(matches)
    .map((name) => `${name.padEnd(40)} ${enabledAs(tree, name, loadUnit(tree, name))}\n`)
    .join('');
}

interface Parsed {
  readonly verb: string;
  readonly names: readonly string[];
  readonly properties: readonly string[];
  readonly flags: ReadonlySet<string>;
}

function parse(args: readonly string[]): Parsed {
  const properties: string[] = [];
  const flags = new Set<string>();
  const words: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at]!;
    if (arg === '-p') properties.push(...args[(at += 1)]!.split(','));
    else if (arg === '-s') at += 1;
    else if (arg.startsWith('--')) flags.add(arg);
    else words.push(arg);
  }
  const [verb = '', ...names] = words;
  const full = (name: string): string => (/\.[a-z]+$/.test(name) ? name : `${name}.service`);
  return { verb, names: verb === 'list-unit-files' ? names : names.map(full), properties, flags };
}
