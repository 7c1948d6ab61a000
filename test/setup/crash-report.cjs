const { appendFileSync, mkdirSync, rmSync } = require('node:fs');
const path = require('node:path');

const FILE = process.env['PAWL_CRASH_REPORT'] ?? path.join(__dirname, '../../build/crash-report.ndjson');

/** A line a test as it ends, on the terminal and in a file, and in the end how many, how many failed, and how long they took. */
module.exports = class CrashReport {
  cells = [];

  onRunStart() {
    mkdirSync(path.dirname(FILE), { recursive: true });
    rmSync(FILE, { force: true });
  }

  onTestCaseResult({ path: file }, { title, status, duration, failureMessages }) {
    if (status !== 'passed' && status !== 'failed') return;
    const cell = {
      cell: title,
      passed: status === 'passed',
      seconds: Math.round((duration ?? 0) / 100) / 10,
    };
    // Others of the project are no cells of the matrix.
    if (file.includes('/test/crash/')) this.cells.push(cell);
    appendFileSync(FILE, `${JSON.stringify({ ...cell, ...(cell.passed ? {} : { failureMessages }) })}\n`);
    process.stderr.write(
      `${cell.passed ? 'ok    ' : 'FAILED'} ${cell.seconds.toFixed(1).padStart(6)} s  ${title}\n`,
    );
    for (const message of failureMessages) process.stderr.write(`${message}\n\n`);
  }

  onTestFileResult({ path: file }, { testExecError, failureMessage, numFailingTests }) {
    // A file that fails outside of its cells.
    if (testExecError !== undefined || (failureMessage && numFailingTests === 0))
      process.stderr.write(`FAILED ${file}\n${failureMessage}\n`);
  }

  onRunComplete(_contexts, { success }) {
    const seconds = this.cells.map((cell) => cell.seconds).sort((a, b) => a - b);
    if (seconds.length === 0) return;
    const failed = this.cells.filter((cell) => !cell.passed).length;
    const total = seconds.reduce((sum, one) => sum + one, 0);
    process.stderr.write(
      `\n${seconds.length} cells, ${failed} failed${success ? '' : ' (or something outside of them)'}; ` +
        `seconds a cell: ${seconds[0]} to ${seconds.at(-1)}, median ${seconds[Math.floor(seconds.length / 2)]}, ` +
        `${Math.round(total)} in all; each in ${path.relative(process.cwd(), FILE)}\n`,
    );
  }
};
