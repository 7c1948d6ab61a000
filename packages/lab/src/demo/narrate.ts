import pc from 'picocolors';

/** What the demo says, apart from what Pawl prints: headings, sentences, and a frame for quoted output. */
export interface Narrator {
  act(title: string): void;
  say(text: string): void;
  /** A command as a user would type it. */
  command(args: readonly string[]): void;
  /** What it printed, with a bar at its left; long output is cut in the middle. */
  quote(text: string, most?: number): void;
  proof(text: string): void;
}

export function narrator(out: NodeJS.WritableStream): Narrator {
  const line = (text: string): void => void out.write(`${text}\n`);
  let acts = 0;
  return {
    act: (title) => {
      acts++;
      line(`\n${pc.bold(`━━ ${acts}. ${title} ${'━'.repeat(Math.max(0, 72 - title.length))}`)}`);
    },
    say: (text) => {
      line(wrapped(text));
    },
    command: (args) => {
      line(`\n${pc.cyan(`  $ pawl ${args.join(' ')}`)}`);
    },
    quote: (text, most = 30) => {
      for (const quoted of cut(text.trimEnd().split('\n'), most)) line(`${pc.dim('  │ ')}${quoted}`);
    },
    proof: (text) => {
      line(`${pc.green('  ✓ ')}${text}`);
    },
  };
}

function cut(lines: readonly string[], most: number): readonly string[] {
  if (lines.length <= most) return lines;
  const head = Math.ceil(most * 0.7);
  return [
    ...lines.slice(0, head),
    pc.dim(`… ${lines.length - most} lines more …`),
    ...lines.slice(lines.length - (most - head)),
  ];
}

function wrapped(text: string): string {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last.length + word.length > 90) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.join('\n');
}
