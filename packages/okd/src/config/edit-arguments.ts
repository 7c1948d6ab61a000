import { isScalar, isSeq } from 'yaml';
import { comments } from './comments';
import { findSite, type Argument, type Site } from './find-site';
import { parseConfig } from './parse-config';
import { cannot } from './place';

/** What each argument shall be: its one value, or null for absent. */
export type Wanted = ReadonlyMap<string, string | null>;

/**
 * Changes `kubernetesMasterConfig.apiServerArguments` in the text itself, line by line, so that everything else, comments,
 * order and quotes included, stays as it is. Values are plain YAML words. Not proven here: see `provenEdit`.
 * @throws OkdError `E_MASTER_CONFIG` where the file is written in a way that can't be edited without touching more
 */
export function editArguments(text: string, wanted: Wanted, path: string): string {
  const config = parseConfig(text, path);
  refuseCarriageReturn(text, path);
  const site = findSite(config, path);
  const lines = text.split('\n');
  const present = site.pairs.filter((argument) => !isAsWanted(argument, wanted, lines));
  for (const argument of present) refuseCommentIn(text, argument, path);
  const missing = [...wanted].flatMap(([name, value]) =>
    value === null || site.pairs.some((argument) => argument.name === name) ? [] : block(site, name, value),
  );
  const kept = site.flow.filter((argument) => !wanted.has(argument.name)).map((argument) => argument.line);
  if (missing.length === 0 && present.length === 0 && kept.length === site.flow.length) return text;
  return lines
    .flatMap((line, index) => {
      if (index === site.headLine) {
        const added = missing.length === 0 ? kept : [...site.missing, ...missing, ...kept];
        return [site.headline, ...added];
      }
      const argument = present.find((one) => one.firstLine <= index && index <= one.lastLine);
      if (argument === undefined) return [line];
      const value = wanted.get(argument.name) ?? null;
      return index > argument.firstLine || value === null ? [] : block(site, argument.name, value);
    })
    .join('\n');
}

/** Block style: the 3.7 installer looks for `storage-backend:` alone on its line, and `etcd3` in the next. */
function block(site: Site, name: string, value: string): readonly string[] {
  return [`${site.indent}${name}:`, `${site.indent}- ${value}`];
}

function isAsWanted(argument: Argument, wanted: Wanted, lines: readonly string[]): boolean {
  const value = wanted.get(argument.name);
  if (value === undefined) return true;
  const list = argument.value;
  if (value === null || !isSeq(list) || list.flow === true || list.items.length !== 1) return false;
  const [item] = list.items;
  return (
    isScalar(item) && item.value === value && lines[argument.firstLine]?.trimStart() === `${argument.name}:`
  );
}

function refuseCommentIn(text: string, argument: Argument, path: string): void {
  const before = text.split('\n').slice(0, argument.firstLine).join('\n').length;
  const until = text
    .split('\n')
    .slice(0, argument.lastLine + 1)
    .join('\n').length;
  if (comments(text).some(({ offset }) => offset > before && offset < until))
    throw cannot(
      `a comment stands inside ${argument.name}; move it to a line of its own above`,
      path,
      argument.firstLine + 1,
    );
}

/** The later installer's search for `storage-backend:\n` never matches a file with DOS line ends. */
function refuseCarriageReturn(text: string, path: string): void {
  const at = text.indexOf('\r');
  if (at >= 0) throw cannot('it has DOS line ends (CR)', path, text.slice(0, at).split('\n').length);
}
