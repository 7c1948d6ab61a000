import { HostError } from '../host-error';

export type GuardVerb = 'plant' | 'close' | 'withdraw' | 'readme' | 'job' | 'wait' | 'cancel';

/** A line `name value` of a request, in order; `earlier` may come often. */
export type RequestLine = readonly [name: string, value: string];

/**
 * The bytes that `guard.sh` reads: lines, an empty line, payloads. The lines say how many bytes follow, so that the guard
 * knows a request which was cut.
 * @throws HostError `E_QUOTE` where a value holds a line break
 */
export function guardRequest(lines: readonly RequestLine[], payloads: readonly Buffer[] = []): Buffer {
  const head = lines.map(([name, value]) => `${name} ${oneLine(name, value)}\n`).join('');
  return Buffer.concat([Buffer.from(`${head}\n`), ...payloads]);
}

function oneLine(name: string, value: string): string {
  if (!/[\n\r\0]/.test(value)) return value;
  throw new HostError('E_QUOTE', `the guard can't be told a ${name} with a line break in it`, {
    hint: 'Look at where the value comes from: no path, name or claim holds one.',
  });
}
