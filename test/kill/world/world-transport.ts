import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { HostError, localTransport, type HostEntry, type Transport } from '@pawl/hosts';
import { into, type Namespace } from './namespace';

const file = (dir: string): string => path.join(dir, 'world.json');

/** Which process stands for each host that is up, for whoever else wants to reach it. */
export function writeKeepers(dir: string, spaces: ReadonlyMap<string, Namespace>): void {
  const keepers = Object.fromEntries([...spaces].map(([name, { keeper }]) => [name, keeper]));
  writeFileSync(`${file(dir)}.new`, JSON.stringify(keepers));
  renameSync(`${file(dir)}.new`, file(dir));
}

/** How a host is reached, from any process: the world itself is open in another one. A host that goes down is one that was cut off. */
export function worldTransport(dir: string, { name }: Pick<HostEntry, 'name'>): Transport {
  const reached = new Map<number, Transport>();
  const keeperNow = (): number | undefined =>
    (JSON.parse(readFileSync(file(dir), 'utf8')) as Readonly<Record<string, number>>)[name];
  return {
    async run(commandLine, options) {
      const keeper = keeperNow();
      if (keeper === undefined) throw unreachable(name, false);
      const transport = reached.get(keeper) ?? localTransport([...into(keeper), '/bin/sh', '-c']);
      reached.set(keeper, transport);
      const result = await transport.run(commandLine, options);
      if (keeperNow() !== keeper) throw unreachable(name, true);
      return result;
    },
    async close() {
      await Promise.all([...reached.values()].map((transport) => transport.close()));
    },
  };
}

function unreachable(name: string, began: boolean): HostError {
  return new HostError('E_UNREACHABLE', `${name} is down`, { host: name, facts: { began } });
}
