import type { Phase } from '@pawl/engine';
import type { ReadHands, WorkHands } from '@pawl/fleet';
import { editForV3, isV3 } from '@pawl/okd';
import { editMastersStep } from '@pawl/steps-etcd';
import type { OkdChoices } from '../choices';

/** Two keys in master-config.yaml; comments and order kept, block style (the later installer greps for it). */
export const reconfigureMasters: Phase<OkdChoices, ReadHands, WorkHands> = {
  name: 'reconfigure-masters',
  title: 'Tell the masters to use v3',
  wayBack: 'The pristine master-config.yaml is put back.',
  rollbackAt: 'masters-down',
  steps: [
    editMastersStep({
      title: 'storage-backend and storage-media-type in master-config.yaml',
      verify: 'the file differs from its original in the two keys alone, and says etcd3',
      what: 'storage-backend etcd3, storage-media-type protobuf',
      content: ({ target }, { text, path }) => Promise.resolve(editForV3(text, `${target}:${path}`).text),
      wrong: (text) => (isV3(text) ? undefined : 'does not say etcd3'),
    }),
  ],
};
