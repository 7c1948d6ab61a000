import type { ReadHost } from '@pawl/hosts';
import type { ConfigFacts } from './config/config-facts';
import { showUnits } from './units/show-units';

export interface ApiReadiness {
  /** 200 and `ok`. Anything else is not ready, an answer without HTTP included. */
  readonly ready: boolean;
  /** null: no HTTP answer (refused, timed out, TLS). */
  readonly code: number | null;
  /** The first 200 characters of the body, or what curl complained about. */
  readonly said: string;
}

/** Asks this master's own API, not the load balancer. Never throws for an API that is down. */
export async function apiReady(host: ReadHost, facts: Pick<ConfigFacts, 'readyUrl'>): Promise<ApiReadiness> {
  const result = await host.read(readinessCommand(facts), { timeoutMs: 20_000 });
  return parseReadiness(result.stdout.toString('utf8'), result.stderr.toString('utf8'));
}

/**
 * `--insecure`: the certificate names the master's host name, the listener is reached on its own loopback by root of the
 * same host, and nothing secret is sent. `--noproxy`: a proxy in root's environment must not answer for the master.
 */
export function readinessCommand(facts: Pick<ConfigFacts, 'readyUrl'>): readonly string[] {
  return [
    ...['curl', '--silent', '--show-error', '--insecure', '--noproxy', '*', '--max-time', '10'],
    ...['--write-out', '\\n%{http_code}', facts.readyUrl],
  ];
}

/** curl prints the status code on a last line of its own; `000` where there was no answer. */
export function parseReadiness(stdout: string, stderr: string): ApiReadiness {
  const found = /^([\s\S]*)\n(\d{3})\s*$/.exec(stdout);
  const code = found?.[2] === undefined || found[2] === '000' ? null : Number(found[2]);
  const body = (found?.[1] ?? '').trim();
  const said = (code === null ? stderr.trim() : body).slice(0, 200);
  return { ready: code === 200 && body === 'ok', code, said };
}

/** Whether systemd says that a unit runs: `active` and `running`. A unit on its way up is not. */
export async function unitRuns(host: ReadHost, unit: string): Promise<boolean> {
  const [shown] = await showUnits(host, [unit]);
  return shown?.active === 'active' && shown.sub === 'running';
}
