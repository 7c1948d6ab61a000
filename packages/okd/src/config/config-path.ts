import type { ReadHost } from '@pawl/hosts';
import { ask } from '../ask';
import { OkdError } from '../okd-error';
import { expandWords, parseEnvironment, parseEnvironmentFile } from '../units/environment-file';
import type { ShownUnit } from '../units/show-units';

/**
 * The file that a unit's `--config=` names, with its variables taken from `Environment=` and the unit's environment files,
 * as systemd does it: files after `Environment=`, later files over earlier ones.
 * @throws OkdError `E_MASTER_CONFIG` where the unit names none, or no absolute path
 */
export async function configPath(host: ReadHost, unit: ShownUnit): Promise<string> {
  const environment = new Map(parseEnvironment(unit.environment));
  for (const file of unit.environmentFiles) {
    for (const [name, value] of parseEnvironmentFile(await readFile(host, file)))
      environment.set(name, value);
  }
  const path = configOption(expandWords(unit.command, environment));
  if (path?.startsWith('/') === true) return path;
  throw new OkdError(
    'E_MASTER_CONFIG',
    path === undefined || path === ''
      ? `${unit.id} names no configuration file: its command line has no --config`
      : `${unit.id} names its configuration file by a relative path: ${path}`,
    {
      where: host.name,
      hint: 'A master of OKD 3.6 is started with --config=/etc/origin/master/master-config.yaml; see `systemctl cat`.',
    },
  );
}

async function readFile(host: ReadHost, file: ShownUnit['environmentFiles'][number]): Promise<string> {
  if (file.optional && (await host.read(['test', '-r', file.path])).exit !== 0) return '';
  return ask(host, ['cat', '--', file.path]);
}

/** The last one wins, as with every Go flag. */
function configOption(words: readonly string[]): string | undefined {
  return words.reduce<string | undefined>((found, word, index) => {
    if (word === '--config') return words[index + 1];
    return /^--config=(.*)$/.exec(word)?.[1] ?? found;
  }, undefined);
}
