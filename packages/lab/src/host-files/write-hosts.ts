import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { issueCertificates } from '../certificates';
import { finishController, writeController } from '../controller';
import { isEtcd, isMaster, labHosts } from '../spec';
import type { LabState } from '../state';
import { userOf, writeCommonFiles } from './common-files';
import { writeEtcdFiles } from './etcd-files';
import { writeMasterFiles } from './master-files';
import { UpperLayer } from './upper-layer';

export const pkiDir = (state: LabState): string => path.join(state.dir, 'pki');
export const controllerDir = (state: LabState): string => path.join(state.dir, 'controller');
export const hostDir = (state: LabState, host: { readonly name: string }): string =>
  path.join(state.dir, 'hosts', host.name);
export const apiName = (state: LabState): string => `api.${state.spec.name}.lab`;

/** Everything of the lab that lies on disk: certificates, the controller's directory, each host's own files. */
export async function writeHosts(state: LabState): Promise<void> {
  const { spec, base } = state;
  const hosts = labHosts(spec, state.network);
  mkdirSync(state.dir, { recursive: true, mode: 0o755 });
  const [pki, controller, api] = [pkiDir(state), controllerDir(state), apiName(state)];
  await Promise.all([issueCertificates(pki, hosts, api), writeController(controller, hosts, spec, api)]);
  await Promise.all(
    hosts.map(async (host) => {
      const dir = hostDir(state, host);
      for (const part of ['upper', 'work', 'root'])
        mkdirSync(path.join(dir, part), { recursive: true, mode: 0o755 });
      const upper = new UpperLayer(path.join(dir, 'upper'), base);
      await writeCommonFiles({ upper, base, host, hosts, spec, apiName: api, controllerDir: controller });
      if (isEtcd(host)) writeEtcdFiles({ upper, base, host, hosts, spec, pki });
      if (isMaster(host)) writeMasterFiles({ upper, host, hosts, spec, pki, apiName: api });
    }),
  );
  const owner = spec.controller === undefined ? undefined : userOf(base, spec.loginUser ?? 'pawl');
  await finishController(controller, hosts, owner);
}
