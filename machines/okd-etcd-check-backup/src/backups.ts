import type { Backups } from '@pawl/steps-etcd';
import type { CheckBackupChoices } from './choices';

export const backups: Backups<CheckBackupChoices> = { of: ({ backups: all }) => all };
