import { PawlError, type JsonObject } from '@pawl/engine';
import { HostError } from '@pawl/hosts';

/** An error as people and automation are shown it. */
export interface ErrorView {
  readonly code: string;
  readonly message: string;
  readonly where: string | null;
  readonly hint: string | null;
  readonly facts: JsonObject | null;
}

/** What, where, why and what to do. An error that nobody raised on purpose is internal; its stack goes to the log alone. */
export function errorView(error: unknown): ErrorView {
  if (error instanceof PawlError || error instanceof HostError || isCoded(error)) {
    return {
      code: error.code,
      message: error.message,
      where: error.where ?? null,
      hint: error.hint ?? null,
      facts: (error.facts as JsonObject | undefined) ?? null,
    };
  }
  return {
    code: 'E_INTERNAL',
    message: error instanceof Error ? error.message : String(error),
    where: null,
    hint: 'This is a fault of Pawl itself. A run that had begun is resumable: see `pawl status`. Please report it with the log.',
    facts: null,
  };
}

interface Coded extends Error {
  readonly code: string;
  readonly hint?: string;
  readonly where?: string;
  readonly facts?: unknown;
}

/** Errors of another copy of the library have the same shape and another class. Node's own have codes without `E_`. */
function isCoded(error: unknown): error is Coded {
  return (
    error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('E_')
  );
}
