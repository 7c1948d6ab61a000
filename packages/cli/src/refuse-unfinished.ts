import { isUnfinished, PawlError, type RunRecord } from '@pawl/engine';
import type { HostEntry } from '@pawl/hosts';
import { commandLine } from './command-line';
import type { Context } from './context';
import { openToRead, withStore } from './database';
import type { Survey } from './survey';

/** An unfinished run on one of these hosts, of whichever machine: the fences would say so too, later and less kindly. @throws PawlError `E_RUN_UNFINISHED` */
export async function refuseUnfinished(context: Context, found: Survey): Promise<void> {
  const store = openToRead(context.place);
  if (store === undefined) return;
  // By where they are reached: two clusters may have hosts of the same names, and one host two names.
  const { machines } = context.parts;
  const places = new Set(found.hosts.map(placeOf));
  const sameHosts = (record: RunRecord): boolean =>
    (machines.find(({ id }) => id === record.machineId)?.hostsOf(record.choices) ?? []).some((host) =>
      places.has(placeOf(host)),
    );
  const other = await withStore(store, (s) =>
    s.list().find((record) => isUnfinished(record) && sameHosts(record)),
  );
  if (other === undefined) return;
  throw new PawlError(
    'E_RUN_UNFINISHED',
    `the run ${other.run} of these hosts is unfinished (${other.state})`,
    {
      where: context.place.database,
      hint: unfinishedHint(context, other.run, found.inventory),
      facts: { run: other.run, state: other.state },
    },
  );
}

/** The two ways out of a run that stands in the way of another. */
export function unfinishedHint({ place }: Context, run: string, inventory: string | undefined): string {
  const flag = inventory === undefined ? [] : ['-i', inventory];
  const giveUp = commandLine(place, 'unfence', ...flag, run, '--reason', 'WHY');
  return `See where it stands: ${commandLine(place, 'status', run)}. Where nobody will go on with it, nor take it back, give it up: ${giveUp}`;
}

const placeOf = ({ address, port }: HostEntry): string => `${address}:${port}`;
