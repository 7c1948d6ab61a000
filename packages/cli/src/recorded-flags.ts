import type { Json, JsonObject } from '@pawl/engine';
import { placeText } from './backup-place';
import type { BackupPlace, MachineFlags } from './machines';

/** What a run was told beside its inventory, from its choices: which backup, and which hosts were given up. */
export function recordedFlags(choices: JsonObject): MachineFlags {
  const [from] = places([choices['from'] ?? null]);
  const backups = places(choices['backups'] ?? null);
  const hostDead = strings(choices['gone'] ?? null);
  const { dbFrom, reason, manifestDigest } = choices;
  return {
    ...(from === undefined ? {} : { from: placeText(from) }),
    ...(backups.length === 0 ? {} : { backups }),
    ...(hostDead.length === 0 ? {} : { hostDead }),
    ...(typeof dbFrom === 'string' ? { dbFrom } : {}),
    ...(typeof reason === 'string' ? { reason } : {}),
    ...(typeof manifestDigest === 'string' ? { manifestDigest } : {}),
  };
}

function places(value: Json): readonly BackupPlace[] {
  if (!Array.isArray(value)) return [];
  return (value as readonly Json[]).flatMap((each) => {
    if (each === null || typeof each !== 'object' || Array.isArray(each)) return [];
    const { host, path } = each as JsonObject;
    return typeof host === 'string' && typeof path === 'string' ? [{ host, path }] : [];
  });
}

function strings(value: Json): readonly string[] {
  return Array.isArray(value)
    ? (value as readonly Json[]).filter((each): each is string => typeof each === 'string')
    : [];
}
