import { sh } from '../../src';
import { describeOnHost, effect, onHost, shells, type TestRun } from './test-run';

/** Pages of 4 KiB that are left, from none to more than a job takes with all its marks. */
const PAGES = [0, 1, 2, 3, 4, 5, 7, 17, 19, 21, 24];

describeOnHost.each(shells)('a disk that gets full under jobs, under %s', (shell) => {
  const on = onHost(shell);
  afterEach(() => {
    on.test.host.sh('umount /var/lib/pawl/runs');
  });

  test('wherever it is full, a job has not begun, or it ends as ever; with room it is done once', async () => {
    const { change, effects } = on.test;
    smallDisk(on.test);
    const seen = new Set<string>();
    for (const pages of PAGES) {
      leave(on.test, pages);
      const before = effects();
      const told = await change(`0${pages + 100}`, {}).catch((error: unknown) => error);
      if (effects() === before) {
        seen.add('refused');
        expect(told).toMatchObject({
          code: 'E_GUARD',
          message: expect.stringContaining('No space left on device') as string,
          hint: expect.stringMatching(/^A disk of \w+ is full: .*Make room, then resume/) as string,
        });
      } else {
        seen.add('done');
        expect([pages, told]).toEqual([pages, expect.objectContaining({ exit: 0 })]);
      }
      leave(on.test, 1000);
      expect(await change(`0${pages + 100}`, {})).toMatchObject({ exit: 0 });
      expect(effects()).toBe(before + 1);
    }
    expect([...seen]).toEqual(['refused', 'done']);
  });

  test('filled by the job itself: it ends, and its end is known', async () => {
    const { change, effects, hosts, name, run } = on.test;
    smallDisk(on.test);
    leave(on.test, 30);
    const script = sh.lines(effect, sh`head -c 1000000 /dev/zero`);
    const job = await change('0001', { script });
    expect(job.exit).not.toBe(0);
    expect(effects()).toBe(1);
    expect(await hosts.jobs(name, run)).toEqual([{ intent: '0001', state: 'exited', exit: job.exit }]);
  });

  test('made read-only in the middle: nothing begins, and the hint says so', async () => {
    const { change, effects, host } = on.test;
    smallDisk(on.test);
    host.sh('mount -o remount,ro /var/lib/pawl/runs');
    await expect(change('0001', {})).rejects.toMatchObject({
      code: 'E_GUARD',
      hint: expect.stringContaining('takes no writes') as string,
    });
    host.sh('mount -o remount,rw /var/lib/pawl/runs');
    expect(await change('0001', {})).toMatchObject({ exit: 0 });
    expect(effects()).toBe(1);
  });
});

function smallDisk({ host, run }: TestRun): void {
  host.sh(`mount -t tmpfs -o size=4m,mode=0700 tmpfs /var/lib/pawl/runs
mkdir -p /var/lib/pawl/runs/${run}/jobs /var/lib/pawl/runs/${run}/once /var/lib/pawl/runs/${run}/recorded`);
}

/** Fills the disk up to so many pages. */
function leave({ host }: TestRun, pages: number): void {
  host.sh(`cd /var/lib/pawl/runs
rm -f filler
free=$(stat -f -c %a .)
[ "$free" -le ${pages} ] || dd if=/dev/zero of=filler bs=4096 count=$((free - ${pages})) 2>/dev/null
[ "$(stat -f -c %a .)" -le ${pages} ]`);
}
