import { editForV2, editForV3 } from '@pawl/okd';

/**
 * master-config.yaml for v2: the pristine original of a run whose edit is all that has changed since, byte for byte; else the
 * same file without the two keys. Whoever edited it meanwhile keeps his edit.
 *
 * @param pristines what runs of Pawl have kept of this file before they edited it
 * @throws OkdError `E_MASTER_CONFIG`
 */
export function v2Config(text: string, pristines: readonly string[], path: string): string {
  // A restore before this one has kept a file, too, and that one said etcd3.
  const original = pristines.find((pristine) => pristine !== text && madeOf(pristine, path) === text);
  return original ?? editForV2(text, path).text;
}

/** What a migration makes of it; undefined for a file that it would refuse. */
function madeOf(pristine: string, path: string): string | undefined {
  try {
    return editForV3(pristine, path).text;
  } catch {
    return undefined;
  }
}
