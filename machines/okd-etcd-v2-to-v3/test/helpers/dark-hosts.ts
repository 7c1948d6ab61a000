import { HostError, type HostEntry, type Hosts } from '@pawl/hosts';

const silence = { exit: 0, stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };

/** Hosts of which none answers, but for the fence, and what lies about it, where `fence` is given; who was connected to and let go is written down. */
export function darkHosts(log: string[], fence?: Hosts['fence']): (entries: readonly HostEntry[]) => Hosts {
  return (entries) => {
    const names = entries.map(({ name }) => name);
    log.push(`open ${names.join(' ')}`);
    const dark = async (name: string): Promise<never> => {
      throw new HostError('E_UNREACHABLE', `${name} can't be reached`, { host: name, hint: 'Is it up?' });
    };
    const host = (name: string) => ({
      name,
      address: name,
      read: () => dark(name),
      readScript: fence === undefined ? () => dark(name) : () => Promise.resolve(silence),
    });
    const streamless = () => {
      throw new Error('no stream was foreseen');
    };
    return {
      names,
      reading: (name) => ({ ...host(name), readStream: streamless }),
      guarded: (name) => ({ ...host(name), readStream: streamless, change: () => dark(name) }),
      fence: fence ?? dark,
      plantFence: dark,
      closeFence: dark,
      openFence: dark,
      withdrawFence: dark,
      writeReadme: dark,
      jobs: dark,
      close: async () => void log.push('close'),
    };
  };
}
