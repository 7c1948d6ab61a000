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
