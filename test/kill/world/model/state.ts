import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Loaded } from './unit-file';

/** A unit, as systemd has it in memory. */
export interface Unit {
  /** As it was read last: a start does this, whatever the files say now. */
  loaded: Loaded;
  /** By its id on the host; the network it is in; when it was started, microseconds since this machine's boot. */
  process?: { readonly pid: number; readonly net: string; readonly startedUs: number };
  failed: boolean;
  /** It has said that it is up. */
  ready: boolean;
  /** What an etcd was started on. */
  etcd?: EtcdProcess;
  /** What a master was started with. */
  backend?: 'v2' | 'v3';
}

export interface EtcdProcess {
  readonly name: string;
  /** By its path on the host, without `member`. */
  readonly dataDir: string;
  readonly clientUrl: string;
  /** It has a network of its own, and no peers. */
  readonly isolated: boolean;
}

export interface HostState {
  readonly name: string;
  readonly units: Record<string, Unit>;
}

/** All that the model has that is not in the hosts' own files. */
export interface ModelState {
  readonly hosts: readonly HostState[];
}

const file = (dir: string): string => path.join(dir, 'model.json');

export function readState(dir: string): ModelState | undefined {
  return existsSync(file(dir)) ? (JSON.parse(readFileSync(file(dir), 'utf8')) as ModelState) : undefined;
}

/** Whole or not at all: a world may be ended at any time. */
export function writeState(dir: string, state: ModelState): void {
  writeFileSync(`${file(dir)}.new`, JSON.stringify(state));
  renameSync(`${file(dir)}.new`, file(dir));
}
