import type { RunLayout } from '@pawl/etcd';
import { sh, type Change } from '@pawl/hosts';

/** The manifest's file on the migration host. Written beside and renamed: half a file is never found under its name. */
export function keepManifest(layout: RunLayout, content: Buffer): Change {
  const part = `${layout.manifest}.part`;
  return {
    what: `keep the manifest as ${layout.manifest}`,
    stdin: content,
    script: sh.lines(
      sh`umask 077`,
      sh`mkdir -p -m 0700 ${layout.folder}`,
      sh`cat >${part}`,
      sh`sync`,
      sh`mv -fT ${part} ${layout.manifest}`,
      sh`sync`,
    ),
  };
}
