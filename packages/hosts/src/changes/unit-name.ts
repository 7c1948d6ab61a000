import { HostError } from '../host-error';

/** `etcd` and `etcd.service` name the same unit; it becomes a directory's name, so nothing else is taken for one. */
export function unitName(unit: string): string {
  const name = /\.(service|target|socket|timer|path|mount)$/.test(unit) ? unit : `${unit}.service`;
  if (/^[A-Za-z0-9:_][A-Za-z0-9:_.@-]*$/.test(name)) return name;
  throw new HostError('E_QUOTE', `'${unit}' can't be the name of a systemd unit here`, {
    hint: 'Letters, digits and : _ . @ - are taken. Look at where the name comes from.',
  });
}
