export type ForkstatEvent =
  | { readonly kind: 'parent'; readonly pid: number; readonly argv: string }
  | { readonly kind: 'child'; readonly pid: number }
  | { readonly kind: 'exec'; readonly pid: number; readonly argv: string }
  | { readonly kind: 'lost' };

/**
 * One line of `forkstat -e fork,exec`: time, event, pid, info (6 wide), duration (8 wide), command line.
 * It shows arguments separated by blanks, newlines within them as blanks too.
 */
export function parseForkstat(line: string): ForkstatEvent | undefined {
  // The kernel's queue ran over: whatever happened in between is unknown.
  if (/^[\d:-]{8} recv .*nobufs/.test(line)) return { kind: 'lost' };
  const match = /^[\d:-]{8} (fork|exec) +(\d+) (.{6}).{10}(.*)$/.exec(line);
  if (match === null) return undefined;
  const [, event, pid, info = '', argv = ''] = match;
  if (event === 'exec') return { kind: 'exec', pid: Number(pid), argv: argv.trimEnd() };
  // Of a child it shows its parent's command line, or already that of what it has become: of no use.
  return info.trim() === 'parent'
    ? { kind: 'parent', pid: Number(pid), argv: argv.trimEnd() }
    : { kind: 'child', pid: Number(pid) };
}
