import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RedTest } from './mutation';

/** `red`: a test of that title failed, for the reason that it is to say · `green`: all passed · `broken`: neither. */
export type Colour = 'red' | 'green' | 'broken';

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** Runs the one test in a tree. A file that can't be loaded is `broken`: a mutation that doesn't load shows nothing. */
export function runRedTest(root: string, { project, file, title, cell, says = '' }: RedTest): Colour {
  const folder = mkdtempSync(path.join(tmpdir(), 'pawl-mutation-'));
  const report = path.join(folder, 'report.json');
  const pattern = title.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const only = ['--selectProjects', project, '--runTestsByPath', file, '-t', pattern];
  spawnSync('npx', ['--no-install', 'jest', ...only, '--json', '--outputFile', report], {
    cwd: root,
    stdio: 'ignore',
    timeout: 600_000,
    env: { ...process.env, ...(cell !== undefined && { PAWL_KILL_CELL: cell }) },
  });
  try {
    const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report;
    const named = testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ fullName, status }) => fullName.includes(title) && status !== 'pending');
    const failed = named.filter(({ status }) => status === 'failed');
    if (failed.some(({ failureMessages }) => failureMessages.some((said) => said.includes(says))))
      return 'red';
    return named.length > 0 && named.every(({ status }) => status === 'passed') ? 'green' : 'broken';
  } catch {
    // No report: jest itself did not come to an end.
    return 'broken';
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
