import { etcdctlV2, runLayout, type EtcdSettings } from '@pawl/etcd';
import { holdName, neverCreated, posixCommand, posixQuote } from '@pawl/hosts';

/** What the commands for an etcd host have to know of it. */
export type Member = Pick<
  EtcdSettings,
  'unit' | 'dataDir' | 'walDir' | 'configFile' | 'clientEndpoint' | 'certs'
>;

/** A job's lock is held as long as anything of it lives. */
export function noJobs(run: string): string {
  return `! for lock in ${posixQuote(`/var/lib/pawl/runs/${run}/jobs`)}/*/lock; do [ ! -e "$lock" ] || flock -n -s "$lock" true || echo "$lock"; done | grep .`;
}

export function noForce(unit: string): readonly string[] {
  const dir = posixQuote(`/run/systemd/system/${bare(unit)}.service.d`);
  return [
    `rm -f ${dir}/99-pawl-force.conf ${dir}/.99-pawl-force.new /run/pawl/force-new-cluster.env /run/pawl/force-new-cluster.env.new`,
    `rmdir ${dir} 2>/dev/null || :`,
    'systemctl daemon-reload',
    `! systemctl cat ${posixQuote(unit)} | grep -i force.new.cluster`,
  ];
}

/** A separate WAL first: a member without its own would be worse than none. */
export function dataBack(run: string, of: Member): readonly string[] {
  const { folder, member, wal, original, originalWal } = runLayout(of, run);
  const aside = `${folder}/by-hand/member`;
  const [list, walList] = [`${folder}/backup/member.sha256`, `${folder}/backup/wal.sha256`];
  return [
    ...(wal === null || originalWal === null
      ? []
      : returns(
          originalWal,
          wal,
          originalWal.replace(/-original-wal$/, '-by-hand-wal'),
          walList,
          `${folder}/original/wal.absent`,
        )),
    ...returns(original, member, aside, list, `${original}.absent`),
  ];
}

/** `mark`: says that nothing was there before the run, so that what came moves away and nothing returns. */
function returns(
  original: string,
  place: string,
  aside: string,
  list: string,
  mark: string,
): readonly string[] {
  const [o, to, away, sums, none] = [original, place, aside, list, mark].map(posixQuote);
  const folder = posixQuote(aside.slice(0, aside.lastIndexOf('/')));
  return [
    `if { [ -e ${o} ] || [ -e ${none} ]; } && [ -e ${to} ]; then mkdir -p ${folder} && mv -nT ${to} ${away}; fi`,
    `if [ -e ${o} ]; then mv -nT ${o} ${to} && { [ ! -e ${sums} ] || (cd ${to} && sha256sum -c --quiet ${sums}); }; fi`,
    `! ls -d ${o} 2>/dev/null`,
    `[ -e ${none} ] || ls -d ${to}`,
  ];
}

/**
 * Of a file that was edited; any other has no pristine original, and neither has one whose original somebody removed: that is seen
 * by the digest of before the run, where it is known.
 */
export function fileBack(run: string, path: string | null, sha256: string | null = null): readonly string[] {
  if (path === null) return [];
  const pristine = posixQuote(`/var/lib/pawl/runs/${run}/pristine${path}`);
  return [
    `if [ -e ${pristine} ]; then cp -p ${pristine} ${posixQuote(path)}; fi`,
    ...(sha256 === null ? [] : [`echo ${posixQuote(`${sha256}  ${path}`)} | sha256sum -c --quiet`]),
  ];
}

/** Stopped, and kept from starting, as the run had left it. */
export function holdAgain(unit: string): readonly string[] {
  const dir = posixQuote(`/etc/systemd/system/${bare(unit)}.service.d`);
  return [
    `mkdir -p ${dir}`,
    `printf '[Unit]\\nAssertPathExists=${neverCreated}\\n' >${dir}/${holdName}`,
    'systemctl daemon-reload',
    `systemctl stop ${posixQuote(unit)}`,
  ];
}

export function release(unit: string): readonly string[] {
  const dir = posixQuote(`/etc/systemd/system/${bare(unit)}.service.d`);
  return [
    `rm -f ${dir}/${holdName} ${dir}/.${holdName}.new`,
    `rmdir ${dir} 2>/dev/null || :`,
    'systemctl daemon-reload',
  ];
}

/** systemd's own names have the suffix, an inventory's have not. */
const bare = (unit: string): string => unit.replace(/\.service$/, '');

/** Line by line: up to 3.2 the last line says healthy with a member down. */
export function healthy(of: Member): readonly string[] {
  const ask = (...args: readonly string[]): string => {
    const { argv } = etcdctlV2(of, args);
    return `ETCDCTL_API=2 ${posixCommand(argv)}`;
  };
  return [
    `while ${ask('cluster-health')} 2>&1 | grep -v 'is healthy'; do sleep 2; done`,
    ask('member', 'list'),
    ask('ls', '/'),
  ];
}

export function letGo(run: string): readonly string[] {
  return ['rm -f /var/lib/pawl/fence', ...setApart(`/var/lib/pawl/runs/${run}`)];
}

function setApart(folder: string): readonly string[] {
  return [
    `if [ -e ${posixQuote(folder)} ]; then mv -nT ${posixQuote(folder)} ${posixQuote(`${folder}.by-hand`)}.$(date +%s); fi`,
  ];
}

/** Beside a separate WAL directory a run keeps more than one. */
export function setApartData(run: string, of: Member): readonly string[] {
  const { folder, originalWal } = runLayout(of, run);
  if (originalWal === null) return setApart(folder);
  const all = posixQuote(originalWal.replace(/original-wal$/, ''));
  return [
    ...setApart(folder),
    `for dir in ${all}*-wal; do [ ! -e "$dir" ] || mv -nT "$dir" "$dir.by-hand.$(date +%s)"; done`,
  ];
}
