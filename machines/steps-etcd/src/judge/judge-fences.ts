import { factsFrom, type JsonObject } from '@pawl/engine';
import { fenceFacts } from '../facts';
import { refuse, type Finding } from '../finding';

/** Of what `preflight/fences` found, by host. */
export function judgeFences(found: Readonly<Record<string, JsonObject>>): readonly Finding[] {
  const scope = { facts: factsFrom({ 'preflight/fences': found }) };
  return Object.keys(found).flatMap((host) => judgeFence(host, fenceFacts(scope, host)));
}

export function judgeFence(
  host: string,
  { holder, held = [] }: ReturnType<typeof fenceFacts>,
): readonly Finding[] {
  if (holder === null) return judgeHeld(host, held);
  const { run, owner, phase, since, database } = holder;
  return [
    refuse(
      'E_FENCED',
      host,
      `held by the run ${run} of ${owner} since ${since}, phase ${phase}`,
      `Go on with that run where its database lies: ${database}.`,
    ),
  ];
}

/** A run was given up, or its records were removed: what it had stopped is still kept from starting. */
function judgeHeld(
  host: string,
  held: NonNullable<ReturnType<typeof fenceFacts>['held']>,
): readonly Finding[] {
  const [first] = held;
  if (first === undefined) return [];
  return [
    refuse(
      'E_HELD',
      host,
      `${held.map(({ unit }) => unit).join(' and ')} ${held.length === 1 ? 'is' : 'are'} kept from starting by the run ${first.run}, whose fence is gone: it was given up half-way, or /var/lib/pawl was removed`,
      `Go on with that run where its database lies, once /var/lib/pawl was put back; or take the way back by hand: it stands in /var/lib/pawl/README, and \`pawl plan --rollback --script\` prints it. The data of before lies in pawl-${first.run} in etcd's data directory.`,
    ),
  ];
}
