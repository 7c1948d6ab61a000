import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { editFile, removeFile, renameDirectory, restoreFile, writeFile } from '../../src';
import { describeOnHost, shells } from '../guard/test-run';
import { onShell } from './on-shell';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describeOnHost.each(shells)('changes of files, under %s', (shell) => {
  const on = onShell(shell);
  const run = 'okd-20261124-1';
  const path = '/var/lib/conf dir/etcd.conf';
  const original = '# first\nETCD_NAME=a\n';

  beforeEach(() => {
    on.host.sh(`rm -rf '/var/lib/conf dir' /var/lib/data /var/lib/pawl; mkdir '/var/lib/conf dir'`);
    on.host.sh(`cat >'${path}'; chown 7:9 '${path}'; chmod 640 '${path}'`, original);
  });

  const read = (file: string): string => on.host.sh(`cat '${file}'`);
  const there = (file: string): boolean => existsSync(on.host.path(file));
  const attributes = (file: string): string => on.host.sh(`stat -c '%a %u %g' '${file}'`);

  test('an edit keeps owner and mode, and the original once', () => {
    const { host } = on;
    const first = editFile({ run, path, expectedSha256: sha256(original), content: 'second\n' });
    expect(on.apply(first)).toMatchObject({ exit: 0 });
    expect(read(path)).toBe('second\n');
    expect(attributes(path)).toBe('640 7 9\n');
    const second = editFile({ run, path, expectedSha256: sha256('second\n'), content: 'third\0\n' });
    expect(on.apply(second)).toMatchObject({ exit: 0 });
    expect(read(path)).toBe('third\0\n');
    const pristine = `/var/lib/pawl/runs/${run}/pristine${path}`;
    expect(read(pristine)).toBe(original);
    expect(attributes(pristine)).toBe('640 7 9\n');
    expect(host.sh(`ls -A '/var/lib/conf dir'`)).toBe('etcd.conf\n');
  });

  test('an edit of a file that somebody else changed is refused', () => {
    const { host } = on;
    host.sh(`echo theirs >>'${path}'`);
    const edit = editFile({ run, path, expectedSha256: sha256(original), content: 'mine\n' });
    expect(on.apply(edit)).toMatchObject({
      exit: 65,
      stderr: expect.stringContaining('somebody else'),
    });
    expect(read(path)).toBe(`${original}theirs\n`);
  });

  test('an edit made again changes nothing', () => {
    const { host } = on;
    const edit = editFile({ run, path, expectedSha256: sha256(original), content: 'mine\n' });
    on.apply(edit);
    const before = host.sh(`stat -c '%i %Y %Z' '${path}'`);
    expect(on.apply(edit)).toMatchObject({ exit: 0, stdout: expect.stringContaining('already') });
    expect(host.sh(`stat -c '%i %Y %Z' '${path}'`)).toBe(before);
  });

  test('an edit follows a link and leaves it one', () => {
    const { host } = on;
    host.sh(`ln -s '${path}' '/var/lib/conf dir/link'`);
    const link = '/var/lib/conf dir/link';
    on.apply(editFile({ run, path: link, expectedSha256: sha256(original), content: 'new\n' }));
    expect(read(path)).toBe('new\n');
    expect(host.sh(`readlink '${link}'`)).toBe(`${path}\n`);
  });

  test('an edit is undone byte for byte', () => {
    const { host } = on;
    const before = host.sh(`stat -c '%a %u %g %y' '${path}'`);
    on.apply(editFile({ run, path, expectedSha256: sha256(original), content: 'new\n' }));
    host.sh(`echo theirs >>'${path}'`);
    const told = expect.stringContaining(`replaced ${sha256('new\ntheirs\n')} ${path}\n`) as string;
    expect(on.apply(restoreFile({ run, path }))).toMatchObject({ exit: 0, stdout: told });
    expect(on.apply(restoreFile({ run, path }))).toMatchObject({ exit: 0, stdout: told });
    expect(read(path)).toBe(original);
    expect(read(`/var/lib/pawl/runs/${run}/replaced${path}`)).toBe('new\ntheirs\n');
    expect(host.sh(`stat -c '%a %u %g %y' '${path}'`)).toBe(before);
  });

  test('nothing is undone where nothing was edited', () => {
    expect(on.apply(restoreFile({ run, path }))).toMatchObject({ exit: 0 });
    expect(read(path)).toBe(original);
  });

  test('a new file is whole, and not written over another', () => {
    const { host } = on;
    const file = writeFile({ path: '/var/lib/data/new/key', content: 'k\0y', mode: '0600', owner: '7:9' });
    expect(on.apply(file)).toMatchObject({ exit: 0 });
    expect(on.apply(file)).toMatchObject({ exit: 0 });
    expect([read('/var/lib/data/new/key'), attributes('/var/lib/data/new/key')]).toEqual([
      'k\0y',
      '600 7 9\n',
    ]);
    host.sh('echo theirs >/var/lib/data/new/key');
    expect(on.apply(file)).toMatchObject({ exit: 65 });
    expect(read('/var/lib/data/new/key')).toBe('theirs\n');
    expect(host.sh('ls -A /var/lib/data/new')).toBe('key\n');
  });

  test('a file is removed if it is ours', () => {
    expect(on.apply(removeFile(path, sha256('other')))).toMatchObject({ exit: 65 });
    expect(there(path)).toBe(true);
    expect(on.apply(removeFile(path, sha256(original)))).toMatchObject({ exit: 0 });
    expect(there(path)).toBe(false);
    expect(on.apply(removeFile(path, sha256(original)))).toMatchObject({ exit: 0 });
  });

  test('a directory is renamed once, its parents made', () => {
    const { host } = on;
    host.sh('mkdir -p "/var/lib/data/mem ber/snap"; echo x >"/var/lib/data/mem ber/snap/db"');
    const inode = host.sh('stat -c %i "/var/lib/data/mem ber/snap/db"');
    const rename = renameDirectory('/var/lib/data/mem ber', '/var/lib/data/pawl-r/original/member');
    expect(on.apply(rename)).toMatchObject({ exit: 0 });
    expect(on.apply(rename)).toMatchObject({ exit: 0 });
    expect(host.sh('stat -c %i /var/lib/data/pawl-r/original/member/snap/db')).toBe(inode);
    expect(host.sh('ls -A /var/lib/data')).toBe('pawl-r\n');
  });

  test.each([
    ['both are there', 'mkdir -p /var/lib/data/a /var/lib/data/b'],
    ['the goal is an empty directory', 'mkdir -p /var/lib/data/a/x /var/lib/data/b'],
    ['the goal is a link to nowhere', 'mkdir -p /var/lib/data/a; ln -s nowhere /var/lib/data/b'],
    ['neither is there', 'mkdir -p /var/lib/data'],
    ['it is a file', 'mkdir -p /var/lib/data; echo x >/var/lib/data/a'],
    ['it is a link', 'mkdir -p /var/lib/data/c; ln -s c /var/lib/data/a'],
  ])('a rename is refused where %s', (_why, prepare) => {
    const { host } = on;
    host.sh(prepare);
    const before = host.sh('find /var/lib/data | sort');
    const refused = on.apply(renameDirectory('/var/lib/data/a', '/var/lib/data/b'));
    expect(refused).toMatchObject({ exit: 65, stderr: expect.stringContaining('/var/lib/data/') });
    expect(host.sh('find /var/lib/data | sort')).toBe(before);
  });

  test('a rename onto another file system is refused', () => {
    const { host } = on;
    host.sh('mkdir -p /var/lib/data/a /var/lib/data/mnt; mount -t tmpfs tmpfs /var/lib/data/mnt');
    expect(on.apply(renameDirectory('/var/lib/data/a', '/var/lib/data/mnt/a'))).toMatchObject({
      exit: 65,
      stderr: expect.stringContaining('different file systems'),
    });
    host.sh('umount /var/lib/data/mnt');
    expect(there('/var/lib/data/a')).toBe(true);
  });
});
