import type { Effect } from './effects';

/** What may never be, at no moment: a line for each time it was. */
export function brokenRules(effects: readonly Effect[]): readonly string[] {
  const broken: string[] = [];
  const migrated = new Set<string>();
  let up = new Set<string>();
  for (const { host, what } of effects) {
    const [, unit = '', atBoot] = /^start (\S+)( at boot)?(?: on \S+)?$/.exec(what) ?? [];
    const stopped = /^(?:stop|kill) (\S+)$/.exec(what)?.[1];
    const copy = /^migrate (.*)$/.exec(what)?.[1];
    if (copy !== undefined) {
      if (!/\/pawl-[^/]+\/copy-\d+$/.test(copy))
        broken.push(`${host}: migrate was given ${copy}, which is no work copy`);
      if (migrated.has(`${host} ${copy}`)) broken.push(`${host}: ${copy} was migrated twice`);
      migrated.add(`${host} ${copy}`);
      if (up.size > 0) broken.push(`${host}: migrated while ${[...up].join(', ')} ran`);
    }
    if (/^(new cluster|two histories|failed to start)|is not held$/.test(what))
      broken.push(`${host}: ${what}`);
    if (unit === 'etcd' && atBoot === undefined && [...up].some((each) => each.includes('master')))
      broken.push(`${host}: etcd was started while masters ran`);
    if (what === 'reboot') up = new Set([...up].filter((each) => !each.startsWith(`${host} `)));
    if (unit !== '') up.add(`${host} ${unit}`);
    if (stopped !== undefined) up = new Set([...up].filter((each) => each !== `${host} ${stopped}`));
  }
  return broken;
}
