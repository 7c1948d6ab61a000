import { HostError } from '../host-error';
import { hostTrouble } from '../host-trouble';
import { sh } from '../sh';
import type { AsRoot } from './as-root';
import { guardScript } from './guard-script';

/**
 * Puts the guard on a host. Durable when it returns; whole under its name, or not there: it is written beside, compared with
 * its digest, synced and renamed. May happen twice.
 */
export async function installGuard(root: AsRoot): Promise<void> {
  const { text, sha256, path } = guardScript();
  const script = sh`
set -eu
umask 077
mkdir -p /var/lib/pawl/host
chmod 0700 /var/lib/pawl /var/lib/pawl/host
new=$(mktemp ${`${path}.XXXXXX`})
cat >"$new"
printf '%s  %s\n' ${sha256} "$new" | sha256sum -c --status || { rm -f "$new"; exit 75; }
chmod 0700 "$new"
dd if=/dev/null of="$new" conv=notrunc,fsync status=none
mv -f "$new" ${path}
dd if=/dev/null of=${path} conv=notrunc,fsync status=none`;
  const result = await root.run(['/bin/sh', '-c', script.text], text);
  if (result.exit === 0) return;
  const said = result.stderr.toString('utf8').trim().slice(-600);
  throw new HostError(
    result.exit === 75 ? 'E_UNREACHABLE' : 'E_GUARD',
    `the guard can't be installed on ${root.host}: ${result.exit === 75 ? 'it arrived cut short' : said}`,
    {
      host: root.host,
      where: `${root.host}: /var/lib/pawl/host`,
      facts: { exit: result.exit, said, began: true },
      hint:
        hostTrouble(root.host, said, result.exit)?.hint ??
        'Pawl needs to write to /var/lib/pawl, with sha256sum, mktemp and dd of coreutils.',
    },
  );
}
