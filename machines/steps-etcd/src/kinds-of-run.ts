/**
 * What the machines call their runs, before the date. A fence and a record say the name of a run and not its machine, so what kind
 * it is can be read from that alone; a migration may be called anything else by whoever embeds it.
 */
export const RUN_PREFIX = { migration: 'okd', restore: 'restore', proof: 'backup-check' } as const;

export const isRestore = (run: string): boolean => run.startsWith(`${RUN_PREFIX.restore}-`);
/** A migration or a restore: a check of backups changes nothing that they do. */
export const changesData = (run: string): boolean => !run.startsWith(`${RUN_PREFIX.proof}-`);
