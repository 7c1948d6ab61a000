import type { Lab } from '@pawl/lab';
import { etcdOf, sh } from './lab-hosts';

/**
 * In a data directory whose original is in its place: what of its files is not, to the byte, as its backup's own list has it.
 * Nothing where there is no backup.
 */
export const UNLIKE_BACKUP = `for list in pawl-*/backup/member.sha256; do
  [ ! -e "$list" ] || (cd member && find . -type f -exec sha256sum {} + | sort) | diff "$list" - || exit 1
done`;

/** Of a host's log: it outlives crashes, and is no part of any picture. */
const SAID = '/var/log/original-at-start';

/**
 * An original can be compared only before anything starts on it. So this is done at the start itself, by systemd, whoever starts:
 * the first time after a backup that no original is set aside.
 */
export const atStart = (dataDir: string, said: string): string => `cd ${dataDir} || exit 1
ls pawl-*/backup/member.sha256 >/dev/null 2>&1 || exit 0
if ls -d pawl-*/original/member >/dev/null 2>&1 || [ -e ${said} ]; then exit 0; fi
(
  ${UNLIKE_BACKUP}
  echo as in the backup
) >${said}.part 2>&1
mv ${said}.part ${said}
`;

/** Known to systemd from the host's next boot on. */
export async function watchOriginals(lab: Lab): Promise<void> {
  const script = '/usr/local/lib/original-at-start';
  const set = `cat >${script}
mkdir -p /usr/lib/systemd/system/etcd.service.d
printf '[Service]\\nExecStartPre=+/bin/sh ${script}\\n' >/usr/lib/systemd/system/etcd.service.d/original.conf`;
  for (const { name } of etcdOf(lab))
    await lab.exec(name, ['sh', '-c', set], { stdin: atStart('/var/lib/etcd', SAID) });
}

/** By host that has a backup, what was said of the original as etcd was started on it again. */
export async function originalsAtStart(lab: Lab): Promise<Readonly<Record<string, string>>> {
  const said = await Promise.all(
    etcdOf(lab).map(async ({ name }) => {
      const look = `ls /var/lib/etcd/pawl-*/backup/member.sha256 >/dev/null 2>&1 || exit 0
cat ${SAID} 2>/dev/null || echo not started`;
      return [name, (await sh(lab, name, look)).trim()] as const;
    }),
  );
  return Object.fromEntries(said.filter(([, text]) => text !== ''));
}
