import { readIfThere } from '../files';
import type { ForkstatEvent } from './parse-forkstat';

export interface Located {
  /** `?`: a process that was gone before anybody could tell where it ran. */
  readonly host: string;
  readonly pid: number;
  readonly argv: string;
  /** The process was gone before its arguments could be read: what stands there may be its parent's. */
  readonly unread?: true;
}

/** No name of a host. */
const elsewhere = '';

interface Known {
  readonly host: string;
  readonly forkedAs: string;
  /** What it was started as last. */
  readonly startedAs?: string;
}

/** What of this the tracker looks up itself; a test gives its own. */
export interface Processes {
  readonly cgroup: (pid: number) => string;
  readonly argv: (pid: number) => string;
}

const proc: Processes = {
  cgroup: (pid) => readIfThere(`/proc/${pid}/cgroup`),
  argv: (pid) => readIfThere(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trimEnd(),
};

/**
 * Tells on which host a process runs. A short-lived one is gone before its cgroup can be read, so hosts are inherited
 * from fork to fork; the cgroup is asked only for a process whose parent is not known.
 */
export class HostTracker {
  private readonly known = new Map<number, Known>();
  private parent: Extract<ForkstatEvent, { kind: 'parent' }> | undefined;
  private readonly pattern: RegExp;

  /** Only what happens inside of the machines counts (`payload`), not the nspawn above them. */
  constructor(
    labName: string,
    private readonly processes: Processes = proc,
  ) {
    this.pattern = new RegExp(`/pawl-lab-${labName}/([^/\n]+)/payload`);
  }

  see(event: ForkstatEvent): Located | undefined {
    switch (event.kind) {
      case 'parent':
        this.parent = event;
        return undefined;
      case 'child':
        this.inherit(event.pid);
        return undefined;
      case 'exec':
        return this.locate(event.pid, event.argv);
      case 'lost':
        return undefined;
    }
  }

  private inherit(pid: number): void {
    const host = this.parent === undefined ? undefined : this.hostOf(this.parent.pid);
    // Also where the number belonged to a process of long ago.
    if (host === undefined) this.known.delete(pid);
    else this.known.set(pid, { host, forkedAs: this.parent?.argv ?? '' });
  }

  private locate(pid: number, argv: string): Located | undefined {
    const host = this.hostOf(pid);
    if (host === elsewhere) return undefined;
    if (host === undefined) return { host: '?', pid, argv, unread: true };
    const known = this.known.get(pid);
    const unread = argv === '' || (argv === known?.forkedAs && this.processes.argv(pid) !== argv);
    // `env` becomes what it starts: read late, it bears that name already, and the one program would count twice.
    if (!unread && known?.startedAs === argv) return undefined;
    if (known !== undefined && !unread) this.known.set(pid, { ...known, startedAs: argv });
    return { host, pid, argv, ...(unread ? { unread } : {}) };
  }

  /** undefined: it is gone, and nobody saw where it came from. */
  private hostOf(pid: number): string | undefined {
    const known = this.known.get(pid);
    // What stands outside of a machine may yet move in: nspawn's child does, before it becomes the machine's first process.
    if (known !== undefined && known.host !== elsewhere) return known.host;
    const cgroup = this.processes.cgroup(pid);
    if (cgroup === '') return known?.host;
    const host = this.pattern.exec(cgroup)?.[1] ?? elsewhere;
    this.known.set(pid, { host, forkedAs: known?.forkedAs ?? '' });
    return host;
  }
}
