/** The shells that on-host scripts must behave alike under, as the words that start each. Debian: dash, bash, busybox. */
export const shells: readonly { readonly shell: readonly [string, ...string[]] }[] = [
  { shell: ['dash'] },
  { shell: ['bash'] },
  { shell: ['busybox', 'sh'] },
];
