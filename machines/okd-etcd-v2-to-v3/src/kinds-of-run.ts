/** What the other machines call their runs; a migration may be called anything by whoever embeds it. */
export const isRestore = (run: string): boolean => run.startsWith('restore-');
/** A migration or a restore: a check of backups changes nothing that they do. */
export const changesData = (run: string): boolean => !run.startsWith('backup-check-');
