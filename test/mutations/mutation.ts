/** One promise broken in one place, and the test that must say so. */
export interface Mutation {
  /** Said shortly, as it stands in the table. */
  readonly name: string;
  /** What no longer holds. */
  readonly invariant: string;
  /** Each `from` stands once in its file. */
  readonly edits: readonly Edit[];
  /** The cheapest test that has to go red. */
  readonly red: RedTest;
}

export interface Edit {
  /** From the root of the tree. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export interface RedTest {
  readonly project: 'fast' | 'kill';
  /** From the root of the tree. */
  readonly file: string;
  /** The test's title, or the part of it that no variable fills in. */
  readonly title: string;
  /** It starts processes that run compiled code. */
  readonly compiled?: true;
  /** Of the kill matrix: the cells with this in their name alone. */
  readonly cell?: string;
  /** Stands in what it says when it fails: the matrix has many reasons, and one is the right one. */
  readonly says?: string;
}
