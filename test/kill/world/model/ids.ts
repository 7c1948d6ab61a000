import type { Cluster } from './cluster';

/** What every answer begins with. */
export const header = ({ wal }: Cluster): string =>
  `"cluster_id":${decimal(wal.cluster)},"member_id":${decimal(wal.member)}`;

/** JSON has ids as numbers. */
export const decimal = (hex: string): string => BigInt(`0x${hex}`).toString();
