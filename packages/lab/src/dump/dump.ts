import { outsideAccess } from '../fill/fill';
import { runHelper } from '../helper';
import { LabError } from '../lab-error';
import type { LabHost } from '../spec';
import type { LabState } from '../state';
import type { DumpOrder } from './dump-worker';
import type { V2Entry, V3Entry } from './entries';

/** Everything that v2 shows, asked with quorum. */
export async function v2dump(state: LabState): Promise<Map<string, V2Entry>> {
  return dump<V2Entry>(state, { api: 'v2', access: outsideAccess(state) });
}

/** Everything in one member's own v3 store (serializable: the others are not asked). */
export async function v3dump(state: LabState, host: LabHost): Promise<Map<string, V3Entry>> {
  return dump<V3Entry>(state, { api: 'v3', access: outsideAccess(state, [host]) });
}

async function dump<Entry>(state: LabState, order: DumpOrder): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  let pending = Buffer.alloc(0);
  let endings = 0;
  // Line by line: the whole may be longer than a string can be.
  await runHelper(state, 'dump/dump-worker.js', order, (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    for (let end = pending.indexOf(10); end !== -1; end = pending.indexOf(10)) {
      const line = JSON.parse(pending.subarray(0, end).toString()) as [string, Entry] | null;
      if (line === null) endings += 1;
      else entries.set(...line);
      pending = pending.subarray(end + 1);
    }
  });
  if (endings !== 1)
    throw new LabError(`the ${order.api} dump ended after ${entries.size} keys without its last line`);
  return entries;
}
