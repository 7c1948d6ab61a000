import { Parser, type CST } from 'yaml';

export interface Comment {
  readonly offset: number;
  readonly text: string;
}

/** Every comment of a YAML text, in order; a `#` inside a value is none. */
export function comments(text: string): readonly Comment[] {
  const found: Comment[] = [];
  for (const token of new Parser().parse(text)) collect(token, found);
  return found.toSorted((a, b) => a.offset - b.offset);
}

/** Tokens hold others under names that differ from kind to kind; `source` says that a thing is a leaf. */
function collect(node: unknown, found: Comment[]): void {
  if (Array.isArray(node)) {
    for (const item of node) collect(item, found);
  } else if (typeof node === 'object' && node !== null) {
    if (isComment(node)) found.push({ offset: node.offset, text: node.source });
    else for (const value of Object.values(node)) collect(value, found);
  }
}

function isComment(node: object): node is CST.SourceToken {
  return 'type' in node && node.type === 'comment' && 'source' in node && 'offset' in node;
}
