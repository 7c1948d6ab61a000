const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** 0 ≤ n < below. */
export type Random = (below: number) => number;

export interface Pool {
  readonly random: Random;
  readonly text: (bytes: number) => string;
}

/** Random numbers and text from a seed. Text is cut from one prepared piece: 600 MiB of it must not take a minute. */
export function pool(seed: number): Pool {
  const random = mulberry32(seed);
  const size = 256 * 1024;
  let piece = '';
  for (let at = 0; at < size; at += 1) piece += alphabet.charAt(random(alphabet.length));
  return {
    random,
    text(bytes) {
      let result = '';
      while (result.length < bytes) {
        const from = random(size - 1);
        result += piece.slice(from, from + bytes - result.length);
      }
      return result;
    },
  };
}

function mulberry32(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * below);
  };
}
