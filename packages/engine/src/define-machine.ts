import { buildMachine } from './build-machine';
import { sha256 } from './canonical';
import { configFaults } from './config-faults';
import { definitionText } from './definition';
import { PawlError } from './errors';
import type { JsonObject } from './json';
import { allPhases, type Machine, type MachineSpec } from './machine';
import { machineConfig } from './machine-config';
import { guards } from './machine-guards';
import { specFaults } from './spec-faults';

/**
 * Makes a machine from ordered phases: a real xstate machine, a state per phase and step.
 * @throws PawlError `E_MACHINE`, with every fault of the spec in its message and in `facts.faults`
 */
export function defineMachine<C extends JsonObject, R, H extends R>(
  spec: MachineSpec<C, R, H>,
): Machine<C, R, H> {
  refuse(spec.id, specFaults(untyped(spec)));
  const config = machineConfig(spec);
  refuse(
    spec.id,
    configFaults(config, {
      guards: Object.keys(guards),
      actions: ['rememberStart', 'countSpent', 'rememberSaid'],
    }),
  );
  const definition = definitionText(spec, config);
  return {
    spec,
    xstate: buildMachine(config, sources(spec)),
    definition,
    definitionHash: sha256(definition),
  };
}

function refuse(id: string, faults: readonly string[]): void {
  if (faults.length === 0) return;
  throw new PawlError(
    'E_MACHINE',
    `the machine ${id} can't be built:\n${faults.map((line) => `  ${line}`).join('\n')}`,
    {
      facts: { faults },
      hint: 'Mend the spec: each line names the phase or step.',
    },
  );
}

function sources<C extends JsonObject, R, H extends R>(spec: MachineSpec<C, R, H>): readonly string[] {
  return allPhases(spec).flatMap((phase) =>
    phase.steps.flatMap((step) => {
      const id = `${phase.name}/${step.name}`;
      return step.kind === 'one-shot' ? [id, `${id}?`] : [id];
    }),
  );
}

/** Checks read names and numbers only, never what steps work with. */
function untyped<C extends JsonObject, R, H extends R>(
  spec: MachineSpec<C, R, H>,
): MachineSpec<JsonObject, unknown, unknown> {
  return spec as unknown as MachineSpec<JsonObject, unknown, unknown>;
}
