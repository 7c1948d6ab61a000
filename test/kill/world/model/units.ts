import { existsSync } from 'node:fs';
import { addEffect } from '../effects';
import { onHost, treeOf } from '../host-tree';
import type { Live } from './processes';
import { writeState, type ModelState, type Unit } from './state';
import { enabledAs, loadUnit, unitFiles } from './unit-file';

/** The units of all hosts, with their processes. */
export interface Units {
  readonly hosts: readonly string[];
  tree(host: string): string;
  /** The process that a host's others end with. */
  keeper(host: string): number;
  /** By name; those that systemd has read. */
  on(host: string): Record<string, Unit>;
  /** Read where its file is there and it was not read before. */
  unit(host: string, name: string): Unit;
  all(): readonly OneUnit[];
  /** What a boot would start: enabled, and nothing holds it. */
  bootable(host: string): readonly string[];
  readonly live: Map<string, Live>;
  effect(host: string, what: string): void;
  /** Writes down what changed. */
  keep(): void;
}

export interface OneUnit {
  readonly host: string;
  readonly name: string;
  readonly unit: Unit;
}

export function unitsOf(dir: string, state: ModelState, keeper: (host: string) => number): Units {
  const tree = (host: string): string => treeOf(dir, host);
  const on = (host: string): Record<string, Unit> => state.hosts.find((each) => each.name === host)!.units;
  const unit = (host: string, name: string): Unit => {
    const known = on(host)[name];
    if (known !== undefined) return known;
    const read = { loaded: loadUnit(tree(host), name), failed: false, ready: false };
    if (read.loaded.fragment !== '') on(host)[name] = read;
    return read;
  };
  return {
    ...{ tree, keeper, on, unit, hosts: state.hosts.map(({ name }) => name), live: new Map() },
    all: () =>
      state.hosts.flatMap(({ name: host, units }) =>
        Object.entries(units).map(([name, one]) => ({ host, name, unit: one })),
      ),
    bootable: (host) =>
      unitFiles(tree(host)).filter((name) => {
        const { loaded } = unit(host, name);
        const held = loaded.asserts.some((file) => !existsSync(onHost(tree(host), file)));
        return enabledAs(tree(host), name, loaded) === 'enabled' && !held;
      }),
    effect: (host, what) => addEffect(dir, { host, what }),
    keep: () => writeState(dir, state),
  };
}
