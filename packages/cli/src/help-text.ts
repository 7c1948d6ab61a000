/** Stands below the list of commands. */
export const HELP_AFTER = `
Exit codes: 0 done, also already done · 1 internal error · 2 usage, inventory, configuration ·
  3 refused, nothing changed · 4 paused, resumable · 5 in doubt, a person decides ·
  6 failed and rolled back · 7 fenced or owned by another · 8 definition or inventory changed ·
  9 the store can't be used

The way back of each phase by hand, without Pawl, is in /var/lib/pawl/README on each host of a run.
`;
