import { inventoryError } from './inventory-error';

/** More than any cluster has, and few enough to be refused at once. */
const mostHosts = 10_000;

/**
 * Ansible's host ranges: `h[1:3]`, `h[01:20]` (padded), `h[a:c]`, with a step `h[1:9:2]`, several in one name.
 * @throws HostError `E_INVENTORY`
 */
export function expandRange(pattern: string, where: string): readonly string[] {
  const match = /^([^[]*)\[([^\]]*)\](.*)$/.exec(pattern);
  if (match === null) return [pattern];
  const [, head = '', range = '', tail = ''] = match;
  const tails = expandRange(tail, where);
  return items(range, where).flatMap((item) => tails.map((rest) => `${head}${item}${rest}`));
}

function items(range: string, where: string): readonly string[] {
  const [from = '', to = '', step = '1', ...more] = range.split(':');
  const refuse = (why: string): never => {
    throw inventoryError(
      where,
      `the host range [${range}] ${why}`,
      'Write it like [1:3], [01:20] or [a:c], with a third number for a step.',
    );
  };
  const by = Number(step);
  if (more.length > 0 || !/^[1-9]\d*$/.test(step)) return refuse('has no step that is a number above 0');
  if (/^[A-Za-z]$/.test(from) && /^[A-Za-z]$/.test(to)) {
    const [first, last] = [letters.indexOf(from), letters.indexOf(to)];
    return first <= last
      ? every(first, last, by).map((index) => letters.charAt(index))
      : refuse('runs backwards');
  }
  if (!/^\d*$/.test(from) || !/^\d+$/.test(to))
    return refuse('has no two numbers or two letters for its ends');
  const padded = /^0\d/.test(from);
  if (padded && from.length !== to.length) return refuse('has ends of different length, and a leading 0');
  const [first, last] = [Number(from), Number(to)];
  if (first > last) return refuse('runs backwards');
  if (last - first >= mostHosts) return refuse(`names more than ${mostHosts} hosts`);
  return every(first, last, by).map((number) => String(number).padStart(padded ? from.length : 1, '0'));
}

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

function every(first: number, last: number, step: number): readonly number[] {
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => first + index * step);
}
