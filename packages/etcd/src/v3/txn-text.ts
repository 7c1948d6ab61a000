/**
 * The text that `etcdctl txn` reads: compares, an empty line, success requests, an empty line, failure requests, an empty
 * line. An empty block is just its empty line. Requests are read as command lines: put `--` before keys and values, or one that
 * begins with `-` is taken for a flag.
 */
export function txnText(
  compares: readonly string[],
  success: readonly string[],
  failure: readonly string[] = [],
): string {
  return [compares, success, failure]
    .map((block) => `${block.map((line) => `${line}\n`).join('')}\n`)
    .join('');
}
