import { readFileSync } from 'node:fs';

/** How to reach a cluster: its client URLs and the certificate to show. */
export interface EtcdAccess {
  readonly urls: readonly string[];
  readonly ca: Buffer;
  readonly cert: Buffer;
  readonly key: Buffer;
  /** For one try at one endpoint; the next endpoint is asked after it. */
  readonly timeoutMs: number;
  /** Connections per endpoint (v2 only). */
  readonly sockets: number;
}

export interface AccessFiles {
  readonly urls: readonly string[];
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly timeoutMs?: number;
  readonly sockets?: number;
}

export function readAccess({ urls, ca, cert, key, timeoutMs = 3000, sockets = 16 }: AccessFiles): EtcdAccess {
  return { urls, ca: readFileSync(ca), cert: readFileSync(cert), key: readFileSync(key), timeoutMs, sockets };
}

/** Asks one endpoint after the other, beginning with the one that answered last. */
export class Endpoints {
  private current = 0;

  constructor(private readonly urls: readonly string[]) {}

  async ask<T>(tryOne: (url: string) => Promise<T>): Promise<T> {
    let last: unknown = new Error('no endpoint is configured');
    for (let left = this.urls.length; left > 0; left -= 1) {
      const at = this.current;
      try {
        return await tryOne(this.urls[at] ?? '');
      } catch (error) {
        last = error;
        if (error instanceof Refusal) throw error;
        // Whoever fails first moves on; parallel requests that failed at the same endpoint follow.
        if (this.current === at) this.current = (at + 1) % this.urls.length;
      }
    }
    throw last;
  }
}

/** An answer, though not the one that was hoped for: another endpoint would say the same. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}
