import { posixCommand } from '@pawl/hosts';
import type { Place } from './state-dir';

/** A command that can be pasted as it stands: with `--db` where it was given, values quoted for a shell. */
export function commandLine(place: Place, ...words: readonly string[]): string {
  return posixCommand(['pawl', ...words, ...(place.given ? ['--db', place.database] : [])]);
}
