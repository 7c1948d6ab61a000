import { sh, type Change } from '@pawl/hosts';

/** Copies one file, mode and owner kept, into the run's folder on its host. Once: a copy that is there is left alone. */
export function backUpFile(run: string, path: string): Change {
  const target = fileBackup(run, path);
  return {
    what: `copy ${path} to ${target}`,
    script: sh`if [ -e ${target} ]; then exit 0; fi
(umask 077 && mkdir -p ${target.slice(0, target.lastIndexOf('/'))})
cp -a ${path} ${`${target}.part`}
sync
mv -fT ${`${target}.part`} ${target}
sync`,
  };
}

export const fileBackup = (run: string, path: string): string => `/var/lib/pawl/runs/${run}/backup${path}`;
