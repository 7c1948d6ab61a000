import { defineMachine, sha256, type PawlError } from '@pawl/engine';
import { configFaults } from '../src/config-faults';
import { machineConfig, type StateConfig } from '../src/machine-config';
import { guards } from '../src/machine-guards';
import { linearMachine } from './machines/linear';
import { effect, oneShot, phase, read, tinySpec, type TinySpec } from './machines/tiny';
import { wideMachine } from './machines/wide';

const look = read('look', async () => ({}));
const back = { rollback: [phase('back', [effect('undo')]), phase('later', [effect('go')])] };

describe('a spec that breaks a rule is refused, every fault named', () => {
  test.each<[string, TinySpec]>([
    ['machine Tiny: the name is not kebab-case', tinySpec([phase('one', [look])], { id: 'Tiny' })],
    ['machine a.b: the name is not kebab-case', tinySpec([phase('one', [look])], { id: 'a.b' })],
    ['the machine has no phases', tinySpec([])],
    ['phase one: it has no steps', tinySpec([phase('one', [])])],
    ['phase one: the name is used twice', tinySpec([phase('one', [look]), phase('one', [look])])],
    ['phase done: the name is taken', tinySpec([phase('done', [look])])],
    ['step one/ look: the name is used twice', tinySpec([phase('one', [look, look])])],
    ['phase back: the name is used twice', tinySpec([phase('back', [look])], back)],
    ['deadlineMs 0', tinySpec([phase('one', [read('look', look.run, { deadlineMs: 0 })])])],
    ['concurrency 0', tinySpec([phase('one', [read('look', look.run, { concurrency: 0 })])])],
    [
      'retry.attempts 0',
      tinySpec([phase('one', [read('look', look.run, { retry: { attempts: 0, delayMs: 1 } })])]),
    ],
    [
      'shrink',
      tinySpec([phase('one', [read('look', look.run, { retry: { attempts: 2, delayMs: 1, factor: 0.5 } })])]),
    ],
    ['startOverAt one/gone is no forward step', tinySpec([phase('one', [oneShot('shoot', 'one/gone', {})])])],
    [
      'startOverAt one/later does not come before it',
      tinySpec([phase('one', [oneShot('shoot', 'one/later', {}), effect('later')])]),
    ],
    ['a step is irreversible', tinySpec([phase('one', [effect('go', { undoneBy: 'irreversible' })])])],
    ['it names no rollbackAt', tinySpec([phase('one', [effect('cook')])], back)],
    [
      'rollbackAt gone is no rollback phase',
      tinySpec([phase('one', [effect('cook')], { rollbackAt: 'gone' })], back),
    ],
    [
      'undoneBy back/gone is neither',
      tinySpec([phase('one', [effect('cook', { undoneBy: 'back/gone' })], { rollbackAt: 'back' })], back),
    ],
    [
      'stands before the phase its rollback enters at',
      tinySpec([phase('one', [effect('cook', { undoneBy: 'back/undo' })], { rollbackAt: 'later' })], back),
    ],
    [
      'enters after that of a phase before it',
      tinySpec(
        [
          phase('one', [effect('cook')], { rollbackAt: 'back' }),
          phase('two', [look], { rollbackAt: 'later' }),
        ],
        back,
      ),
    ],
    [
      'a phase of the way back or of the cleanup has no rollbackAt',
      tinySpec([phase('one', [look])], { rollback: [phase('back', [look], { rollbackAt: 'back' })] }),
    ],
    [
      'a step of the way back or of the cleanup is idempotent',
      tinySpec([phase('one', [look])], { rollback: [phase('back', [oneShot('shoot', 'one/look', {})])] }),
    ],
  ])('%s', (fault, spec) => {
    expect(faultsOf(spec).join('\n')).toContain(fault);
  });

  test('several at once', () => {
    expect(faultsOf(tinySpec([phase('One', []), phase('Two', [])])).length).toBeGreaterThan(3);
  });

  test('names of what undoes a step are only names while there is no rollback', () => {
    expect(() =>
      defineMachine(tinySpec([phase('one', [effect('cook', { undoneBy: 'back/gone' })])])),
    ).not.toThrow();
  });
});

describe('the xstate machine', () => {
  test('is made of plain data: no code but the context', () => {
    const { context, ...rest } = wideMachine().xstate.config as Record<string, unknown>;
    expect(typeof context).toBe('function');
    expect(JSON.parse(JSON.stringify(rest))).toEqual(rest);
  });

  const known = { guards: Object.keys(guards), actions: ['rememberStart', 'countSpent', 'rememberSaid'] };
  const sound = machineConfig(wideMachine().spec);

  test('has no fault by its own rules', () => {
    expect(configFaults(sound, known)).toEqual([]);
  });

  test.each<[string, (text: string) => string]>([
    ['after is not used', (text) => text.replace('"meta":', '"after":{"10":"done"},"meta":')],
    ['always is not used', (text) => text.replace('"meta":', '"always":"done","meta":')],
    ['no guard mayStart2', (text) => text.replace('"mayStart"', '"mayStart2"')],
    ['not one guarded edge into running', (text) => text.replace('"RESUME":"asking"', '"RESUME":"running"')],
    ['it does not begin by asking', (text) => text.replace('"initial":"asking"', '"initial":"running"')],
    ['is invoked in two places', (text) => text.replaceAll('work/copy', 'work/convert')],
    ['is not its src', (text) => text.replace('"src":"work/copy"', '"src":"work/cop"')],
    ['no onDone', (text) => text.replace('"onDone":"work",', '')],
  ])('%s', (fault, spoil) => {
    const text = JSON.stringify(sound);
    const spoilt = spoil(text);
    expect(spoilt).not.toBe(text);
    expect(configFaults(JSON.parse(spoilt) as StateConfig, known).join('\n')).toContain(fault);
  });
});

describe('the definition', () => {
  test('is the same for the same machine, and its hash is that of its text', () => {
    expect(wideMachine().definition).toBe(wideMachine().definition);
    expect(wideMachine().definitionHash).toBe(sha256(wideMachine().definition));
  });

  test('changes with what a step declares', () => {
    const plain = defineMachine(tinySpec([phase('one', [look])]));
    const patient = defineMachine(tinySpec([phase('one', [{ ...look, deadlineMs: 1 }])]));
    expect(patient.definitionHash).not.toBe(plain.definitionHash);
    expect(linearMachine('1.0.1').definitionHash).not.toBe(linearMachine('1.0.0').definitionHash);
  });
});

function faultsOf(spec: TinySpec): readonly string[] {
  try {
    defineMachine(spec);
  } catch (error) {
    const { code, facts } = error as PawlError;
    expect(code).toBe('E_MACHINE');
    return facts?.['faults'] as readonly string[];
  }
  return [];
}
