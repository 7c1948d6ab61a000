import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { factsFrom, type Intent, type JsonObject, type Session } from '@pawl/engine';
import { createFleet } from '../src';
import type { FakeHosts } from './fake-hosts';

const made: string[] = [];
afterAll(() => {
  for (const dir of made) rmSync(dir, { recursive: true });
});

export interface SessionOptions {
  readonly claim?: string;
  readonly earlier?: readonly string[];
  readonly planted?: readonly string[];
  readonly closed?: readonly string[];
  /** Intents that its journal does not have. */
  readonly unknown?: readonly string[];
  readonly faultPoint?: (name: string) => void;
}

export function aSession(options: SessionOptions = {}): Session {
  const { claim = 'c1', earlier = [], planted, closed, unknown = [], faultPoint = () => undefined } = options;
  const known = (hosts: readonly string[] | undefined): Record<string, JsonObject> =>
    hosts === undefined ? {} : { '-': { hosts: [...hosts] } };
  return {
    run: 'okd-20261124-1',
    machineId: 'okd-etcd-v2-to-v3',
    machineVersion: '1.0.0',
    choices: { b: 2, a: 1 },
    claim: {
      claim,
      earlier,
      owner: {
        who: 'anna',
        host: 'controller',
        pid: 1,
        startTime: '1',
        bootId: 'b',
        database: '/var/lib/pawl/controller/pawl.db',
      },
      at: '2026-11-24T10:00:00.000Z',
    },
    facts: factsFrom({ 'prepare/plant-fences': known(planted), 'finish/close-fences': known(closed) }),
    knows: (intent) => !unknown.includes(intent),
    dead: () => [],
    phase: () => 'stop-etcd',
    standing: () => ({ state: 'as it is' }),
    faultPoint,
  };
}

export function anIntent(target: string, step = 'hold'): Intent {
  const id = `0042.stop-etcd.${step}.${target}.1`;
  return { id, run: 'okd-20261124-1', seq: 42, phase: 'stop-etcd', step, target, attempt: 1 };
}

export function aFleet(hosts: FakeHosts) {
  const runsDir = mkdtempSync(join(tmpdir(), 'pawl-fleet-'));
  made.push(runsDir);
  return {
    runsDir,
    ...createFleet({ hosts, runsDir, plantedBy: 'prepare/plant-fences', closedBy: ['finish/close-fences'] }),
  };
}
