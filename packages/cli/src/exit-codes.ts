import type { RunResult } from '@pawl/engine';

/** Fixed from the first release: other automation branches on them. */
export const EXIT = {
  /** Done, also already done. */
  done: 0,
  internal: 1,
  /** Usage, inventory or configuration. */
  usage: 2,
  /** Refused; nothing was changed. */
  refused: 3,
  /** Paused, resumable. */
  paused: 4,
  /** A person decides. */
  inDoubt: 5,
  rolledBack: 6,
  /** Fenced or owned by another. */
  owned: 7,
  /** Definition or inventory changed since the run was made. */
  changed: 8,
  /** The store can't be used. */
  store: 9,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/**
 * The exit code of an error that a command ended with. A code that is not listed is an internal error; a test reads the
 * sources and fails on one that is missing here.
 */
export function exitOfError(code: string): ExitCode {
  return mapped(code) ?? EXIT.internal;
}

/** Whether somebody thought of it. */
export function isMapped(code: string): boolean {
  return mapped(code) !== undefined;
}

/**
 * The exit code of a run that came to rest: by its outcome, except where another owner is the reason.
 * @param asked a person asked for the way back: then its end is what was wanted
 */
export function exitOfResult(result: Pick<RunResult, 'outcome' | 'reason'>, asked = false): ExitCode {
  if (result.reason !== undefined && exitOfError(result.reason.code) === EXIT.owned) return EXIT.owned;
  switch (result.outcome) {
    case 'completed':
    case 'closed':
      return EXIT.done;
    case 'rolled-back':
      return asked ? EXIT.done : EXIT.rolledBack;
    case 'paused':
      return EXIT.paused;
    case 'in-doubt':
      return EXIT.inDoubt;
    case 'refused':
      return EXIT.refused;
  }
}

/**
 * By what an error means when a command ends with it. Most codes of hosts and machines come as the reason of a run that
 * rests, and then its outcome decides; as an error they come from a look at the world: refused, nothing was changed.
 */
const CODES: Readonly<Record<keyof typeof EXIT, readonly string[]>> = {
  done: [],
  internal:
    words(`E_INTERNAL E_MACHINE E_MACHINE_STATE E_EVENT E_ANSWER E_INTENT E_TARGETS E_NO_TARGET E_NO_HOST
    E_FACT_NAME E_FACT_MISSING E_STEP E_REASON E_QUOTE E_NOT_JSON E_OUTPUT_TOO_LARGE`),
  usage:
    words(`E_USAGE E_WHICH_RUN E_NO_RUN E_NO_SUCH_PHASE E_NO_INVENTORY E_INVENTORY E_INVENTORY_UNSUPPORTED
    E_CHOICES E_KEY_FILE E_NO_SUCH_CHOICE`),
  refused: words(`E_NOT_CONSENTED E_WRONG_NAME E_CONSENT E_CHECK_REFUSED E_RUN_UNFINISHED E_RUN_EXISTS E_ENDED
    E_NOT_IN_DOUBT E_NO_WAY_BACK E_DATA_LOSS E_NO_QUORUM E_NOT_ENDED E_NO_CLEANUP E_NO_BACKUP E_NO_MANIFEST E_NOT_REHEARSED E_ORIGINALS_GONE E_ONLY_COPY E_ONE_SHOT_AGAIN E_ABORTED
    E_UNREACHABLE E_HOST_KEY E_AUTH E_SUDO E_REQUIRETTY E_TIMEOUT E_COMMAND E_GUARD E_UNIT E_HOST_TIME E_ROOM_UNKNOWN E_MACHINE_ID
    E_FENCE_UNREADABLE E_JOBS_UNREADABLE E_JOBS_RUNNING E_NO_FENCE E_HOSTS_DISAGREE E_HELD E_EVIDENCE E_NO_JOB E_UPGRADE_GATE
    E_ALARM E_DISK E_DISK_FULL E_DISK_READ_ONLY E_NO_PROGRAM E_MEMORY E_QUOTA E_NO_TMPFS E_NO_V2_DATA E_NO_V2_KEYS E_V3_IN_USE E_VALUE_TOO_LARGE E_LOOPBACK
    E_PEER_URL E_VERSION_MISMATCH E_PACEMAKER E_EMBEDDED_ETCD E_FORCE_LEFT E_SHAPE E_MOUNT_POINT E_DATA_DIR_NOT_EMPTY E_LINK E_WAL_PARENT
    E_SEVERAL_LOCAL E_SAME_MACHINE E_LOCAL_ELSEWHERE E_MEMBERS_DIFFER E_MEMBER_COUNT E_MEMBER_UNHEALTHY E_OKD_COMMAND E_OKD_VERSION`),
  paused:
    words(`E_PAUSED E_MAX_OUTAGE E_HOST_DEAD E_ABANDONED E_DEADLINE E_INTERRUPTED E_SPENT E_STARTED_OVER E_ROLLED_BACK E_NOT_BEGUN E_JOB_FAILED
    E_JOB_REFUSED E_JOB_RUNNING E_NOT_STOPPED E_NOT_HELD E_NOT_CONVERGED E_NOT_FORMED E_NOT_CAUGHT_UP E_WRITER E_V2_CHANGED E_V2_DIFFERS E_ORIGINAL_CHANGED E_PRISTINE_GONE E_RECORD_UNREADABLE E_RECORD_GONE
    E_PREFLIGHT_OLD E_V3_DIFFERS E_MANIFEST_DIFFERS E_CANARY E_MIGRATE E_LEASES E_JOIN E_MEMBER_ADD E_DB_IN_USE`),
  inDoubt: words(
    'E_REBUILT E_IN_DOUBT E_JOBS_UNKNOWN E_JOB_LOST E_MARKS_GONE E_COPY_IN_USE E_FENCE_MISSING E_JOBS_GONE E_ONE_SHOT_STARTED',
  ),
  rolledBack: [],
  owned: words('E_FENCED E_FENCE_USED E_OWNED E_CLAIM_LOST'),
  changed: words('E_DEFINITION_CHANGED E_PLAN_CHANGED E_INVENTORY_CHANGED E_NO_MACHINE'),
  store: words('E_CHECKPOINT E_STATE_DIR E_BUNDLE'),
};

/** Whole families: every `E_STORE_…` is about the store, every other one here about the world as a check sees it. */
const FAMILIES: readonly (readonly [prefix: string, exit: ExitCode])[] = [
  ['E_STORE', EXIT.store],
  ['E_ETCD_', EXIT.refused],
  ['E_BACKUP_', EXIT.refused],
  ['E_MASTER_', EXIT.refused],
];

const EXIT_OF_CODE: ReadonlyMap<string, ExitCode> = new Map(
  (Object.keys(CODES) as (keyof typeof EXIT)[]).flatMap((kind) =>
    CODES[kind].map((code): [string, ExitCode] => [code, EXIT[kind]]),
  ),
);

function mapped(code: string): ExitCode | undefined {
  return EXIT_OF_CODE.get(code) ?? FAMILIES.find(([prefix]) => code.startsWith(prefix))?.[1];
}

function words(text: string): readonly string[] {
  return text.split(/\s+/);
}
