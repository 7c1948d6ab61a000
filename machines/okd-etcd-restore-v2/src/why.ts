/** Stands in the holds, for whoever finds one. */
export const WHY = {
  etcd: 'its v2 data is being restored from a backup',
  masters: 'etcd is being restored to v2 from a backup',
};
