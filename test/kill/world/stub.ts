import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** The programs that are answered by the model. `sync` has nothing to do: the hosts' disks are in memory. */
const ANSWERED = ['etcd', 'etcdctl', 'curl', 'systemctl', 'journalctl', 'openshift'];

/** Puts the stand-ins where a host's PATH finds them first. */
export function installStubs(tree: string): void {
  const [bin, lib] = [path.join(tree, 'usr-local/bin'), path.join(tree, 'usr-local/lib/world')];
  for (const dir of [bin, lib, path.join(tree, 'usr-local/sbin')]) mkdirSync(dir, { recursive: true });
  program(path.join(lib, 'ask'), ASK);
  program(path.join(lib, 'live'), LIVE);
  for (const name of ANSWERED) symlinkSync('../lib/world/ask', path.join(bin, name));
  symlinkSync('/bin/true', path.join(bin, 'sync'));
}

/** The unit's process, by this path on a host. */
export const LIVE_PATH = '/usr/local/lib/world/live';

/** Where the model listens, by this path in a host's tree. */
export const SOCKET = 'usr-local/lib/world/socket';

function program(file: string, text: string): void {
  writeFileSync(file, text);
  chmodSync(file, 0o755);
}

/** One process, no module, 2 ms: argv, the network it is in and, where the program reads it, standard input go to the model. */
const ASK = `#!/usr/bin/perl
my ($name) = $0 =~ m{([^/]+)$};
my $reads = $name eq 'curl' ? grep { $_ eq '-K' } @ARGV : $name eq 'etcdctl' ? grep { $_ eq 'txn' } @ARGV : 0;
my $in = '';
if ($reads) { local $/; $in = <STDIN>; }
socket(S, 1, 1, 0) && connect(S, pack('S a108', 1, '/usr/local/lib/world/socket')) or die "$name: no world: $!\\n";
my $head = join("\\0", $name, $ENV{ETCDCTL_API} // '', readlink('/proc/self/ns/net'), @ARGV);
syswrite(S, pack('N', length $head) . $head . $in);
shutdown(S, 1);
my $answer = do { local $/; <S> };
my ($exit, $bytes) = unpack('N N', $answer) or kill 'KILL', $$;
print STDOUT substr($answer, 8, $bytes);
print STDERR substr($answer, 8 + $bytes);
exit $exit;
`;

/** Lives as long as its standard input; holds the lock of the database that is named in WORLD_DB, as etcd does. */
const LIVE = `#!/usr/bin/perl
if (my $db = delete $ENV{WORLD_DB}) {
  open(DB, '+<', $db) or die "$db: $!\\n";
  flock(DB, 6) or die "$db is in use\\n";
}
$| = 1;
print "$$ ", readlink('/proc/self/ns/net'), "\\n";
1 while sysread STDIN, $_, 1;
`;
