import type { JsonObject, RunReason } from '@pawl/engine';

/** Why a run rests, as documents carry it. */
export interface ReasonView {
  readonly code: string;
  readonly message: string;
  readonly where: string | null;
  readonly hint: string | null;
  /** What was seen. */
  readonly facts: JsonObject | null;
}

export function reasonView(reason: RunReason | undefined): ReasonView | null {
  if (reason === undefined) return null;
  const { code, message, where, hint, facts } = reason;
  return { code, message, where: where ?? null, hint: hint ?? null, facts: facts ?? null };
}
