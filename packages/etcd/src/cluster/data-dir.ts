import { sh, type ReadHost } from '@pawl/hosts';
import { EtcdError } from '../errors';

export interface DataDirFacts {
  /** Index of each v2 snapshot in `member/snap`, ascending. Without one a joiner would silently hold no v3 data. */
  readonly snapIndices: readonly number[];
  /** Damaged ones that etcdctl renamed: evidence of a bad disk or a bad copy. */
  readonly brokenSnaps: number;
  readonly memberBytes: number;
  readonly dbBytes: number;
  readonly freeBytes: number;
  /** Links in it: copies would not hold what they lead to. */
  readonly hasLinks: boolean;
}

/** What lies in a member directory. @throws EtcdError `E_ETCD_SETTINGS` where there is none */
export async function dataDirFacts(host: ReadHost, member: string): Promise<DataDirFacts> {
  const result = await host.readScript(sh`
cd ${`${member}/snap`} || exit 44
for file in *.snap *.snap.broken; do
  if [ -f "$file" ]; then echo "snap $file"; fi
done
if [ -f db ]; then echo "db $(stat -c %s db)"; fi
cd ..
find . -type l -exec echo link {} +
echo "bytes $(du -s -k .)"
echo "free $(stat -f -c '%a %S' .)"`);
  if (result.exit !== 0)
    throw new EtcdError('E_ETCD_SETTINGS', `${member} is no member directory`, { where: host.name });
  const lines = result.stdout.toString('utf8').split('\n');
  const numbers = (name: string): readonly [number, number] => {
    const words = lines.find((line) => line.startsWith(`${name} `))?.match(/\d+/g) ?? [];
    return [Number(words[0] ?? '0'), Number(words[1] ?? '0')];
  };
  return {
    snapIndices: lines
      .flatMap((line) => {
        const index = /^snap [0-9a-f]{16}-([0-9a-f]{16})\.snap$/.exec(line)?.[1];
        return index === undefined ? [] : [Number(BigInt(`0x${index}`))];
      })
      .sort((a, b) => a - b),
    brokenSnaps: lines.filter((line) => line.endsWith('.snap.broken')).length,
    memberBytes: numbers('bytes')[0] * 1024,
    dbBytes: numbers('db')[0],
    freeBytes: numbers('free')[0] * numbers('free')[1],
    hasLinks: lines.some((line) => line.startsWith('link ')),
  };
}
