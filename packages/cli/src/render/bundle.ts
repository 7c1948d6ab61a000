import type { BundleView } from '../bundle-view';
import { labelled, type Paper } from './layout';
import { renderReason } from './reason';

/** What a bundle is of, before its rows. */
export function renderBundle(view: BundleView, paper: Paper): string {
  const { columns, colours } = paper;
  const place = view.step === null ? view.phase : `${view.phase}/${view.step}`;
  const stands = view.step === null ? view.state : `${view.state}, at ${place}`;
  return [
    `${colours.bold(view.run)}  ${stands}`,
    labelled('bundle', `made ${view.madeAt} by ${view.madeBy}`, columns),
    labelled('machine', `${view.machine} ${view.machineVersion}`, columns),
    ...(view.reason === null ? [] : renderReason(view.reason, place, paper)),
    labelled('last by', view.owner, columns),
    labelled('records', view.database, columns),
    ...cleanedLines(view, columns),
    '',
    '',
  ].join('\n');
}

/** Where a bundle was written, and what of it to know before it is sent. */
export function renderExported(view: BundleView, rows: number, { columns }: Paper): string {
  return [
    `${view.run}: ${rows} rows in ${view.file}`,
    ...cleanedLines(view, columns),
    labelled('read it', `pawl journal --import ${view.file}`, columns),
    '',
  ].join('\n');
}

function cleanedLines({ cleaned }: BundleView, columns: number): readonly string[] {
  if (cleaned.length === 0) return [];
  const numbers = cleaned.join(', ');
  const what = `what looked like a secret was left out of row ${numbers}: its place in the chain can be checked, its content can't`;
  return [labelled('cleaned', what, columns)];
}
