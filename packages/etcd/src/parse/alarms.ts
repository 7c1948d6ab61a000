import { unexpectedOutput } from '../errors';

/** API 3, `alarm list`, plain: `memberID:13803658152347727308 alarm:NOSPACE`. Empty without one. */
export function parseAlarms(
  stdout: string,
): readonly { readonly memberId: string; readonly alarm: string }[] {
  return stdout
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const found = /^memberID:\s*(\d+) alarm:\s*(\w+)\s*$/.exec(line);
      if (found?.[1] === undefined || found[2] === undefined)
        throw unexpectedOutput('etcdctl alarm list', line);
      return { memberId: BigInt(found[1]).toString(16), alarm: found[2] };
    });
}
