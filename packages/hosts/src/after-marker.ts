/** What a login shell says before the command begins is dropped; this much of it is kept for a diagnosis. */
const noiseKept = 4096;

export interface AfterMarker {
  /** The part of the chunk that lies after the marker's line. */
  take(chunk: Buffer): Buffer;
  /** Whether the marker has been seen. */
  begun(): boolean;
  /** The end of what came before it. */
  noise(): Buffer;
}

/** Lets through what follows the first line that ends in `marker`, however the stream is cut into chunks. */
export function afterMarker(marker: string): AfterMarker {
  const needle = Buffer.from(`${marker}\n`);
  let held = Buffer.alloc(0);
  let begun = false;
  return {
    take(chunk) {
      if (begun) return chunk;
      held = Buffer.concat([held, chunk]);
      const at = held.indexOf(needle);
      begun = at >= 0;
      const rest = begun ? held.subarray(at + needle.length) : Buffer.alloc(0);
      held = begun ? held.subarray(0, at) : held.subarray(-(noiseKept + needle.length));
      return rest;
    },
    begun: () => begun,
    noise: () => held.subarray(-noiseKept),
  };
}
