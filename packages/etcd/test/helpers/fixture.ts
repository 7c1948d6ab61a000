import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandResult } from '@pawl/hosts';

/** The versions of which real output was recorded. */
export const VERSIONS = ['3.1.9', '3.2.22', '3.3.25', '3.4.23'] as const;
export type Version = (typeof VERSIONS)[number];

export interface Fixture extends CommandResult {
  readonly out: string;
  readonly http?: { readonly status: number; readonly body: string };
}

/** A recorded call as the host would have answered it. */
export function fixture(version: Version, name: string): Fixture {
  const file = join(__dirname, '../fixtures', `etcd-${version}`, `${name}.json`);
  const json = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly exit: number | null;
    readonly killed?: boolean;
    readonly stdout?: string;
    readonly stdoutBase64?: string;
    readonly stderr?: string;
    readonly http?: { readonly status: number; readonly body: string };
  };
  const stdout =
    json.stdoutBase64 === undefined
      ? Buffer.from(json.stdout ?? '')
      : Buffer.from(json.stdoutBase64, 'base64');
  return {
    exit: json.exit,
    ...(json.killed === true ? { signal: 'SIGKILL' } : {}),
    stdout,
    stderr: Buffer.from(json.stderr ?? ''),
    out: stdout.toString('utf8'),
    ...(json.http === undefined ? {} : { http: json.http }),
  };
}

/** All recorded cases of a version whose name begins so. */
export function fixtures(version: Version, prefix: string): readonly string[] {
  return readdirSync(join(__dirname, '../fixtures', `etcd-${version}`))
    .filter((file) => file.startsWith(prefix))
    .map((file) => file.replace(/\.json$/, ''));
}
