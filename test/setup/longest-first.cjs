const Sequencer = require('@jest/test-sequencer').default;
const path = require('node:path');

const root = path.join(__dirname, '../..');

/**
 * Roughly how many seconds each file takes that needs a real cluster. Only their order counts: two run at a time, and a long one
 * that is started last runs alone at the end.
 */
const SECONDS = {
  'machines/okd-etcd-restore-v2/test/playbook.lab.test.ts': 160,
  'machines/okd-etcd-restore-v2/test/refusals.lab.test.ts': 70,
  'machines/okd-etcd-v2-to-v3/test/breakglass.lab.test.ts': 100,
  'machines/okd-etcd-v2-to-v3/test/data-rules.lab.test.ts': 75,
  'machines/okd-etcd-v2-to-v3/test/from-hosts.lab.test.ts': 40,
  'machines/okd-etcd-v2-to-v3/test/never-again.lab.test.ts': 110,
  'machines/okd-etcd-v2-to-v3/test/never-twice.lab.test.ts': 65,
  'machines/okd-etcd-v2-to-v3/test/refusals.lab.test.ts': 40,
  'machines/okd-etcd-v2-to-v3/test/rollback-terms.lab.test.ts': 75,
  'machines/okd-etcd-v2-to-v3/test/shapes.lab.test.ts': 150,
  'machines/okd-etcd-v2-to-v3/test/story.lab.test.ts': 80,
  'packages/etcd/test/backup/scratch.lab.test.ts': 15,
  'packages/lab/test/cluster.lab.test.ts': 50,
  'packages/lab/test/migrate-by-hand.lab.test.ts': 20,
  'packages/lab/test/two-labs.lab.test.ts': 15,
  'test/crash/twenty.lab.test.ts': 310,
  'test/examples.lab.test.ts': 65,
};

/**
 * Jest's own order (what failed last, then what has no known duration, then the longest first), which on a fresh clone knows no
 * durations and goes by the size of the file. So a file that is missing here starts first: nothing is lost until somebody adds it.
 */
module.exports = class LongestFirst extends Sequencer {
  static SECONDS = SECONDS;

  time(test) {
    const seconds = SECONDS[path.relative(root, test.path)];
    return super.time(test) ?? (seconds && seconds * 1000);
  }
};
