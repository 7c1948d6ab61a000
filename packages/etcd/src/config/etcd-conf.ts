import { EtcdError } from '../errors';
import { assignments, parseEnvFile } from './env-file';

/**
 * Sets variables in an environment file, with comments, order and everything else kept. A variable that stands there is
 * replaced in its place (a later repetition of it is taken away, for the last one would win), another is added at the end.
 * @throws EtcdError `E_ETCD_SETTINGS` for a value that no environment file can hold, or where the result reads back otherwise
 */
export function editEtcdConf(text: string, changes: Readonly<Record<string, string>>): string {
  let edited = text;
  for (const [name, value] of Object.entries(changes)) edited = setOne(edited, name, value);
  const read = parseEnvFile(edited);
  for (const [name, value] of Object.entries(changes)) {
    if (read.get(name) !== value) {
      throw new EtcdError('E_ETCD_SETTINGS', `the edited file would not read back ${name}`, {
        hint: 'Edit the file by hand, and resume.',
      });
    }
  }
  return edited;
}

/**
 * etcd.conf without ETCD_FORCE_NEW_CLUSTER, however often it stands there: a playbook that failed leaves it behind, and each start
 * with it throws out all other members. Comments and everything else are kept; a file without it comes back as it is.
 */
export function removeForceFromConf(text: string): string {
  const found = assignments(text).filter(({ name }) => name === 'ETCD_FORCE_NEW_CLUSTER');
  return found.reduceRight((edited, { start, end }) => edited.slice(0, start) + edited.slice(end + 1), text);
}

function setOne(text: string, name: string, value: string): string {
  const line = `${name}=${quote(name, value)}`;
  const found = assignments(text).filter((assignment) => assignment.name === name);
  const [first, ...repeated] = found;
  if (first === undefined) return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`;
  let edited = text;
  for (const assignment of repeated.reverse()) {
    edited = edited.slice(0, assignment.start) + edited.slice(assignment.end + 1);
  }
  return edited.slice(0, first.start) + line + edited.slice(first.end);
}

/** Bare where it can be: RHEL's shell wrapper and systemd read it alike, and so does a person. */
function quote(name: string, value: string): string {
  if (/^[A-Za-z0-9_.,:/=@+-]*$/.test(value)) return value;
  if (/["\\$`\n]/.test(value)) {
    throw new EtcdError(
      'E_ETCD_SETTINGS',
      `the value for ${name} holds a quote, a backslash, $ or a line end`,
    );
  }
  return `"${value}"`;
}
