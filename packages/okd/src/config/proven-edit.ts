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
 * An edit of the API server's arguments, proven on the texts alone: parsed again, both say the same but for the wanted
 * arguments; every comment is there, in order; every changed line lies in kubernetesMasterConfig; a second edit changes nothing.
 * @throws OkdError `E_MASTER_CONFIG` with the line
 */
export function provenEdit(text: string, wanted: Wanted, path: string): ConfigEdit {
  const after = editArguments(text, wanted, path);
  const difference = lineDifference(text, after);
  const fail = (what: string): never => {
    throw new OkdError('E_MASTER_CONFIG', `the edit of master-config.yaml was given up: ${what}`, {
      where: `${path}:${difference[0]?.line ?? 1}`,
      hint: 'Write kubernetesMasterConfig.apiServerArguments in plain block style, as the installer does, and check again.',
    });
  };
  const [old, now] = [parseConfig(text, path), parseConfig(after, path)];
  if (!isDeepStrictEqual(without(old.value, wanted), without(now.value, wanted)))
    fail('something else in it would have changed its meaning');
  for (const [name, value] of wanted)
    if (!isDeepStrictEqual(argumentsOf(now.value)[name], value === null ? undefined : [value]))
      fail(`${name} would not be ${value ?? 'absent'}`);
  if (
    !isDeepStrictEqual(
      comments(text).map((one) => one.text),
      comments(after).map((one) => one.text),
    )
  )
    fail('a comment would be lost');
  if (difference.some((change) => !inSection(change.sign === '-' ? text : after, change.line)))
    fail('a line outside kubernetesMasterConfig would have changed');
  if (editArguments(after, wanted, path) !== after) fail('a second edit would change it again');
  return {
    text: after,
    sha256Before: sha256(text),
    sha256After: sha256(after),
    changed: after !== text,
    difference,
  };
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
