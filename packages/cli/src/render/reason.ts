import type { Json, JsonObject } from '@pawl/engine';
import { stringify } from 'yaml';
import type { OfferedChoice } from '../offered-choices';
import type { ReasonView } from '../reason-view';
import { labelled, labelledLines, type Paper } from './layout';

/** Why, where (unless that is said already), what to do now, and what was seen. */
export function renderReason(reason: ReasonView, place: string | null, paper: Paper): readonly string[] {
  const { columns } = paper;
  const { code, message, where, hint, facts } = reason;
  return [
    labelled('why', `${message} (${code})`, columns),
    ...(where === null || where === place ? [] : [labelled('where', where, columns)]),
    ...(hint === null ? [] : [labelled('what now', hint, columns)]),
    ...(facts === null || Object.keys(facts).length === 0
      ? []
      : [labelledLines('seen', stringify(shortened(facts), { lineWidth: columns - 14 }).trimEnd())]),
  ];
}

/** What a person can decide, what each choice means and costs, and the command that takes it. */
export function renderChoices(choices: readonly OfferedChoice[], paper: Paper): readonly string[] {
  if (choices.length === 0) return [];
  return ['', 'Choices:', ...choices.flatMap((choice) => renderChoice(choice, paper))];
}

function renderChoice(
  { name, meaning, cost, command }: OfferedChoice,
  { columns, colours: { bold } }: Paper,
): readonly string[] {
  return [
    labelled(name, meaning, columns, 12),
    ...(cost === undefined ? [] : [labelled('', `costs: ${cost}`, columns, 12)]),
    // Never broken: it is there to be pasted.
    labelledLines('', bold(command), 12),
  ];
}

/** How much of a long list a person is shown; documents carry all of it. */
const SHOWN = 20;

function shortened(value: Json): Json {
  if (Array.isArray(value)) {
    const items = (value as readonly Json[]).map(shortened);
    return items.length <= SHOWN ? items : [...items.slice(0, SHOWN), `… ${items.length - SHOWN} more`];
  }
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value as JsonObject).map(([key, held]) => [key, shortened(held)]));
}
