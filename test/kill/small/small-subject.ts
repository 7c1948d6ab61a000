import type { Subject } from '../runner/subject';
import { smallMachine, type Flaw } from './small-machine';
import {
  newSmallWorld,
  openSmallWorld,
  smallEffects,
  smallEntries,
  smallPicture,
  smallTransport,
} from './small-world';

/** Quick to kill: it shows that the matrix itself works, and, with a flaw, that it can fail. */
export function smallSubject(flaw?: Flaw): Subject {
  const machine = smallMachine(flaw);
  return {
    id: machine.spec.id,
    machine,
    run: 'small-20261124-1',
    plantedBy: 'prepare/plant',
    closedBy: ['finish/close', 'fences-closed/close'],
    lossName: 'small',
    newWorld: newSmallWorld,
    openWorld: openSmallWorld,
    choices: () => ({}),
    entries: smallEntries,
    transport: smallTransport,
    effects: smallEffects,
    picture: smallPicture,
    isEvidence: (key) => /^\S+ \/var\/lib\/(pawl|effects)/.test(key),
    brokenRules: (effects) =>
      effects.filter(({ what }) => what === 'strike').length > 1 ? ['it was struck twice'] : [],
  };
}
