/** A piece of POSIX sh in which every value has been quoted. Made by the `sh` tag alone. */
export interface Sh {
  readonly text: string;
}
