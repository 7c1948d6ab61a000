/** Stands in the holds, for whoever finds one. */
export const WHY = { etcd: 'its data is being migrated to v3', masters: 'etcd is being migrated to v3' };
