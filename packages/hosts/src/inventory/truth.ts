/** Ansible's `bool`: `undefined` for what is neither. */
export function truth(text: string): boolean | undefined {
  const word = text.trim().toLowerCase();
  if (['true', 'yes', 'on', '1', 't', 'y'].includes(word)) return true;
  if (['false', 'no', 'off', '0', 'f', 'n', ''].includes(word)) return false;
  return undefined;
}
