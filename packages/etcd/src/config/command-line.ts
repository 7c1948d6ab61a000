import { words } from './unit-properties';

/**
 * The flags that etcd gets, out of its unit's command line. RHEL's unit is
 * `/bin/bash -c "GOMAXPROCS=$(nproc) /usr/bin/etcd --name=\"${ETCD_NAME}\" …"`: flags whose values the shell takes from the
 * environment. What can't be told without running a shell is left as undefined, which is not the same as absent.
 */
export function parseFlags(
  commandLine: string,
  environment: ReadonlyMap<string, string>,
): ReadonlyMap<string, string | undefined> {
  const flags = new Map<string, string | undefined>();
  const all = words(commandLine);
  for (const [index, word] of all.entries()) {
    const found = /^--?([a-z][a-z0-9-]*)(?:=(.*))?$/s.exec(word);
    if (found?.[1] === undefined || found[1] === 'c') continue;
    const next = all[index + 1];
    const value = found[2] ?? (next === undefined || next.startsWith('-') ? 'true' : next);
    flags.set(found[1], expand(value, environment));
  }
  return flags;
}

/** systemd and the shell alike put nothing where a variable is not set. */
function expand(value: string, environment: ReadonlyMap<string, string>): string | undefined {
  const expanded = value.replace(
    /\$\{([A-Za-z_][A-Za-z0-9_]*)\}|\$([A-Za-z_][A-Za-z0-9_]*)/g,
    (_, braced?: string, plain?: string) => environment.get(braced ?? plain ?? '') ?? '',
  );
  return /[`$]/.test(expanded) ? undefined : expanded;
}
