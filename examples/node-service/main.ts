import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { createOkdMigration } from '@pawl/okd-etcd-v2-to-v3';
import { openStore, processOwners } from '@pawl/store';
import { createService } from './service';

/** `node main.js --db /var/lib/okd-service/pawl.db`: listens on `service.sock` beside the database. */
const { values } = parseArgs({ options: { db: { type: 'string', default: 'state/pawl.db' } } });
const folder = dirname(values.db);
// The folder is 0700: its owner may migrate clusters, and nobody else.
const socket = join(folder, 'service.sock');

const stop = new AbortController();
const store = openStore(values.db);
const okd = createOkdMigration({
  ...{ store, owners: processOwners(), signal: stop.signal },
  runsDir: join(folder, 'runs'),
});
const service = createService(okd, (error) => console.error(error));

// A service that was killed leaves its socket behind.
rmSync(socket, { force: true });
service.server.listen(socket, () => console.log(`listening on ${socket}`));

/** Every run pauses at its next safe point: what a host is doing then is waited for, never cut off. */
process.once('SIGTERM', () => {
  stop.abort();
  service.server.close();
  void service.atRest().then(() => store.close());
});
