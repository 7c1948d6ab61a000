import type { Lab } from '@pawl/lab';

export interface TypedOn {
  readonly hosts: readonly string[];
  /** Commands, a line each. */
  readonly lines: readonly string[];
}

/** The commands of the way back by hand, part by part, read out of its text as a person reads them: host by host, line by line. */
export function byHandFrom(text: string): readonly (readonly TypedOn[])[] {
  return text
    .split(/^Part \d+ of \d+\..*$/m)
    .slice(1)
    .map((part) =>
      part
        .split(/^ {2}on (?=.*:$)/m)
        .slice(1)
        .map((block) => {
          const [hosts = '', ...lines] = block.split('\n');
          return {
            hosts: hosts.replace(/:$/, '').split(', '),
            lines: lines.filter((line) => line.startsWith('    ')).map((line) => line.trim()),
          };
        }),
    );
}

/** Types them: each part on all its hosts (or on those of them that are given) before the next one begins anywhere. */
export async function typeByHand(lab: Lab, text: string, only?: readonly string[]): Promise<void> {
  for (const blocks of byHandFrom(text))
    await Promise.all(
      blocks.flatMap(({ hosts, lines }) =>
        hosts
          .filter((host) => only === undefined || only.includes(host))
          .map(async (host) => {
            for (const line of lines) await typeOne(lab, host, line);
          }),
      ),
    );
}

/** As a person judges it: an error ends it, and what begins with `!` must print nothing. */
async function typeOne(lab: Lab, host: string, line: string): Promise<void> {
  const { exit, stdout, stderr } = await lab.exec(host, ['sh', '-c', line], { allowFailure: true });
  if (exit !== 0 || stderr !== '' || (line.startsWith('! ') && stdout !== ''))
    throw new Error(`${host}: ${line}\nended with ${exit}:\n${stdout}${stderr}`);
}
