/** Where a controller can be killed. */
export interface Point {
  /** The step that was at work, `phase/step`; `-` before the first one of a session. */
  readonly place: string;
  /** `phase/step@target/intent:before-commit`, `phase/step@HOST/call 03 during`. */
  readonly name: string;
  /** The how-many-eth of that name in its step. */
  readonly nth: number;
  /**
   * What a controller that is killed here has left: as many commits, as many changing calls begun, as many ended. Two points
   * with one value leave the same database and the same hosts.
   */
  readonly left: string;
  /** The host on which a job runs at this point, for sure. */
  readonly runs?: string;
}

export interface PointWatch {
  /** The step that is at work. */
  place(): string;
  faultPoint(name: string): void;
  /** A command line is sent to a host: to be told `before`, `during` and `after` it. */
  call(host: string, commandLine: string): Call;
}

export interface Call {
  readonly verb: string | undefined;
  reached(way: 'before' | 'during' | 'after'): void;
}

interface Told {
  /** A step begins: nothing of it has happened, and nothing of the one before is under way. */
  step(place: string): void;
  point(point: Point): void;
}

/**
 * Numbers every point that a run passes: the engine's own boundaries and every command line that goes to a host. Numbers begin
 * anew with each step, so that a point has the same name in a session that begins at its step.
 */
export function pointWatch(told: Told): PointWatch {
  let place = '-';
  let [commits, begun, ended] = [0, 0, 0];
  let runs: string | undefined;
  const counts = new Map<string, number>();
  const count = (name: string): number => {
    const nth = (counts.get(name) ?? 0) + 1;
    counts.set(name, nth);
    return nth;
  };
  const reach = (name: string, nth: number): void =>
    told.point({ place, name, nth, left: `${commits}.${begun}.${ended}`, ...(runs && { runs }) });
  return {
    place: () => place,
    faultPoint(full) {
      const name = full.slice(full.indexOf('/') + 1);
      const [, step = ''] = /^([^@]+?)\??@.*\/(?:intent|ask):before-commit$/.exec(name) ?? [];
      if (step !== '' && step !== place) {
        place = step;
        counts.clear();
        told.step(place);
      }
      if (name.endsWith(':after-commit')) commits += 1;
      reach(name, count(name));
    },
    call(host, commandLine) {
      const number = String(count(`call on ${host}`)).padStart(2, '0');
      const verb = guardVerb(commandLine);
      const changes = verb !== undefined;
      const where = place === '-' ? 'session/-' : place;
      return {
        verb,
        reached(way) {
          // A wait changes nothing, but when it ends, what it waited for has ended.
          if (changes && way === 'during' && verb !== 'wait') begun += 1;
          if (changes && way === 'after') {
            ended += 1;
            runs = verb === 'job' ? host : undefined;
          }
          reach(`${where}@${host}/call ${number} ${way}`, 1);
        },
      };
    },
  };
}

/** What the guard was asked; `install` where it is put there. Whatever else goes to a host is a look: hosts have no other way to be changed. */
function guardVerb(commandLine: string): string | undefined {
  const [, verb] = /\bpawl'? '?(plant|close|withdraw|readme|job|wait|cancel)'?$/.exec(commandLine) ?? [];
  if (verb !== undefined) return verb;
  return /mktemp.*\/var\/lib\/pawl\/host\/guard-/s.test(commandLine) ? 'install' : undefined;
}
