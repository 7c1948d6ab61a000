import { spawnSync } from 'node:child_process';
import { guardRequest } from '../../src/guard/guard-request';
import { guardScript } from '../../src/guard/guard-script';
import { describeOnHost, onHost, shells } from './test-run';

const noStrace = spawnSync('strace', ['-V']).status === 0 ? undefined : 'strace is not installed';
if (noStrace !== undefined) {
  process.stderr.write(`\nLEFT OUT: the order in which the guard makes things durable (${noStrace}).\n\n`);
}
const describeTraced = noStrace === undefined ? describeOnHost : describe.skip;

/** What a kill can't show, since the page cache survives it: seen by the kernel's own calls. */
describeTraced.each(shells)('the order in which a job becomes durable, under %s', (shell) => {
  const on = onHost(shell);

  test('each file before its name, each mark before the next act', () => {
    const calls = traced();
    const script = '.new/script';
    // The job is whole before it has its name.
    inOrder(
      calls,
      `fsync ${script}.new`,
      `rename ${script}.new ${script}`,
      `fsync ${script}`,
      'rename .new jobs/0001',
    );
    inOrder(calls, 'fsync .new/intent', 'rename .new jobs/0001');
    inOrder(calls, 'fsync .new/once', 'rename .new jobs/0001');
    // What is recorded, before the mark.
    inOrder(calls, 'rename .new jobs/0001', 'exec jobs/0001/record');
    inOrder(
      calls,
      'exec jobs/0001/record',
      'fsync jobs/0001/recorded.new',
      'link jobs/0001/recorded.new recorded/state',
    );
    inOrder(calls, 'fsync recorded/state', 'fsync jobs/0001/started');
    inOrder(calls, 'fsync once/only', 'fsync jobs/0001/started');
    // The mark, before the act.
    const started = 'jobs/0001/started';
    inOrder(
      calls,
      `fsync ${started}.new`,
      `rename ${started}.new ${started}`,
      `fsync ${started}`,
      'exec jobs/0001/script',
    );
    // What it printed, before the mark of its end.
    const exited = 'jobs/0001/exited';
    inOrder(calls, 'exec jobs/0001/script', 'fsync jobs/0001/stdout', `fsync ${exited}.new`);
    inOrder(
      calls,
      'fsync jobs/0001/stderr',
      `fsync ${exited}.new`,
      `rename ${exited}.new ${exited}`,
      `fsync ${exited}`,
    );
  });

  /** The calls that matter, in order, with paths below the run's directory. */
  function traced(): readonly string[] {
    const { host, run, fence } = on.test;
    const [script, record] = [Buffer.from('echo done'), Buffer.from('echo before')];
    const request = guardRequest(
      [
        ...[['run', run] as const, ['claim', fence().claim] as const, ['intent', '0001'] as const],
        ...[['phase', 'p'] as const, ['intent-json', '{}'] as const, ['once', 'only'] as const],
        ...[['record-name', 'state'] as const, ['script-bytes', String(script.length)] as const],
        ['record-bytes', String(record.length)],
      ],
      [script, record],
    );
    const wanted = 'fsync,rename,renameat,renameat2,link,linkat,execve';
    host.sh(
      `strace -f -y -s 300 -e trace=${wanted} -o /var/lib/trace /bin/sh ${guardScript().path} job`,
      request,
    );
    const trace = host.sh('cat /var/lib/trace').replaceAll(`/var/lib/pawl/runs/${run}/`, '');
    return whole(trace.split('\n')).flatMap(callIn);
  }
});

/** A call during which another process came in stands in two lines; it counts where it ended. */
function whole(lines: readonly string[]): readonly string[] {
  const begun = new Map<string, string>();
  return lines.flatMap((line) => {
    const [, process = '', call = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    const unfinished = /^(.*) <unfinished \.\.\.>$/.exec(call)?.[1];
    if (unfinished !== undefined) begun.set(process, unfinished);
    const rest = /^<\.\.\. \w+ resumed>(.*)$/.exec(call)?.[1];
    if (rest !== undefined) return [`${process} ${begun.get(process) ?? ''}${rest}`];
    return unfinished === undefined ? [line] : [];
  });
}

function callIn(line: string): readonly string[] {
  const [, name = '', args = ''] = /^\d+ +(fsync|rename|link|execve)(?:at2?)?\((.*)\) += 0$/.exec(line) ?? [];
  if (name === 'fsync') return [`fsync ${/<(.*)>/.exec(args)?.[1] ?? ''}`];
  const paths = [...args.matchAll(/"([^"]*)"/g)].map(([, path]) => path ?? '');
  if (name === 'execve') return paths.slice(-1).map((path) => `exec ${path}`);
  return name === '' ? [] : [`${name} ${paths.join(' ')}`];
}

function inOrder(calls: readonly string[], ...expected: readonly string[]): void {
  const places = expected.map((call) => calls.indexOf(call));
  const found = expected.map((call, index) => (places[index] === -1 ? `never: ${call}` : call));
  expect(found).toEqual(expected);
  expect(expected.toSorted((a, b) => calls.indexOf(a) - calls.indexOf(b))).toEqual(expected);
}
