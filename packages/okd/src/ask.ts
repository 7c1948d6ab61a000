import type { CommandResult, ReadHost, ReadOptions } from '@pawl/hosts';
import { OkdError } from './okd-error';

/**
 * stdout of a command that only looks, as text.
 * @throws OkdError `E_OKD_COMMAND` where it failed; HostError as `read`
 */
export async function ask(host: ReadHost, argv: readonly string[], options?: ReadOptions): Promise<string> {
  const result = await host.read(argv, options);
  if (result.exit !== 0) throw commandFailed(host, argv, result);
  return decode(host, argv, result.stdout);
}

/** Bytes that are not UTF-8 would come back changed when a file is written again. */
function decode(host: ReadHost, argv: readonly string[], bytes: Buffer): string {
  const text = bytes.toString('utf8');
  if (Buffer.from(text, 'utf8').equals(bytes)) return text;
  throw new OkdError('E_OKD_COMMAND', `${argv.join(' ')}: the output is not UTF-8`, {
    where: host.name,
    hint: 'Find the bytes (`iconv -f utf-8 FILE >/dev/null` names the place) and mend them.',
  });
}

/** The error for a command that failed: names it and its first words of complaint. */
function commandFailed(host: ReadHost, argv: readonly string[], result: CommandResult): OkdError {
  const how = result.exit === null ? `signal ${result.signal ?? 'unknown'}` : `exit status ${result.exit}`;
  const said = firstLine(result.stderr) ?? firstLine(result.stdout) ?? 'nothing said';
  return new OkdError('E_OKD_COMMAND', `${argv.join(' ')}: ${how} (${said})`, {
    where: host.name,
    hint: `Run it by hand on ${host.name} as root and mend what it complains about.`,
  });
}

function firstLine(output: Buffer): string | undefined {
  const line = output.toString('utf8').trim().split('\n')[0]?.slice(0, 200);
  return line === '' ? undefined : line;
}
