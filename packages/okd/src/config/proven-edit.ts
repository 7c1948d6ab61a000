import { isDeepStrictEqual } from 'node:util';
import { OkdError } from '../okd-error';
import { comments } from './comments';
import { editArguments, type Wanted } from './edit-arguments';
import { lineDifference, type ChangedLine } from './line-difference';
import { isObject, parseConfig } from './parse-config';
import { sha256 } from './read-master-config';

export interface ConfigEdit {
  readonly text: string;
  readonly sha256Before: string;
  readonly sha256After: string;
  /** false: the file already says so, in block style; `text` is what was given. */
  readonly changed: boolean;
  /** For the plan. Lines of apiServerArguments alone. */
  readonly difference: readonly ChangedLine[];
}

/**
 * An edit of the API server's arguments, proven on the two texts before it is handed out.
 * @throws OkdError `E_MASTER_CONFIG` with the line
 */
export function provenEdit(text: string, wanted: Wanted, path: string): ConfigEdit {
  const after = editArguments(text, wanted, path);
  const again = editArguments(after, wanted, path);
  const difference = proveEdit(text, after, wanted, path);
  if (again !== after)
    throw givenUp('a second edit would change it again', path, lineDifference(after, again));
  return {
    text: after,
    sha256Before: sha256(text),
    sha256After: sha256(after),
    changed: after !== text,
    difference,
  };
}

/**
 * That two texts say the same but for the wanted arguments; that every comment is still there, in order; that every changed
 * line lies in kubernetesMasterConfig. Knows nothing of how the edit was made.
 * @returns the changed lines. @throws OkdError `E_MASTER_CONFIG`
 */
export function proveEdit(
  before: string,
  after: string,
  wanted: Wanted,
  path: string,
): readonly ChangedLine[] {
  const difference = lineDifference(before, after);
  const [old, now] = [parseConfig(before, path), parseConfig(after, path)];
  const fail = (what: string): never => {
    throw givenUp(what, path, difference);
  };
  if (!isDeepStrictEqual(without(old.value, wanted), without(now.value, wanted)))
    fail('something else in it would have changed its meaning');
  for (const [name, value] of wanted)
    if (!isDeepStrictEqual(argumentsOf(now.value)[name], value === null ? undefined : [value]))
      fail(`${name} would not be ${value ?? 'absent'}`);
  if (!isDeepStrictEqual(commentTexts(before), commentTexts(after))) fail('a comment would be lost');
  if (difference.some((change) => !inSection(change.sign === '-' ? before : after, change.line)))
    fail('a line outside kubernetesMasterConfig would have changed');
  return difference;
}

function givenUp(what: string, path: string, difference: readonly ChangedLine[]): OkdError {
  return new OkdError('E_MASTER_CONFIG', `the edit of master-config.yaml was given up: ${what}`, {
    where: `${path}:${difference[0]?.line ?? 1}`,
    hint: 'Write kubernetesMasterConfig.apiServerArguments in plain block style, as the installer does, and check again.',
  });
}

function commentTexts(text: string): readonly string[] {
  return comments(text).map((comment) => comment.text);
}

/** Absent, null and empty arguments mean the same to OpenShift. */
function without(config: Readonly<Record<string, unknown>>, wanted: Wanted): unknown {
  const section = config['kubernetesMasterConfig'];
  if (!isObject(section)) return config;
  const { apiServerArguments: _, ...rest } = section;
  const others = Object.entries(argumentsOf(config)).filter(([name]) => !wanted.has(name));
  return { ...config, kubernetesMasterConfig: { ...rest, apiServerArguments: others } };
}

function argumentsOf(config: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const section = config['kubernetesMasterConfig'];
  const found = isObject(section) ? section['apiServerArguments'] : undefined;
  return isObject(found) ? found : {};
}

/** From the section's key to the next one that stands no deeper: by indentation, independent of how the edit finds its place. */
function inSection(text: string, line: number): boolean {
  const lines = text.split('\n');
  const head = lines.findIndex((one) => /^ *["']?kubernetesMasterConfig["']?\s*:/.test(one));
  const depth = lines[head]?.search(/\S/) ?? 0;
  const ends = lines.findIndex((one, at) => at > head && /^ *[^\s#-]/.test(one) && one.search(/\S/) <= depth);
  return head >= 0 && line > head && (ends < 0 || line <= ends);
}
