import { dirname } from 'node:path';
import { sh, type Change } from '@pawl/hosts';

/** A manifest's file on a host. Written beside and renamed: half a file is never found under its name. */
export function keepManifest(path: string, content: Buffer): Change {
  const part = `${path}.part`;
  return {
    what: `keep the manifest as ${path}`,
    stdin: content,
    script: sh.lines(
      sh`umask 077`,
      sh`mkdir -p -m 0700 ${dirname(path)}`,
      sh`cat >${part}`,
      sh`sync`,
      sh`mv -fT ${part} ${path}`,
      sh`sync`,
    ),
  };
}
