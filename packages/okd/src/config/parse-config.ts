import { LineCounter, parseDocument, type Document } from 'yaml';
import { OkdError } from '../okd-error';

export interface ParsedConfig {
  readonly text: string;
  readonly document: Document;
  readonly value: Readonly<Record<string, unknown>>;
  /** 1-based line of an offset. */
  lineOf(offset: number): number;
}

/**
 * master-config.yaml, parsed strictly: a key that stands twice is an error here, though OpenShift takes the last one.
 * @throws OkdError `E_MASTER_CONFIG` with the line; never with the line's text, which may hold a password
 */
export function parseConfig(text: string, path: string): ParsedConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, keepSourceTokens: true });
  const lineOf = (offset: number): number => lines.linePos(offset).line;
  const error = document.errors[0];
  if (error !== undefined) throw notYaml(error.code, path, lineOf(nextWord(text, error.pos[0])));
  const value = resolved(document, path);
  if (!isObject(value)) throw notYaml('it is not a mapping', path, 1);
  return { text, document, value, lineOf };
}

/** An error's place may be the end of what stands before it. */
function nextWord(text: string, offset: number): number {
  const blanks = /^\s*/.exec(text.slice(offset))?.[0].length ?? 0;
  return offset + blanks < text.length ? offset + blanks : offset;
}

/** Aliases are resolved only here: one that names no anchor, or too many, is found now. */
function resolved(document: Document, path: string): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    throw notYaml('an alias (*name) leads nowhere', path, 1, cause);
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function notYaml(why: string, path: string, line: number, cause?: unknown): OkdError {
  const reason = why === 'DUPLICATE_KEY' ? 'a key stands twice' : why.toLowerCase().replaceAll('_', ' ');
  return new OkdError('E_MASTER_CONFIG', `master-config.yaml can't be read: ${reason}`, {
    where: `${path}:${line}`,
    hint: 'Mend the file first; OpenShift itself may read it differently from what you expect.',
    cause,
  });
}
