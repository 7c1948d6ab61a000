import { tellMatrix, WANTS_ALL } from './tell-matrix';

tellMatrix('okd-etcd-v2-to-v3', {
  every: 97,
  always: ['migrate/run-migrate'],
  backFrom: ['reconfigure-masters'],
});

// Members that are stopped one after the other, and joined again: nothing of it is there on the smallest cluster. That it goes
// back from every phase is shown there; the way back from the end does all that any of them does.
const back = ['finish'];
if (WANTS_ALL) tellMatrix('okd-etcd-v2-to-v3 on 3+2', { every: 1, backFrom: back, allBackFrom: back });

// A copy that came to nothing is discarded, and another one made: but for that, it is the run above.
const anew = ['set-aside/discard-spent', 'set-aside/copy', 'migrate/run-migrate'];
const from = ['migrate'];
if (WANTS_ALL)
  tellMatrix('okd-etcd-v2-to-v3, started over', { every: 1, steps: anew, backFrom: from, allBackFrom: from });
