import { labDown } from './down';
import { labUp } from './up';
import { narrator } from './demo/narrate';
import { tellStory } from './demo/story';
import { tellWayBack } from './demo/way-back';

const NAME = 'demo';

/** `npm run demo`: a real cluster, a migration killed in its middle and resumed, the way back likewise, and everything taken away again. */
async function demo(): Promise<void> {
  const tell = narrator(process.stdout);
  const begun = Date.now();
  let interrupted = false;
  const takeAway = (): void => {
    if (interrupted) return;
    interrupted = true;
    process.stdout.write('\ntaking the cluster away …\n');
    void labDown(NAME).then(() => process.exit(130));
  };
  process.on('SIGINT', takeAway);
  process.on('SIGTERM', takeAway);
  tell.act('A cluster as OKD 3.6 leaves it');
  tell.say(
    'Three etcd hosts and two masters, each a small machine with systemd, sshd and TLS, in a network of their own on this computer. The first time a Debian base image is built: about a minute.',
  );
  const lab = await labUp({ name: NAME, etcd: 3, masters: 2 }, { replace: true });
  try {
    const filled = await lab.fill({ keys: 30_000, valueBytes: 1024 });
    await lab.startMasters();
    tell.proof(
      `${filled.keys} keys in v2, written in ${filled.seconds.toFixed(1)} s; many with a TTL, running out while we watch`,
    );
    tell.say(
      'OKD 3.7 can be installed only when this data has moved from etcd’s v2 to its v3 model. That is done with the masters down: backup, `etcdctl migrate` on one member, the others emptied and joined to it again, TTLs put back as leases. Done twice, migrate destroys data without an error.',
    );
    const { before } = await tellStory(lab, tell);
    await tellWayBack(lab, tell, before);
    tell.say(`\nThat took ${((Date.now() - begun) / 1000).toFixed(0)} s. The cluster is taken away now.`);
  } finally {
    await lab.down();
  }
}

demo().catch((error: unknown) => {
  process.stderr.write(
    `\nthe demo failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exitCode = 1;
});
