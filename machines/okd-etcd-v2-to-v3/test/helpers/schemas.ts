import Ajv from 'ajv/dist/2020';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const FOLDER = path.join(__dirname, '../../../../packages/cli/schemas');

/** What in a printed document does not fit the schema that ships and that it names: `pawl/event/1` is event-1.json. */
export function schemaFaults(line: string): readonly string[] {
  const document = JSON.parse(line) as { readonly schema: string };
  const [, name, version] = document.schema.split('/');
  const ajv = new Ajv({ allErrors: true });
  for (const file of readdirSync(FOLDER))
    ajv.addSchema(JSON.parse(readFileSync(path.join(FOLDER, file), 'utf8')) as object);
  const validate = ajv.getSchema(`https://pawl.example/schemas/cli/${name}-${version}.json`);
  if (validate === undefined) return [`no schema ${document.schema}`];
  if (validate(document) === true) return [];
  return (validate.errors ?? []).map((error) => `${document.schema}${error.instancePath} ${error.message}`);
}
