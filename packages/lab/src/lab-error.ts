/** The one error of the lab: says what failed, where, and what to do; `cause` keeps what was underneath. */
export class LabError extends Error {
  override readonly name = 'LabError';
}
