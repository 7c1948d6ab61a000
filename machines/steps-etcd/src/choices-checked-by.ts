import { PawlError, type JsonObject } from '@pawl/engine';
import Ajv, { type ValidateFunction } from 'ajv/dist/2020';

/**
 * A machine's `checkChoices`: every fault against its schema, else those that a schema can't say. The schema is compiled when the
 * first choices come: a command line loads every machine, and asks one at most.
 *
 * @param of the package that exports the schema, as `choicesSchema`
 * @throws (what is returned) PawlError `E_CHOICES`, every fault listed
 */
export function choicesCheckedBy<C extends JsonObject>(
  schema: JsonObject,
  of: string,
  beyond: (choices: C) => readonly string[] = () => [],
): (choices: JsonObject) => C {
  let compiled: ValidateFunction<C> | undefined;
  return (choices) => {
    const validate = (compiled ??= new Ajv({ allErrors: true, allowUnionTypes: true }).compile<C>(schema));
    const faults = validate(choices)
      ? beyond(choices)
      : (validate.errors ?? []).map((e) => `${e.instancePath || '/'} ${e.message ?? 'is wrong'}`);
    if (faults.length === 0) return choices as C;
    throw new PawlError('E_CHOICES', `the run's choices are not valid: ${faults.join('; ')}`, {
      hint: `Compare them with the schema \`choicesSchema\` of ${of}.`,
    });
  };
}
