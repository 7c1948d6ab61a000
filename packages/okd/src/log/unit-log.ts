import type { ReadHost } from '@pawl/hosts';
import { redactLine } from '../secrets/redact-line';

const LINE = 300;

/**
 * The last lines that a unit left in its host's journal, oldest first, without secrets. Never throws: where the journal can't be
 * read, the one line says so.
 */
export async function unitLog(host: ReadHost, unit: string, lines = 15): Promise<readonly string[]> {
  try {
    const { exit, stdout, stderr } = await host.read(unitLogCommand(unit, lines), { timeoutMs: 20_000 });
    const text = stdout.toString('utf8').trim();
    if (exit !== 0 || text === '')
      return [
        `the journal of ${unit} has nothing to say: exit ${exit ?? 'none'} ${shown(stderr.toString())}`,
      ];
    return text.split('\n').map(shown);
  } catch (error) {
    return [
      `the journal of ${unit} can't be read: ${error instanceof Error ? error.message : String(error)}`,
    ];
  }
}

function unitLogCommand(unit: string, lines: number): readonly string[] {
  return ['journalctl', '-q', '-n', String(lines), '--no-pager', '-o', 'cat', '-u', unit];
}

const shown = (line: string): string => redactLine(line).slice(0, LINE).trimEnd();
