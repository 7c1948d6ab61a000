import { isIP } from 'node:net';
import { inventoryError } from './inventory-error';

/** One name a host: no blanks, no option of any command. @throws HostError `E_INVENTORY` */
export function checkName(name: string, where: string): void {
  if (/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(name) || isIP(name) !== 0) return;
  throw inventoryError(
    where,
    `'${name}' can't be the name of a host`,
    'A name has letters, digits, dots, hyphens and underscores; what belongs to a host follows it as name=value.',
  );
}
