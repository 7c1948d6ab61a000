import type { Lab } from '@pawl/lab';
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { sh } from '../../../../test/lab/lab-hosts';

/** A disk of its own for what Pawl keeps on a host. Gone with a reboot. */
export async function smallDisk(lab: Lab, host: string): Promise<void> {
  await sh(lab, host, 'mkdir -p /var/lib/pawl; mount -t tmpfs -o size=8m,mode=0700 tmpfs /var/lib/pawl');
}

/** A disk of its own for a folder that is there already, with all that lies in it. Gone with a reboot. */
export async function diskUnder(lab: Lab, host: string, dir: string): Promise<void> {
  await sh(
    lab,
    host,
    `mkdir /mnt/own; mount -t tmpfs -o size=8m tmpfs /mnt/own; cp -a ${dir}/. /mnt/own; mount --bind /mnt/own ${dir}`,
  );
}

/** Fills the disk under `dir`, up to `left` blocks of 4 KiB. */
export async function fill(lab: Lab, host: string, dir: string, left = 0): Promise<void> {
  await sh(
    lab,
    host,
    `fallocate -l "$(df --output=avail -B1 ${dir} | tail -n 1)" ${dir}/filler || :
dd if=/dev/zero of=${dir}/filler.rest bs=4k 2>/dev/null || :
[ ${left} = 0 ] || truncate -s -$((${left} * 4096)) ${dir}/filler
[ "$(stat -f -c %a ${dir})" -le ${left} ]`,
  );
}

export async function makeRoom(lab: Lab, host: string, dir: string): Promise<void> {
  await sh(lab, host, `rm -f ${dir}/filler ${dir}/filler.rest`);
}

/** A disk of its own for a controller's records. */
export function controllersDisk(dir: string) {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m,mode=0700', 'tmpfs', dir]);
  const filler = path.join(dir, 'filler');
  return {
    fill(): void {
      const file = openSync(filler, 'w');
      try {
        for (;;) writeSync(file, Buffer.alloc(4096));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      } finally {
        closeSync(file);
      }
    },
    makeRoom: (): void => rmSync(filler),
    unmount: (): void => void execFileSync('umount', [dir]),
  };
}
