import type { Transport } from '@pawl/hosts';
import { holdJobs, letGo } from './hold-jobs';
import type { Call, PointWatch } from './point-watch';

export interface Watched {
  readonly watch: PointWatch;
  /** Whether the job of this call is to be held. */
  holds(host: string, call: Call): boolean;
  /** Reached in the middle of a call; what it returns is waited for while the command runs. */
  during(call: Call): void;
}

/** A way to a host on which every call is a point, before, during and after. Jobs that an earlier controller left held go on once a claim was carried there. */
export function watchedTransport(transport: Transport, host: string, watched: Watched): Transport {
  let held = true;
  return {
    async run(commandLine, options) {
      const call = watched.watch.call(host, commandLine);
      if (watched.holds(host, call)) {
        await holdJobs(transport);
        held = false;
      }
      call.reached('before');
      const result = await transport.run(commandLine, {
        ...options,
        onBegin() {
          options.onBegin?.();
          watched.during(call);
        },
      });
      if (held && call.verb === 'plant') {
        held = false;
        await letGo(transport);
      }
      call.reached('after');
      return result;
    },
    close: () => transport.close(),
  };
}
