export interface V2Entry {
  readonly value: string;
  readonly createdIndex: number;
  readonly modifiedIndex: number;
  /** When it goes away: its own time, or the earliest of its directories'. */
  readonly expiration?: string;
}

export interface V3Entry {
  readonly value: string;
  readonly createRevision: number;
  readonly modRevision: number;
  /** Hexadecimal, as etcdctl prints it. */
  readonly lease?: string;
  readonly secondsLeft?: number;
}
