import { userInfo } from 'node:os';
import { localTransport, openHosts } from '../src';

describe('a command on the controller’s own machine', () => {
  const transport = localTransport();
  afterAll(async () => transport.close());
  const said = async (line: string): Promise<string> =>
    (await transport.run(line, { maxBytes: 65_536 })).stdout.toString('utf8').trim();

  test('finds nothing of the controller’s environment', async () => {
    process.env['ETCDCTL_ENDPOINTS'] = 'https://elsewhere:2379';
    try {
      expect(await said('env | cut -d= -f1 | sort | tr "\\n" " "')).toMatch(
        /^HOME LOGNAME PATH PWD SHELL( SHLVL)? USER( _)?$/,
      );
    } finally {
      delete process.env['ETCDCTL_ENDPOINTS'];
    }
  });

  test('has a session of its own, without a terminal', async () => {
    const [sid, tty, pid] = (await said('ps -o sid=,tty= -p $$; echo $$')).split(/\s+/);
    expect(sid).toBe(pid);
    expect(tty).toBe('?');
  });

  test('begins at the root, where it holds no directory of ours', async () => {
    expect(await said('pwd')).toBe('/');
  });
});

test('an entry that says so is this machine, and whoever runs Pawl runs there', async () => {
  const { username } = userInfo();
  const entry = { name: 'here', address: '192.0.2.1', port: 22, user: 'somebody-else', become: true };
  const hosts = openHosts({ entries: [{ ...entry, connection: 'local' }] });
  try {
    // Root needs nothing more; anybody else `sudo -n`, which a machine for tests need not have.
    const asked = hosts.reading('here').read(['cat', '/proc/sys/kernel/random/boot_id']);
    if (username !== 'root')
      await asked.catch((error: unknown) => expect(error).toHaveProperty('code', 'E_SUDO'));
    else expect((await asked).stdout.toString('utf8')).toMatch(/^[0-9a-f-]{36}\n$/);
  } finally {
    await hosts.close();
  }
});
