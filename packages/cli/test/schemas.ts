import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv/dist/2020';

type Schema = Record<string, unknown>;

const FOLDER = join(__dirname, '..', 'schemas');

/**
 * Faults of a document against the schema that ships, and every field that the schema does not describe: readers may meet
 * unknown fields, but we must not print undocumented ones.
 */
export function schemaFaults(document: Record<string, unknown>): readonly string[] {
  return faultsAs(String(document['schema']), document);
}

/** The same for one that does not name its schema itself: a line of a bundle. */
export function faultsAs(name: string, document: Record<string, unknown>): readonly string[] {
  const [, command = '', version = ''] = name.split('/');
  const validate = strict().getSchema(`https://pawl.example/schemas/cli/${command}-${version}.json`);
  if (validate === undefined) return [`no schema for ${name}`];
  if (validate(document) === true) return [];
  return (validate.errors ?? []).map(
    (e) => `${e.instancePath} ${e.message ?? ''} ${JSON.stringify(e.params)}`,
  );
}

let compiled: Ajv | undefined;

function strict(): Ajv {
  if (compiled !== undefined) return compiled;
  compiled = new Ajv({ allErrors: true });
  for (const file of readdirSync(FOLDER)) {
    const schema = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Schema;
    compiled.addSchema(
      file === 'common-1.json' ? schema : { ...closed(schema), unevaluatedProperties: false },
    );
  }
  return compiled;
}

/** Every object in it that names its properties allows no others. */
function closed(schema: Schema, isRoot = true): Schema {
  const entries = Object.entries(schema).map(([key, value]) => [key, closedValue(value)]);
  const out = Object.fromEntries(entries) as Schema;
  return !isRoot && schema['type'] === 'object' && schema['properties'] !== undefined
    ? { ...out, additionalProperties: false }
    : out;
}

function closedValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closedValue);
  return typeof value === 'object' && value !== null ? closed(value as Schema, false) : value;
}
