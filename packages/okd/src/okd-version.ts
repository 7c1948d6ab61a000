import type { ReadHost } from '@pawl/hosts';
import { ask } from './ask';
import { OkdError } from './okd-error';
import type { Refusal } from './refusal';

export interface OkdVersion {
  /** As printed: `v3.6.173.0.96`, `v3.6.1+008f2d5` */
  readonly text: string;
  readonly major: number;
  readonly minor: number;
}

/**
 * What `openshift version` says.
 * @param program the master unit's own, absolute: under sudo, PATH may lack /usr/local/bin
 * @throws OkdError `E_OKD_COMMAND`
 */
export async function okdVersion(host: ReadHost, program: string): Promise<OkdVersion> {
  const argv = [program, 'version'];
  const version = parseOkdVersion(await ask(host, argv));
  if (version !== undefined) return version;
  throw new OkdError('E_OKD_COMMAND', `${argv.join(' ')} printed no line that begins with \`openshift v\``, {
    where: host.name,
    hint: 'Is it the program of an OKD or OpenShift 3.6 master?',
  });
}

export function parseOkdVersion(stdout: string): OkdVersion | undefined {
  const found = /^openshift (v(\d+)\.(\d+)\S*)$/m.exec(stdout);
  if (found?.[1] === undefined) return undefined;
  return { text: found[1], major: Number(found[2]), minor: Number(found[3]) };
}

/** undefined for 3.6, the one release with both stores. */
export function versionRefusal(version: OkdVersion): Refusal | undefined {
  const { major, minor, text } = version;
  if (major === 3 && minor === 6) return undefined;
  const older = major < 3 || (major === 3 && minor < 6);
  return {
    code: 'E_OKD_VERSION',
    message: older
      ? `the master is ${text}: before 3.6 a master can't serve its resources from etcd's v3 store`
      : `the master is ${text}: from 3.7 on, masters serve from v3 alone, so data that is still in v2 means a failed upgrade`,
    hint: older
      ? 'Upgrade the cluster to 3.6 first.'
      : 'Find out from which store this cluster is served before anything is changed; this machine migrates 3.6 only.',
  };
}
