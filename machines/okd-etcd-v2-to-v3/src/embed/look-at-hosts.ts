import { readHands } from '@pawl/fleet';
import { openHosts, type HostEntry } from '@pawl/hosts';
import { join } from 'node:path';
import { allHosts, hostEntry } from '@pawl/steps-etcd';
import { check, type CheckReport } from '../check';
import { type OkdChoices } from '../choices';
import type { OkdMigrationOptions } from './okd-migration-api';

/** Runs the check and lets the connections go. Nothing in its hands can change anything. */
export async function lookAtHosts(
  options: OkdMigrationOptions,
  choices: OkdChoices,
  signal?: AbortSignal,
): Promise<CheckReport> {
  const hosts = connectTo(options, choices);
  try {
    return await check(choices, readHands(hosts, 'check', join(options.runsDir, 'check')), signal);
  } finally {
    await hosts.close();
  }
}

/** The hosts of a run, by the caller's own way or by that of the inventory. */
export function connectTo(
  { connect = (entries: readonly HostEntry[]) => openHosts({ entries }) }: OkdMigrationOptions,
  choices: OkdChoices,
): ReturnType<typeof openHosts> {
  return connect(allHosts(choices).map(hostEntry));
}
