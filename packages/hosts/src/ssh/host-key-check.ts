import type { HostError } from '../host-error';
import type { HostEntry } from '../hosts-api';
import { judgeHostKey } from './host-key';
import { hostKeyError } from './host-key-error';
import { keyTypeOf } from './known-hosts';
import type { KnownHostKey } from './known-hosts';

/** ssh2's question about a host's key, and the refusal for whoever asks afterwards why there is no connection. */
export function hostKeyCheck(
  entry: HostEntry,
  known: readonly KnownHostKey[],
  files: readonly string[],
): { verify: (key: Buffer) => boolean; refusal(): HostError | undefined } {
  let refused: HostError | undefined;
  return {
    verify(key) {
      const shown = { key, keyType: keyTypeOf(key) ?? 'unknown' };
      refused = hostKeyError(entry, shown, judgeHostKey(known, entry.address, entry.port, shown), files);
      return refused === undefined;
    },
    refusal: () => refused,
  };
}
