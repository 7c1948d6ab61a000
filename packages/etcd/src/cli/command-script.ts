import { sh, type Sh } from '@pawl/hosts';
import type { Command } from './etcdctl';

/** A command as one line of a script. */
export function commandScript(command: Command): Sh {
  const environment = Object.entries(command.env).map(([name, value]) => `${name}=${value}`);
  return environment.length === 0 ? sh`${command.argv}` : sh`env ${environment} ${command.argv}`;
}
