import type { JsonObject, Task } from '@pawl/engine';
import type { ReadHands } from '@pawl/fleet';
import { unitsAsFound, type FoundUnit } from '@pawl/steps-etcd';
import type { OkdChoices } from '../src';
import { choicesOf, RUN } from './helpers/a-cluster';
import { fakeHands } from '../../../test/machines/fake-hands';
import { unitsSay, type UnitIs } from './helpers/units-say';

const UNIT = 'origin-master-api.service';
const RAN = `Id=${UNIT}\nActiveState=active\nUnitFileState=enabled\nDropInPaths=\n`;
const WHILE_HELD = `Id=${UNIT}\nActiveState=inactive\nUnitFileState=enabled\nDropInPaths=/etc/systemd/system/${UNIT}.d/00-pawl-hold.conf\n`;
const FOUND = [{ unit: UNIT, ran: true, file: 'enabled' }];

interface Kept {
  /** On the host. */
  readonly record?: string;
  /** In the outcome of the step that stopped it. */
  readonly journal?: string;
  readonly unit: UnitIs;
}

function asked({ record, journal, unit }: Kept): Promise<readonly FoundUnit[]> {
  const facts = {
    find: (): JsonObject | undefined => (journal === undefined ? undefined : { recorded: journal }),
  };
  const hands = fakeHands({
    read: (_host, argv) =>
      unitsSay(argv, () => unit) ?? (record === undefined ? { exit: 1 } : argv[0] === 'cat' ? record : ''),
  });
  const task = { run: RUN, choices: choicesOf(1, 1), facts, hands, target: 'master1' };
  return unitsAsFound(task as unknown as Task<OkdChoices, ReadHands>, [UNIT], {
    record: 'unit',
    recordedBy: ['stop-masters/stop-and-hold'],
  });
}

test.each<[string, Kept]>([
  ['by the record on its host', { record: RAN, unit: 'held' }],
  ['by the journal, where the record was removed', { journal: RAN, unit: 'held' }],
  [
    'by the journal, where the record was made anew while the unit was held',
    { record: WHILE_HELD, journal: RAN, unit: 'held' },
  ],
])('how a unit was found: %s', async (_name, kept) => {
  expect(await asked(kept)).toEqual(FOUND);
});

test('held, and nobody knows how it was found: never assumed', async () => {
  await expect(asked({ unit: 'held' })).rejects.toMatchObject({ code: 'E_RECORD_GONE' });
  await expect(asked({ record: WHILE_HELD, unit: 'held' })).rejects.toMatchObject({ code: 'E_RECORD_GONE' });
});

test('not come to yet: left alone', async () => {
  expect(await asked({ unit: 'running' })).toEqual([]);
});
