import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { LabError } from './lab-error';

/**
 * nspawn arguments that put programs of this computer, read-only, where a host expects them: Node and the
 * compiled stand-ins, and where one is given another etcd (3.1 to 3.4) over Debian's.
 */
export function boundPrograms(etcdBin?: string): string[] {
  const yaml = path.dirname(require.resolve('yaml/package.json'));
  const binds = [
    [process.execPath, '/opt/pawl-lab/node'],
    [compiled('.'), '/opt/pawl-lab/dist'],
    [yaml, '/opt/pawl-lab/node_modules/yaml'],
  ];
  for (const name of etcdBin === undefined ? [] : ['etcd', 'etcdctl']) {
    const file = path.join(etcdBin ?? '', name);
    if (!existsSync(file))
      throw new LabError(`there is no ${file} (the lab's etcdBin, or PAWL_LAB_ETCD_BIN)`);
    binds.push([file, `/usr/bin/${name}`]);
  }
  return binds.map(([from, to]) => `--bind-ro=${from}:${to}`);
}

/** A compiled program of this package: hosts and helpers run JavaScript, also when the caller runs our TypeScript. */
export function compiled(program: string): string {
  const dist = path.join(packageRoot(__dirname), 'dist');
  const file = path.join(dist, program);
  if (!existsSync(path.join(dist, 'stand-ins/openshift.js')) || !existsSync(file)) {
    throw new LabError(`${file} is not built: run "npm run build" first`);
  }
  return file;
}

function packageRoot(dir: string): string {
  const file = path.join(dir, 'package.json');
  if (existsSync(file) && readFileSync(file, 'utf8').includes('"@pawl/lab"')) return dir;
  if (path.dirname(dir) === dir) throw new LabError('the package @pawl/lab can not find itself');
  return packageRoot(path.dirname(dir));
}
