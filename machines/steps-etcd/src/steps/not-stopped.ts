/** What to do about units that run although they were stopped. */
export const notStopped = (...units: readonly string[]): string =>
  `\`systemctl status ${units.join(' ')}\` there says what keeps it. Mend that, and resume: it is stopped again.`;
