import { canonicalJson, sha256 } from '../canonical';
import { verifyChain, type ChainVerdict } from '../chain';
import { PawlError } from '../errors';
import type { JsonObject } from '../json';
import type { JournalRow } from '../records';
import { BUNDLE_SCHEMA, type Bundle, type BundleEnd, type BundleHeader } from './bundle';

/**
 * Reads what `writeBundle` wrote, and follows its chain. Pure; needs no database. A row that was changed, is missing or is no
 * row at all is in the verdict, by number; the rows before it are returned.
 * @throws PawlError `E_BUNDLE` where the text is no bundle, is one of a later format, or its header is of another run than its rows
 */
export function readBundle(text: string): Bundle {
  const [first = '', ...rest] = text.split('\n');
  const header = headerOf(first);
  const lines = rest.at(-1) === '' ? rest.slice(0, -1) : rest;
  const end = endOf(lines.at(-1));
  const written = end === undefined ? lines : lines.slice(0, -1);
  const rows = written.map(rowOf);
  const bad = rows.indexOf(undefined);
  const whole = (bad === -1 ? rows : rows.slice(0, bad)) as readonly JournalRow[];
  const cleaned = end?.cleaned ?? [];
  const damaged = end !== undefined && end.header !== sha256(first);
  if (damaged) throw changedHeader('it is not the one that was written', header);
  refuseStrangers(header, whole, cleaned);
  return { ...header, rows: whole, cleaned, verdict: verdictOf(whole, bad, end) };
}

function verdictOf(rows: readonly JournalRow[], bad: number, end: BundleEnd | undefined): ChainVerdict {
  const head = end === undefined || bad !== -1 ? undefined : { seq: end.rows, hash: end.head };
  const verdict = verifyChain(rows, head, end?.cleaned);
  if (!verdict.ok) return verdict;
  if (bad !== -1) return { ok: false, seq: bad + 1, why: 'it is no row as a store writes one' };
  if (end === undefined) return { ok: false, seq: rows.length + 1, why: 'the bundle is cut off before it' };
  return verdict;
}

function headerOf(line: string): BundleHeader {
  const found = parsed(line);
  const schema = found?.['schema'];
  if (typeof schema === 'string' && schema.startsWith('pawl/bundle/') && schema !== BUNDLE_SCHEMA) {
    throw new PawlError('E_BUNDLE', `this is a bundle of a later format: ${schema}`, {
      hint: 'Read it with the release that made it, or a later one: the first line says which.',
    });
  }
  const { record, definition, madeBy, madeAt } = found ?? {};
  if (schema === BUNDLE_SCHEMA && isRecord(record) && [definition, madeBy, madeAt].every(isText)) {
    return found as unknown as BundleHeader;
  }
  throw new PawlError('E_BUNDLE', 'this is no bundle: its first line is not the header of one', {
    hint: 'A bundle is what `pawl journal RUN --export FILE` writes. If it was one, it was changed on its way.',
  });
}

/** The rows say themselves which run they are of, and which definition it was made from. */
function refuseStrangers(
  header: BundleHeader,
  [created]: readonly JournalRow[],
  cleaned: readonly number[],
): void {
  const { record, definition } = header;
  const problem = [
    [sha256(definition) === record.definitionHash, 'its definition is not the one that it names'],
    [created === undefined || created.run === record.run, `its rows are of run ${String(created?.run)}`],
    [
      created === undefined ||
        cleaned.includes(1) ||
        created.data['definitionHash'] === record.definitionHash,
      'its run was made from another definition',
    ],
  ].find(([holds]) => holds === false)?.[1];
  if (problem !== undefined) throw changedHeader(String(problem), header);
}

function changedHeader(problem: string, { record }: BundleHeader): PawlError {
  return new PawlError('E_BUNDLE', `the header of this bundle was changed: ${problem}`, {
    hint: 'Ask for the bundle again, by another way.',
    facts: { run: record.run },
  });
}

/** Undefined where it is anything but a row in canonical JSON, to the letter. */
function rowOf(line: string): JournalRow | undefined {
  const found = parsed(line);
  if (found === undefined || canonicalJson(found) !== line) return undefined;
  const { run, seq, at, kind, data, prev, hash } = found;
  const whole = [run, at, kind, prev, hash].every(isText) && typeof seq === 'number' && isObject(data);
  return whole && Object.keys(found).length === 7 ? (found as unknown as JournalRow) : undefined;
}

function endOf(line: string | undefined): BundleEnd | undefined {
  const { rows, head, cleaned, header } = parsed(line ?? '') ?? {};
  if (typeof rows !== 'number' || !isText(head) || !isText(header) || !Array.isArray(cleaned))
    return undefined;
  const numbers = cleaned.filter((each): each is number => typeof each === 'number');
  return { rows, head, header, cleaned: numbers };
}

/** Numbers that no JSON holds are no JSON here: `canonicalJson` would refuse them. */
function parsed(line: string): JsonObject | undefined {
  try {
    const found: unknown = JSON.parse(line);
    canonicalJson(found);
    return isObject(found) ? found : undefined;
  } catch {
    // Whoever asked says what is wrong with the line.
    return undefined;
  }
}

function isRecord(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { run, machineId, machineVersion, definitionHash, state, checkpoint, claim } = value;
  return (
    [run, machineId, machineVersion, definitionHash, state].every(isText) &&
    isObject(checkpoint) &&
    isObject(checkpoint['snapshot']) &&
    isObject(claim) &&
    isObject(claim['owner'])
  );
}

const isText = (value: unknown): value is string => typeof value === 'string';

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
