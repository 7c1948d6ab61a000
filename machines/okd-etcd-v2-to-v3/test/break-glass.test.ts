import { forceNewClusterDropin, removeForceDropin, runLayout } from '@pawl/etcd';
import { editFile, holdName, releaseUnit, stopAndHoldUnit } from '@pawl/hosts';
import { breakGlass } from '../src';
import { choicesOf, RUN } from './helpers/a-cluster';

const text = breakGlass(RUN, choicesOf());
const pathsIn = (script: string, pattern: RegExp): readonly string[] => [
  ...new Set(script.match(pattern) ?? []),
];

test('names every host', () => {
  const { etcd, masters } = choicesOf();
  for (const { name } of [...etcd, ...masters]) expect(text).toContain(name);
});

test('names the hold where the change puts it, and takes away every one', () => {
  const hold = stopAndHoldUnit('etcd', { run: RUN, why: 'x' }).script.text;
  expect(hold).toContain(`/etc/systemd/system/etcd.service.d`);
  expect(releaseUnit('etcd').script.text).toContain(`/etc/systemd/system/etcd.service.d/${holdName}`);
  expect(text).toContain(`rm -f /etc/systemd/system/etcd.service.d/${holdName}`);
  expect(text).toContain(`rm -f /etc/systemd/system/*.service.d/${holdName}`);
});

test('takes away all that forces a new cluster', () => {
  const made = forceNewClusterDropin('etcd', { snapshotCount: 3 }).script.text;
  const left = pathsIn(made, /\/run\/\S*(?:99-pawl-force\.conf|force-new-cluster\.env)(?=['\s]|$)/gm);
  expect(left).toHaveLength(2);
  for (const file of left) {
    expect(text).toContain(file);
    expect(removeForceDropin('etcd').script.text).toContain(file);
  }
});

test('finds original and copy of each file where the changes put them', () => {
  const { folder, original, originalWal } = runLayout({ dataDir: 'DATA', walDir: '/wal/etcd' }, RUN);
  expect(text).toContain(original.replace('original/member', ''));
  expect(text).toContain(`mv ${original.replace('DATA/', '')} member`);
  expect(text).toContain(folder.replace('DATA/', ''));
  expect(text).toContain(originalWal?.split('/').at(-1));
  const edit = editFile({
    run: RUN,
    path: '/etc/etcd/etcd.conf',
    expectedSha256: 'x',
    content: '',
    what: 'x',
  });
  expect(edit.script.text).toContain(`/var/lib/pawl/runs/${RUN}/pristine/etc/etcd/etcd.conf`);
  expect(text).toContain(`/var/lib/pawl/runs/${RUN}/pristine`);
});

/** An original beside a re-formed member mixes two histories: nothing is started before all is back. */
test('starts nothing before every original is back, and deletes no data', () => {
  const put = text.indexOf(`mv pawl-${RUN}/original/member member`);
  expect(put).toBeGreaterThan(0);
  expect(text.slice(0, put)).not.toMatch(/systemctl (?:--no-block )?start/);
  expect(text).not.toMatch(/rm -\w*r/);
});
