import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Something that was done to the cluster, as the model saw it. */
export interface Effect {
  readonly host: string;
  /** `migrate /var/lib/etcd/pawl-R/copy-1`, `start etcd`, `force start …`, `stop etcd`, `member add etcd2.world`, `lease grant`, `put KEY` … */
  readonly what: string;
}

const file = (dir: string): string => path.join(dir, 'effects.jsonl');

/** In order, since the world was made; it need not be open. */
export function effectsOf(dir: string): readonly Effect[] {
  const lines = readFileSync(file(dir), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Effect);
}

export const addEffect = (dir: string, effect: Effect): void =>
  appendFileSync(file(dir), `${JSON.stringify(effect)}\n`);

export const forgetEffects = (dir: string): void => writeFileSync(file(dir), '');
