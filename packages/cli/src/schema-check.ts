import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '@pawl/engine';
import Ajv from 'ajv/dist/2020';

const FOLDER = join(__dirname, '..', 'schemas');

/** What in a document does not fit the schema that it names; nothing where all is well. */
export function faultsOf(found: JsonObject): readonly string[] {
  const ajv = new Ajv({ allErrors: true });
  for (const file of readdirSync(FOLDER)) ajv.addSchema(readSchema(file));
  const name = typeof found['schema'] === 'string' ? found['schema'] : '';
  const validate = ajv.getSchema(schemaId(name));
  if (validate === undefined) return [`there is no schema ${name}`];
  if (validate(found) === true) return [];
  return (validate.errors ?? []).map(
    (e) => `${e.instancePath === '' ? '/' : e.instancePath} ${e.message ?? 'is wrong'}`,
  );
}

function readSchema(file: string): JsonObject {
  return JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as JsonObject;
}

/** `pawl/check/1` is `check-1.json`. */
function schemaId(name: string): string {
  const [, command = '', version = ''] = name.split('/');
  return `https://pawl.example/schemas/cli/${command}-${version}.json`;
}
