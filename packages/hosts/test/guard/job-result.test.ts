import { sh } from '../../src';
import { jobResult } from '../../src/guard/job-result';

const change = { what: 'copy', script: sh`true` };
const answer = (state: string, fields: Readonly<Record<string, string>> = {}) => {
  const nothing = Buffer.alloc(0);
  return { state, fields: { state, ...fields }, stdout: nothing, stderr: nothing, recorded: nothing };
};
const result = (...of: Parameters<typeof answer>) => jobResult('e1', '0001', change, answer(...of), false);

test('a job that outlives its end is not one that was ended: no other may begin beside it', () => {
  expect(() => result('running', { signalled: '1' })).toThrow(
    expect.objectContaining({ code: 'E_JOB_RUNNING' }),
  );
  expect(() => result('exited', { exit: '137', 'ended-by': 'deadline' })).toThrow(
    expect.objectContaining({ code: 'E_DEADLINE' }),
  );
  expect(() => result('exited', { exit: '0', signalled: '1' })).toThrow(
    expect.objectContaining({ code: 'E_DEADLINE' }),
  );
});
