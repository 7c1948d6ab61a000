import { commandLine } from '../src/command-line';
import { nextCommand, otherCommand } from '../src/next-command';
import { toyCliMachine } from './toy/cli-machine';
import { toyWorld } from './toy/world';

const place = { database: '/s/pawl.db', runs: '/s/runs', given: false };
const rest = { run: 'okd-20261124-1', choices: [], again: ['check'] };

test.each([
  ['running', 'pawl status okd-20261124-1 --follow'],
  ['elsewhere', 'pawl status okd-20261124-1 --follow'],
  ['crashed', 'pawl resume okd-20261124-1'],
  ['paused', 'pawl resume okd-20261124-1'],
  ['in-doubt', 'pawl status okd-20261124-1'],
  ['refused', 'pawl check'],
  ['rolled-back', 'pawl check'],
  ['abandoned', 'pawl check'],
  ['completed', null],
  ['closed', null],
] as const)('after %s comes %s', (state, command) =>
  expect(nextCommand({ ...rest, state }, place)).toBe(command),
);

test('in doubt, the next command is the choice that changes nothing', () => {
  const choices = [
    { name: 'start-over', meaning: '…' },
    { name: 'ask-again', meaning: '…' },
  ];
  expect(nextCommand({ ...rest, state: 'in-doubt', choices }, place)).toContain('--decide ask-again');
});

test('a command can be pasted: the database is named where it was given, values are quoted', () => {
  const given = { ...place, database: "/my runs/it's.db", given: true };
  expect(commandLine(given, 'check', '-i', 'hosts.ini')).toBe(
    `pawl check -i hosts.ini --db '/my runs/it'\\''s.db'`,
  );
});

describe('the other way', () => {
  const toy = toyCliMachine(toyWorld('/nowhere'));
  const run = 'okd-20261124-1';

  test.each(['paused', 'crashed', 'in-doubt'] as const)('of a %s run that goes forward is back', (state) =>
    expect(otherCommand({ run, state }, 'forward', toy, place)).toBe(`pawl rollback ${run}`),
  );

  test.each([
    ['a process drives it', 'running', 'forward', toy],
    ['it is on its way back', 'paused', 'rollback', toy],
    ['it is being cleaned up', 'crashed', 'cleanup', toy],
    ['it has ended', 'completed', 'ended', toy],
    ['nobody knows its machine', 'paused', 'forward', undefined],
  ] as const)('there is none where %s', (_, state, direction, machine) =>
    expect(otherCommand({ run, state }, direction, machine, place)).toBeNull(),
  );
});
