import type { JsonObject } from '@pawl/engine';

/** One thing that preflight found. A `refusal` stands in the way; a `warning` is worth knowing. */
export interface Finding extends JsonObject {
  readonly code: string;
  readonly level: 'refusal' | 'warning' | 'ok';
  readonly host: string | null;
  readonly message: string;
  readonly hint: string | null;
}

export function refuse(code: string, host: string | null, message: string, hint: string): Finding {
  return { code, level: 'refusal', host, message, hint };
}

export function warn(code: string, host: string | null, message: string, hint: string): Finding {
  return { code, level: 'warning', host, message, hint };
}

/** What was looked for and is as it should be. */
export function ok(code: string, host: string | null, message: string): Finding {
  return { code, level: 'ok', host, message, hint: null };
}

/** Only what stands in the way. */
export function refusals(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter((finding) => finding.level === 'refusal');
}

/** The same findings, with one more thing to do said of those of a code. */
export function withHint(findings: readonly Finding[], code: string, more: string): readonly Finding[] {
  return findings.map((finding) =>
    finding.code === code ? { ...finding, hint: [finding.hint ?? '', more].join(' ').trim() } : finding,
  );
}
