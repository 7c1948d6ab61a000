import type { Effect } from './runner/subject';

/** One change of the members at a time: who was added is started before the next one is. A line for each time it was otherwise. */
export function membershipRules(effects: readonly Effect[]): readonly string[] {
  const broken: string[] = [];
  let joining: string | undefined;
  for (const { host, what } of effects) {
    const [, added] = /^member add ([^. ]+)/.exec(what) ?? [];
    if (added !== undefined) {
      if (joining !== undefined) broken.push(`${host}: ${added} was added while ${joining} had not joined`);
      joining = added;
    }
    if (what === 'start etcd' && host === joining) joining = undefined;
  }
  return broken;
}
