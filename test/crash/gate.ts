import type { Lab } from '@pawl/lab';
import { sh } from '../lab/lab-hosts';
import { hasJob, type Point } from './points';

/** Where a job is held: at a program of its script, once that has done its work. */
interface Where {
  readonly program: string;
  /** Of the shell's `case`, over the program's words. */
  readonly words: string;
}

/** In the middle of what the step does: its main program has done its work, and the script has not come to its end. */
const IN_THE_MIDDLE: readonly (readonly [RegExp, Where])[] = [
  [/^(stop-masters|masters-down)\/stop-and-hold$/, { program: 'systemctl', words: 'stop *controllers*' }],
  [
    /^(stop-etcd\/stop-.*|etcd-down\/stop-and-hold|re-form\/end-forced)$/,
    { program: 'systemctl', words: 'stop etcd*' },
  ],
  [/^back-up\/members$/, { program: 'cp', words: '* /etc/etcd *' }],
  [/^set-aside\/originals$/, { program: 'mv', words: '-nT */original/member' }],
  [/^set-aside\/copy$/, { program: 'cp', words: '*/member.part' }],
  [/^migrate\/promote$/, { program: 'mv', words: '-nT */copy-* */member' }],
  [
    /^(re-form\/start-.*|scale-up\/start-.*|etcd-back\/release-and-start)$/,
    { program: 'systemctl', words: '*start etcd*' },
  ],
  [/^scale-up\/add-/, { program: 'etcdctl', words: '*member add*' }],
  [/^re-attach-ttls\/attach$/, { program: 'etcdctl', words: '*txn*' }],
  [/^(reconfigure-masters\/edit|scale-up\/configure-.*)$/, { program: 'mv', words: '-fT *.pawl-new /etc/*' }],
  [/^(start-masters|masters-back)\/release-and-start$/, { program: 'systemctl', words: '*start *api*' }],
  [/^force-gone\/remove-force$/, { program: 'systemctl', words: 'daemon-reload' }],
  [/^originals-back\/set-new-aside$/, { program: 'mv', words: '-nT */v3/member' }],
  [/^originals-back\/rename-back$/, { program: 'mv', words: '-nT */original/member *' }],
];

interface GateOptions {
  /** Before the first line of its script, whatever the step. */
  readonly early?: boolean;
  /** How many v2 holds: for migrate. */
  readonly keys?: number;
}

const RUNS_THE_SCRIPT = { program: 'timeout', words: '*/script' };
const ROOM = '/run/crash-gate';

/**
 * Holds the job of a step on its host until the gate is opened: in the middle where one is known, else before its script's first
 * line. Only that job: told by the lock that it carries. Something of the lab's hosts, under which nothing of Pawl is changed.
 */
export class Gate {
  private constructor(
    private readonly lab: Lab,
    readonly point: Point,
    private readonly file: string,
  ) {}

  static async set(lab: Lab, point: Point, { early = false, keys = 0 }: GateOptions = {}): Promise<Gate> {
    if (!hasJob(point)) throw new Error(`${point.step} makes no job`);
    if (!early && point.step === 'migrate/run-migrate')
      return Gate.inMigrate(lab, point, Math.ceil(keys / 20));
    const known = early ? undefined : IN_THE_MIDDLE.find(([step]) => step.test(point.step))?.[1];
    const { program, words } = known ?? RUNS_THE_SCRIPT;
    const hold = `{ mkdir ${ROOM}/reached 2>/dev/null && while [ -e ${ROOM}/closed ]; do sleep 0.02; done; }`;
    return Gate.put(
      lab,
      point,
      program,
      words,
      known === undefined
        ? `${hold}\nexec ${program} "$@"`
        : `status=0\n${program} "$@" || status=$?\n${hold}\nexit $status`,
    );
  }

  /**
   * `etcdctl migrate` writes as one process, and commits what it has each tenth of a second. It is let go on for a moment at a time,
   * and held once a twentieth of the keys stands in the copy's database; how many do is read from a copy of that.
   */
  private static inMigrate(lab: Lab, point: Point, few: number): Promise<Gate> {
    return Gate.put(
      lab,
      point,
      'etcdctl',
      'migrate *',
      `etcdctl "$@" &
migrate=$!
while readlink /proc/$migrate/exe >/dev/null; do
  sleep 0.01
  kill -STOP $migrate
  cp $3/member/snap/db ${ROOM}/db 2>/dev/null || :
  keys=$(ETCDCTL_API=3 etcdctl -w json snapshot status ${ROOM}/db 2>/dev/null | sed -n 's/.*"totalKey":\\([0-9]*\\).*/\\1/p')
  if [ "\${keys:-0}" -gt ${few} ] && mkdir ${ROOM}/reached 2>/dev/null; then
    echo "$keys" >${ROOM}/keys
    while [ -e ${ROOM}/closed ]; do sleep 0.02; done
    kill -CONT $migrate
    break
  fi
  kill -CONT $migrate
done
wait $migrate`,
    );
  }

  private static async put(
    lab: Lab,
    point: Point,
    program: string,
    words: string,
    body: string,
  ): Promise<Gate> {
    const file = `/usr/local/sbin/${program}`;
    const job = `*/jobs/*.${point.step.replace('/', '.')}.*`;
    const wrapper = `#!/bin/sh
PATH=/usr/sbin:/usr/bin:/sbin:/bin
held=
case $(readlink /proc/self/fd/8):$* in ${job}:${words.replaceAll(' ', '\\ ')}) held=1 ;; esac
[ -n "$held" ] || exec ${program} "$@"
${body}
`;
    const set = `mkdir -p ${ROOM}/closed; cat >${file}; chmod 755 ${file}`;
    await lab.exec(point.target, ['sh', '-c', set], { stdin: wrapper });
    return new Gate(lab, point, file);
  }

  /** Returns once the job stands at the gate. @throws where it does not come there, or what was to bring it is over before */
  async reached(ended?: Promise<unknown>): Promise<void> {
    const there = sh(
      this.lab,
      this.point.target,
      `tries=0
until [ -d ${ROOM}/reached ] || [ -e ${ROOM}/over ] || [ $tries = 3000 ]; do sleep 0.02; tries=$((tries + 1)); done
[ -d ${ROOM}/reached ] && echo there || :`,
    );
    let waits = true;
    void ended?.then(async () => {
      if (waits) await sh(this.lab, this.point.target, `: >${ROOM}/over`);
    });
    const said = await there;
    waits = false;
    if (said === '') throw new Error(`the job of ${this.point.step} never came to its gate`);
  }

  async open(): Promise<void> {
    await sh(this.lab, this.point.target, `rm -rf ${ROOM}/closed`);
  }

  /** Opens it once another session has carried its claim to the host. @returns whether one did, before the gate was removed */
  async openForNextOwner(): Promise<boolean> {
    const said = await sh(
      this.lab,
      this.point.target,
      `was=$(cat /var/lib/pawl/fence)
until [ "$(cat /var/lib/pawl/fence)" != "$was" ] || [ ! -d ${ROOM} ]; do sleep 0.02; done
[ ! -d ${ROOM} ] || { rm -rf ${ROOM}/closed; echo opened; }`,
    );
    return said !== '';
  }

  /** Leaves the host as it was before. */
  async remove(): Promise<void> {
    await sh(this.lab, this.point.target, `rm -rf ${ROOM} ${this.file}`);
  }
}

/** What the copy's database held of the keys when migrate was caught, in percent. */
export async function migratedPercent(lab: Lab, { target }: Point, keys: number): Promise<number> {
  return Math.round((Number(await sh(lab, target, `cat ${ROOM}/keys`)) / keys) * 100);
}

export interface JobState {
  /** How many the step has had. */
  readonly jobs: number;
  /** Of the newest. */
  readonly folder: string;
  readonly started: boolean;
  readonly exited: boolean;
  /** Its lock is held. */
  readonly runs: boolean;
}

/** The newest job of a step on its host, by its marks. */
export async function jobOf(lab: Lab, { step, target }: Point): Promise<JobState> {
  const said = await sh(
    lab,
    target,
    `jobs=$(ls -d /var/lib/pawl/runs/*/jobs/*.${step.replace('/', '.')}.* 2>/dev/null | sort) || :
printf '%s\\n' "$jobs" | grep -c . || :
job=$(printf '%s\\n' "$jobs" | tail -n 1)
[ -n "$job" ] || exit 0
echo "$job"
for mark in started exited; do if [ -e "$job/$mark" ]; then echo $mark; fi; done
flock -n -s "$job/lock" true || echo runs`,
  );
  const [jobs = '0', folder = '', ...marks] = said.trim().split('\n');
  return {
    jobs: Number(jobs),
    folder,
    started: marks.includes('started'),
    exited: marks.includes('exited'),
    runs: marks.includes('runs'),
  };
}
