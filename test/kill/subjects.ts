import { OKD_SUBJECTS } from './okd-subjects';
import { smallSubject } from './small/small-subject';
import type { Subject } from './runner/subject';

/** By its machine's id: the controller, a process of its own, is told no more. @throws for one that is not known */
export function subjectOf(id: string): Subject {
  const subject = SUBJECTS.find((each) => each.id === id);
  if (subject !== undefined) return subject;
  throw new Error(`no subject ${id}; there are ${SUBJECTS.map((each) => each.id).join(', ')}`);
}

const SUBJECTS: readonly Subject[] = [
  ...OKD_SUBJECTS,
  smallSubject(),
  smallSubject('not-idempotent'),
  smallSubject('forgetful'),
];
