import type { Fence } from '../fence';
import { HostError } from '../host-error';
import type { ClosedRun } from './parse-closed-run';

/** A fence stands there that does not let `run` in: another run's, or its own under a claim that was not shown. */
export function fencedError(host: string, where: string, run: string, fence: Fence): HostError {
  const detail = { host, where, facts: { fence: { ...fence } } };
  const whose = `${fence.owner}, since ${fence.since}, in phase ${fence.phase}`;
  if (fence.run !== run)
    return new HostError('E_FENCED', `${host} belongs to run ${fence.run} of ${whose}`, {
      ...detail,
      hint: `Its database is ${fence.database}: look at the run there before anything else.`,
    });
  return new HostError(
    'E_FENCED',
    `${host} belongs to ${run} under a claim that is not known here: it was taken over (${whose}), or this database was put back to an earlier copy, or is another one`,
    {
      ...detail,
      hint: `Go on where that claim is: ${fence.database} on the machine of ${fence.owner}. Where that is the file in use here, it was put back to an earlier copy: put the newer one in its place. From here nothing goes forward any more. Where nothing newer is left, the run is rebuilt from its hosts, beside it: pawl resume --from-hosts -i INVENTORY ${run} --db ANOTHER-FILE`,
    },
  );
}

/** No fence stands, but the record of the run itself, which does not let the claim in. */
export function endedError(host: string, record: ClosedRun): HostError {
  const { run, outcome, claim, owner, at, by, reason } = record;
  const detail = {
    host,
    where: `${host}:/var/lib/pawl/runs/${run}/closed`,
    facts: { run, outcome, claim, owner, at },
  };
  if (outcome === 'abandoned')
    return new HostError(
      'E_FENCED',
      `on ${host} the run ${run} was given up at ${at} by ${by ?? '?'}: ${reason ?? '?'}`,
      {
        ...detail,
        hint: `Its fences were opened by name, and it is over. What it held may still be held; the way back by hand stands in /var/lib/pawl/README on each host. In this database it is given up likewise: pawl unfence -i INVENTORY ${run} --reason WHY`,
      },
    );
  const lost =
    outcome === 'completed'
      ? `the run is rebuilt from its hosts, beside it: pawl resume --from-hosts -i INVENTORY ${run} --db ANOTHER-FILE`
      : `there is nothing to go on with, and the run is given up in this one: pawl unfence -i INVENTORY ${run} --reason WHY`;
  return new HostError(
    'E_FENCED',
    `on ${host} the run ${run} has ended (${outcome}, by ${owner}, ${at}), which this database does not know`,
    {
      ...detail,
      hint: `This database is older than what happened on that host. Put the newer one back; going forward from this one could repeat a step. Where nothing newer is left, ${lost}`,
    },
  );
}
