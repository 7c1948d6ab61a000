import type { ExecEvent } from '@pawl/lab';
import { effectsOf, exceeding, otherThan, type Effects } from './effects';

const JOB = 'etcd1 /bin/sh -eu /var/lib/pawl/runs/R/jobs';
const ADD = 'etcd1 etcdctl --endpoints https://198.18.1.11:2379 member add';
const JOIN = [`${JOB}/0100.scale-up.add-2.etcd1.1/script`, `${ADD} etcd2.lab --peer-urls=x`];
const GRANT = 'etcd1 etcdctl --endpoints https://198.18.1.11:2379 lease grant 60';
const ASIDE = 'etcd1 mv -nT /var/lib/etcd/member /var/lib/etcd/pawl-R/original/member';
const UNDISTURBED = [ASIDE, ...JOIN, GRANT, GRANT];

const effects = (lines: readonly string[], unread: readonly string[] = []): Effects =>
  effectsOf({ spec: { name: 'x', etcd: 2, masters: 1 } }, [
    ...lines.map((line) => event(line)),
    ...unread.map((line) => ({ ...event(line), unread: true as const })),
  ]);
const event = (line: string): ExecEvent => {
  const at = line.indexOf(' ');
  return { time: 0, pid: 1, host: line.slice(0, at), argv: line.slice(at + 1) };
};
const was = effects(UNDISTURBED);

test.each([
  ['as undisturbed', UNDISTURBED, []],
  ['refused, and asked again by the same job', [...UNDISTURBED.slice(0, 3), ...UNDISTURBED.slice(2)], []],
  [
    'added by another job again',
    [...UNDISTURBED, `${JOB}/0101.scale-up.add-2.etcd1.2/script`, `${ADD} etcd2.lab --peer-urls=x`],
    ['added etcd2.lab: 2, and 1 undisturbed'],
  ],
  [
    'a member that nobody asked for',
    [...UNDISTURBED, `${ADD} etcd9.lab --peer-urls=x`],
    ['added etcd9.lab: 1, and 0 undisturbed'],
  ],
  ['not added', [ASIDE, GRANT, GRANT], ['added etcd2.lab: 0, and 1 undisturbed']],
  ['a lease more', [...UNDISTURBED, GRANT], ['leases: 3, and 2 undisturbed']],
  ['a key has run out', UNDISTURBED.slice(0, -1), []],
])('the controller alone was disturbed: %s', (_name, lines, expected) => {
  expect(otherThan(was, effects(lines))).toEqual(expected);
});

test('what could not be read may have been it', () => {
  expect(otherThan(was, effects([ASIDE, GRANT], ['etcd1 ?']))).toEqual([]);
  expect(otherThan(effects([], ['etcd1 ?']), effects([ASIDE]))).toEqual([]);
});

test.each([
  ['nothing of it', [], 0, []],
  ['once more, and a job was made again', [...UNDISTURBED, GRANT, ASIDE], 1, []],
  ['once more, and none was', [...UNDISTURBED, GRANT], 0, ['leases: 3, and 2 undisturbed']],
  ['twice more', [...UNDISTURBED, ASIDE, ASIDE], 1, ['set aside: 3, and 1 undisturbed']],
  ['started more often, as a way back does', ['etcd1 systemctl --no-block start etcd.service'], 0, []],
])('the world broke, or it went back: %s', (_name, lines, repeated, expected) => {
  expect(exceeding(was, effects(lines), repeated)).toEqual(expected);
});
