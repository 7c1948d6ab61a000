import { factsFrom, type Task } from '@pawl/engine';
import type { ReadHands } from '@pawl/fleet';
import { fakeHands } from '../../../test/machines/fake-hands';
import type { RestoreChoices } from '../src';
import { loss } from '../src/loss';
import { choicesOf } from './helpers/choices-of';
import { factsOf, RUN } from './helpers/facts-of';

test('nothing is weighed where what stood there before is gone: nothing could be taken back to it', async () => {
  const path = `/var/lib/etcd/pawl-${RUN}/original/member`;
  const task = {
    ...{ run: RUN, choices: choicesOf() },
    facts: factsFrom({ ...factsOf(), 'set-aside/present': { etcd1: {}, etcd2: {}, etcd3: {} } }),
    hands: fakeHands({ read: (host) => (host === 'etcd2' ? `${path}\n` : '') }),
  } as unknown as Task<RestoreChoices, ReadHands>;
  await expect(loss(task)).rejects.toMatchObject({
    code: 'E_ORIGINALS_GONE',
    facts: { gone: [{ host: 'etcd2', path }] },
  });
});
