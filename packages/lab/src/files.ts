import { readFileSync } from 'node:fs';
import { LabError } from './lab-error';

/** The text of a file; '' where it is gone (processes and cgroups vanish while one looks at them). */
export function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (isGone(error)) return '';
    throw new LabError(`${file} can't be read`, { cause: error });
  }
}

export function isGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENODEV' || code === 'ESRCH';
}
