import type { EtcdSettings } from '../config/settings';
import { EtcdError } from '../errors';

/** Where a run keeps what it makes on an etcd host. All of it lies on the file system of the data, so that renames do. */
export interface RunLayout {
  /** `<data-dir>/pawl-RUN` */
  readonly folder: string;
  /** The unit's own: `<data-dir>/member`. */
  readonly member: string;
  /** The unit's own separate WAL directory. */
  readonly wal: string | null;
  /** `…/original/member`: the member as it was, never written again. */
  readonly original: string;
  /** `<wal-parent>/pawl-RUN-original-wal` */
  readonly originalWal: string | null;
  /** `…/v3/member`: what a rollback has moved out of the way. */
  readonly v3: string;
  /** `<wal-parent>/pawl-RUN-v3-wal` */
  readonly v3Wal: string | null;
  readonly backup: string;
  readonly manifest: string;
}

/** The data directory of the n-th work copy: `migrate` is given this and nothing else. */
export interface WorkCopy {
  readonly number: number;
  /** `…/pawl-RUN/copy-N` */
  readonly folder: string;
  readonly member: string;
  /** `<wal-parent>/pawl-RUN-copy-N-wal` */
  readonly wal: string | null;
  /** `…/pawl-RUN/discarded-N` */
  readonly discarded: string;
}

export type LayoutSettings = Pick<EtcdSettings, 'dataDir' | 'walDir'>;

/** @throws EtcdError `E_ETCD_REFUSED` for a run that can't name a directory */
export function runLayout(settings: LayoutSettings, run: string): RunLayout {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(run)) {
    throw new EtcdError(
      'E_ETCD_REFUSED',
      `a run can't be named ${JSON.stringify(run)}: it names directories`,
    );
  }
  const folder = `${settings.dataDir}/pawl-${run}`;
  return {
    folder,
    member: `${settings.dataDir}/member`,
    wal: settings.walDir,
    original: `${folder}/original/member`,
    originalWal: settings.walDir === null ? null : `${parent(settings.walDir)}/pawl-${run}-original-wal`,
    v3: `${folder}/v3/member`,
    v3Wal: settings.walDir === null ? null : `${parent(settings.walDir)}/pawl-${run}-v3-wal`,
    backup: `${folder}/backup`,
    manifest: `${folder}/manifest`,
  };
}

export function workCopy(settings: LayoutSettings, run: string, number: number): WorkCopy {
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new EtcdError('E_ETCD_REFUSED', `there is no work copy number ${number}`);
  }
  const { folder } = runLayout(settings, run);
  return {
    number,
    folder: `${folder}/copy-${number}`,
    member: `${folder}/copy-${number}/member`,
    wal: settings.walDir === null ? null : `${parent(settings.walDir)}/pawl-${run}-copy-${number}-wal`,
    discarded: `${folder}/discarded-${number}`,
  };
}

function parent(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
