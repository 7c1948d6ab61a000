import type { CostFacts, StoreCost } from './facts';

/** What a restore loses, a sentence each. `now`: epoch milliseconds. */
export function costInWords({ v2, v3, since, unread = [] }: CostFacts, now: number): readonly string[] {
  const when = `${since} (${ago(now - Date.parse(since))} ago)`;
  const stores = [...(v3 === null ? [] : [ofStore('v3', v3)]), ...(v2 === null ? [] : [ofStore('v2', v2)])];
  return [
    `Everything that was written since the backup was last written to, ${when}, is lost to the cluster. It is moved aside, not deleted.`,
    stores.length === 0
      ? `${unread.length === 0 ? 'No member answers' : `Neither store can be read (${unread.join('; ')})`}, so how much that is can’t be told.`
      : `Now ${stores.join('; ')}.${typeof v3?.written !== 'number' ? '' : ' Keys that a migration gave leases count as written.'}${unread.length === 0 ? '' : ` What else there is can’t be told: ${unread.join('; ')}.`}`,
  ];
}

function ofStore(name: string, { keys, written }: StoreCost): string {
  return `${name} holds ${keys} keys${written === null ? '' : `, ${written} of them written since`}`;
}

function ago(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 72 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}
