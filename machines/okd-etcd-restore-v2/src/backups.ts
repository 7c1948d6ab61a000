import type { Backups } from '@pawl/steps-etcd';
import type { RestoreChoices } from './choices';

export const backups: Backups<RestoreChoices> = {
  of: ({ from }) => [from],
  dbFrom: ({ dbFrom }) => dbFrom,
};
