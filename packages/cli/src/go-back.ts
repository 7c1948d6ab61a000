import type { RollbackOptions, RunStatus } from '@pawl/engine';
import { compareNames } from './ask-line';
import { confirm } from './confirm';
import { canAsk, type Context } from './context';
import type { Answer } from './documents';
import { drive } from './drive';
import type { FoundRun } from './found-run';
import { readEngine } from './read-engine';
import { renderWayBack } from './render/way-back';
import { unlessDataIsLost } from './rollback-answer';
import { checkSameCluster } from './same-cluster';
import { connectTo, withConnection } from './survey';
import { wayBackOf, type WayBackView } from './way-back';

export interface GoBackFlags {
  readonly reason?: string;
  readonly hostDead?: readonly string[];
  readonly acceptDataLoss?: string;
  readonly takeOver?: boolean;
  readonly yes?: boolean;
  readonly onEvent?: string;
  readonly inventory?: string;
}

/**
 * Shows the way back from where a run stands, wants a confirmation, then takes it. Past the point of no return it goes ahead
 * without a loss, or with one that is accepted by name: `--yes` never is.
 */
export async function goBack(context: Context, found: FoundRun, flags: GoBackFlags): Promise<Answer> {
  const { store, record, machine } = found;
  // A run that has completed left the cluster to others: a master that came since would serve v3 beside the originals. An unfinished
  // one is taken back whatever the inventory says by now.
  if (flags.inventory !== undefined || record.state === 'completed')
    await checkSameCluster(machine, record, context.io, flags.inventory);
  const status = readEngine(context, store).status(record.run);
  // A way back that is in doubt does not move by this verb: what comes is the doubt, and there is nothing to confirm.
  const rests =
    status.state === 'in-doubt' && status.direction === 'rollback' && flags.hostDead === undefined;
  if (!rests) await askFirst(context, wayBackOf(machine, store, record, flags.hostDead), status, flags);
  const connection = connectTo(context, machine, record.choices, record.run);
  return withConnection(connection, () =>
    unlessDataIsLost(context, found, given(flags), () =>
      drive(context, {
        run: record.run,
        machine,
        store,
        connection,
        inventory: undefined,
        asksBack: true,
        onEvent: flags.onEvent,
        act: (engine) => engine.rollback(optionsOf(record.run, flags)),
      }),
    ),
  );
}

/** The plan, then the confirmation. @throws PawlError `E_NOT_CONSENTED`, `E_WRONG_NAME` */
async function askFirst(
  context: Context,
  view: WayBackView,
  status: RunStatus,
  flags: GoBackFlags,
): Promise<void> {
  const { stderr } = context.out;
  const { name } = view.pointOfNoReturn;
  // A loss that is accepted by name is a confirmation: of this cluster, or of none.
  if (flags.acceptDataLoss !== undefined) compareNames(flags.acceptDataLoss, name, 'by flag');
  const yes = flags.yes === true || flags.acceptDataLoss !== undefined;
  if (context.level !== 'quiet' || (canAsk(context) && !yes))
    stderr.write(`${renderWayBack(view, stderr)}\n`);
  const { who, pid } = status.record.claim.owner;
  if (status.state === 'running')
    context.say(
      `${who}, process ${pid}, is at work on it: it is asked to pause first, and goes back from there.`,
    );
  await confirm(context, { name, yes, what: `This takes ${view.run} back.` });
}

function optionsOf(run: string, flags: GoBackFlags): RollbackOptions {
  return {
    run,
    ...(flags.reason === undefined ? {} : { reason: flags.reason }),
    ...(flags.hostDead === undefined ? {} : { dead: flags.hostDead }),
    ...(flags.acceptDataLoss === undefined ? {} : { acceptDataLoss: flags.acceptDataLoss }),
    ...(flags.takeOver === true ? { takeOver: true } : {}),
  };
}

/** The flags of this command, to be given once more. */
function given({ reason, hostDead = [], takeOver }: GoBackFlags): readonly string[] {
  return [
    ...(reason === undefined ? [] : ['--reason', reason]),
    ...hostDead.flatMap((host) => ['--host-dead', host]),
    ...(takeOver === true ? ['--take-over'] : []),
  ];
}
