import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import path from 'node:path';
import { readIntents, sh } from '../../src';
import { guardRequest } from '../../src/guard/guard-request';
import { guardScript } from '../../src/guard/guard-script';
import { until } from '../until';
import { describeOnHost, effect, onHost, shells, waitFor } from './test-run';

describeOnHost.each(shells)('a job, under %s', (shell) => {
  const on = onHost(shell);

  test('is made, started, and answered for', async () => {
    const { change, boundaries, host, job, hosts, name, run } = on.test;
    const script = sh`cat; echo to stderr >&2; umask; pwd; exit 3`;
    expect(await change('0001', { script, stdin: 'in\n' })).toEqual({
      exit: 3,
      stdout: 'in\n0022\n/\n',
      stderr: 'to stderr\n',
      reattached: false,
    });
    expect(boundaries).toEqual(['host:before', 'host:during', 'host:after']);
    expect(await hosts.jobs(name, run)).toEqual([{ intent: '0001', state: 'exited', exit: 3 }]);
    expect(await hosts.fence(name)).toMatchObject({ phase: 'stop-etcd' });
    expect(host.sh(`cat ${job('0001', 'intent')}`)).toBe('{"intent":"0001"}\n');
    expect(host.sh(`find ${job('0001')} -perm /077`)).toBe('');
  });

  test('keeps what it was made for, for whoever has lost the database', async () => {
    const { change, hosts, name, run, host, job } = on.test;
    expect(await readIntents(hosts.reading(name), run)).toEqual([]);
    for (const intent of ['0001', '0002']) await change(intent, {});
    expect(await readIntents(hosts.reading(name), run)).toEqual([
      { intent: '0001', text: '{"intent":"0001"}' },
      { intent: '0002', text: '{"intent":"0002"}' },
    ]);
    host.sh(`rm ${job('0001', 'intent')}`);
    await expect(readIntents(hosts.reading(name), run)).rejects.toMatchObject({ code: 'E_JOBS_UNREADABLE' });
  });

  test('whose directory was removed together with all others is missed', async () => {
    const { change, hosts, name, run, host, job } = on.test;
    await change('0001', {});
    host.sh(`rm -r ${path.dirname(job('0001'))}`);
    await expect(hosts.jobs(name, run)).rejects.toMatchObject({
      code: 'E_JOBS_GONE',
      hint: expect.stringContaining(`\`pawl unfence -i INVENTORY ${run} --reason WHY\``) as unknown,
    });
    expect(await hosts.jobs(name, 'another')).toEqual([]);
  });

  test('stops at the first command that fails, and at a variable that is not set', async () => {
    const { change, effects } = on.test;
    expect(await change('0001', { script: sh.lines(sh`false`, effect) })).toMatchObject({ exit: 1 });
    expect((await change('0002', { script: sh.lines(sh`: "$nothing"`, effect) })).exit).not.toBe(0);
    expect(effects()).toBe(0);
  });

  test('has an environment of its own', async () => {
    const { change } = on.test;
    const { stdout } = await change('0001', {
      script: sh`env | sed ${'/^\\(PWD\\|OLDPWD\\|SHLVL\\|_\\)=/d'} | sort`,
    });
    expect(stdout).toBe(
      'HOME=/root\nLC_ALL=C\nPATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n',
    );
  });

  test('asked for again under its intent, it is not started again', async () => {
    const { change, effects } = on.test;
    const first = await change('0001', { script: sh.lines(effect, sh`echo done`) });
    expect(await change('0001', { script: effect })).toEqual({ ...first, reattached: true });
    expect(effects()).toBe(1);
  });

  test('goes on when its client is killed with all of its session, and is found with its result', async () => {
    const { change, effects, identity, host, job, exists, touch } = on.test;
    const script = sh.lines(effect, waitFor('/var/lib/go'), sh`echo whole`);
    // Each in a session of its own, as sshd starts them.
    const asked = (verb: string, request: Buffer) => {
      const words = ['-t', String(host.keeper), '-m', '--', '/bin/sh', guardScript().path, verb];
      const client = spawn('nsenter', words, { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
      client.stdin.end(request);
      return client;
    };
    const starting = asked('job', jobRequest(identity('0001'), script.text));
    await once(starting.stdout, 'data');
    const waiting = asked('wait', guardRequest([...who(identity('0001')), ['seconds', '20']]));
    await until('the effect', () => effects() === 1);
    const gone = once(waiting, 'exit');
    host.sh(`for leader in ${starting.pid} ${waiting.pid}; do pkill -KILL -s $leader || :; done`);
    await gone;
    expect(exists(job('0001', 'exited'))).toBe(false);
    const found = change('0001', { script });
    touch('/var/lib/go');
    expect(await found).toEqual({ exit: 0, stdout: 'whole\n', stderr: '', reattached: true });
    expect(effects()).toBe(1);
  });

  test('two racers for one job: one start', async () => {
    const { change, effects } = on.test;
    const script = sh.lines(effect, sh`sleep 0.05`);
    const results = await Promise.all([1, 2, 3].map(async () => change('0001', { script })));
    expect(results.map(({ exit }) => exit)).toEqual([0, 0, 0]);
    expect(results.filter(({ reattached }) => !reattached)).toHaveLength(1);
    expect(effects()).toBe(1);
  });

  test('one-shot: whoever asks, under whichever intent, it is started once in a run', async () => {
    const { change, effects, hosts, name, run } = on.test;
    const oneShot = { once: 'migrate-copy-1', script: sh.lines(effect, sh`exit 1`) };
    expect(await change('0001', oneShot)).toMatchObject({ exit: 1 });
    await expect(change('0002', oneShot)).rejects.toMatchObject({
      code: 'E_ONE_SHOT_STARTED',
      facts: { job: '0001' },
    });
    expect(await change('0001', oneShot)).toMatchObject({ exit: 1, reattached: true });
    expect(await change('0003', { once: 'migrate-copy-2' })).toMatchObject({ exit: 0 });
    expect(effects()).toBe(2);
    expect(await hosts.jobs(name, run)).toEqual([
      { intent: '0001', state: 'exited', exit: 1, once: 'migrate-copy-1' },
      { intent: '0002', state: 'prepared', once: 'migrate-copy-1' },
      { intent: '0003', state: 'exited', exit: 0, once: 'migrate-copy-2' },
    ]);
  });

  test('one-shot racers under two intents: one start', async () => {
    const { change, effects } = on.test;
    const results = await Promise.allSettled(
      ['0001', '0002', '0003'].map(async (intent) => change(intent, { once: 'only' })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(effects()).toBe(1);
  });

  test('lost when the host goes down in the middle of it, and never started again', async () => {
    const { change, effects, hosts, name, run, host } = on.test;
    const script = sh.lines(effect, waitFor('/var/lib/go'));
    const going = change('0001', { script, once: 'only' });
    await until('the effect', () => effects() === 1);
    host.crash();
    await expect(going).rejects.toMatchObject({ code: 'E_JOB_LOST' });
    expect(await hosts.jobs(name, run)).toEqual([{ intent: '0001', state: 'lost', once: 'only' }]);
    await expect(change('0001', { script, once: 'only' })).rejects.toMatchObject({ code: 'E_JOB_LOST' });
    await expect(change('0002', { script, once: 'only' })).rejects.toMatchObject({
      code: 'E_ONE_SHOT_STARTED',
    });
    expect(effects()).toBe(1);
  });

  test('made and never begun when the host went down: it is begun then, with what is asked now', async () => {
    const { change, effects, hosts, name, run, host, exists } = on.test;
    const record = { name: 'state', script: sh.lines(sh`: >/var/lib/here`, waitFor('/var/lib/go')) };
    const going = change('0001', { record, script: sh`echo old`, once: 'only', stdin: 'old' });
    const lost = expect(going).resolves.toMatchObject({ exit: 0 });
    await until('the record', () => exists('/var/lib/here'));
    host.sh('rm /var/lib/here');
    host.crash();
    // The same call comes back by itself, makes the job begin anew, and is held up by the record again.
    await until('the record', () => exists('/var/lib/here'));
    host.crash();
    await until('the record', () => exists('/var/lib/here'));
    host.sh(': >/var/lib/go');
    await lost;
    expect(await hosts.jobs(name, run)).toEqual([{ intent: '0001', state: 'exited', exit: 0, once: 'only' }]);
    expect(effects()).toBe(0);
  });

  test('a request that was cut anywhere does nothing', async () => {
    const { identity, host, effects, exists, job } = on.test;
    const request = jobRequest(identity('0001'), effect.text, 'a secret on stdin');
    const cut = [1, 20, 100, request.length - 45, request.length - 25, request.length - 1].map((bytes) => ({
      bytes,
      answer: host.sh(`/bin/sh ${guardScript().path} job`, request.subarray(0, bytes)),
    }));
    expect(cut).toEqual(cut.map(({ bytes }) => ({ bytes, answer: 'pawl-guard 1\nstate cut\n\n' })));
    expect(exists(job('0001'))).toBe(false);
    expect(host.sh(`/bin/sh ${guardScript().path} job`, request)).toContain('state running\n');
    await until('the effect', () => effects() === 1);
  });

  test('made under a claim that is taken over before it begins, it does not begin; the new owner begins it', async () => {
    const { change, effects, hosts, name, fence, exists, touch } = on.test;
    const record = { name: 'state', script: sh.lines(sh`: >/var/lib/here`, waitFor('/var/lib/go')) };
    const old = change('0001', { record });
    const refused = expect(old).rejects.toMatchObject({
      code: 'E_FENCED',
      facts: { fence: { claim: 'c2' } },
    });
    await until('the record', () => exists('/var/lib/here'));
    expect(await hosts.plantFence(name, fence('c2'), ['c1'])).toBe('renewed');
    touch('/var/lib/go');
    await refused;
    expect(effects()).toBe(0);
    expect(await change('0001', { record }, 'c2')).toMatchObject({ exit: 0, reattached: true });
    expect(effects()).toBe(1);
    await expect(change('0002', {}, 'c1')).rejects.toMatchObject({ code: 'E_FENCED' });
    expect(effects()).toBe(1);
  });

  test('is ended on the host at its deadline, with its children', async () => {
    const { change, host, job } = on.test;
    const script = sh`sleep 1000 & sleep 1000; wait`;
    await expect(change('0001', { script, deadlineMs: 1000 })).rejects.toMatchObject({ code: 'E_DEADLINE' });
    expect(host.holders(job('0001', 'lock'))).toEqual([]);
    await expect(change('0001', { script, deadlineMs: 1000 })).rejects.toMatchObject({ code: 'E_DEADLINE' });
  });

  test('cancelled: all that holds its lock is ended, and nothing else', async () => {
    const { change, host, job, identity, effects } = on.test;
    const bystander = spawn('nsenter', ['-t', String(host.keeper), '-m', '--', 'sleep', '1000']);
    const going = change('0001', { script: sh.lines(effect, sh`setsid sleep 1000 & sleep 1000`) });
    const ended = expect(going).rejects.toMatchObject({ code: 'E_DEADLINE' });
    await until('the effect', () => effects() === 1);
    expect(host.sh(`/bin/sh ${guardScript().path} cancel`, guardRequest(who(identity('0001'))))).toMatch(
      /^pawl-guard 1\nstate exited\nexit 143\n/,
    );
    await ended;
    expect(host.holders(job('0001', 'lock'))).toEqual([]);
    expect(bystander.exitCode ?? bystander.signalCode).toBeNull();
    bystander.kill('SIGKILL');
  });

  test('a child that lives on keeps it running', async () => {
    const { change, hosts, name, run, exists, touch, job } = on.test;
    const script = sh`(${waitFor('/var/lib/go')}) & echo started`;
    const going = change('0001', { script });
    await until('its own end', () => exists(job('0001', 'exited')));
    expect(await hosts.jobs(name, run)).toEqual([{ intent: '0001', state: 'running' }]);
    touch('/var/lib/go');
    expect(await going).toMatchObject({ exit: 0, stdout: 'started\n' });
  });

  test('what goes to its standard input is never on a disk, in an argument or in an answer', async () => {
    const { change, host, effects, touch, identity } = on.test;
    const canary = `canary-${randomBytes(16).toString('hex')}`;
    const script = sh.lines(sh`read -r secret`, effect, waitFor('/var/lib/go'), sh`echo "\${#secret}"`);
    const going = change('0001', { script, stdin: `${canary}\n` });
    await until('the effect', () => effects() === 1);
    const seen = () => host.sh(`grep -rl ${canary.slice(0, 24)}[0-9a-f]* /var/lib /run || :`);
    expect(seen()).toBe('');
    expect(host.sh(`cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n' | grep -c ^${canary}$ || :`)).toBe(
      '0\n',
    );
    touch('/var/lib/go');
    expect(await going).toMatchObject({ stdout: `${canary.length}\n` });
    expect(seen()).toBe('');
    host.sh(`/bin/sh ${guardScript().path} job`, jobRequest(identity('0002'), 'cat >/dev/null', canary));
    await until('its end', () => on.test.exists(on.test.job('0002', 'exited')));
    expect(seen()).toBe('');
    expect(host.sh('ls -A /run/pawl')).toBe('');
  });

  test('what is recorded is recorded once in a run, before anything changes', async () => {
    const { change, effects } = on.test;
    const record = {
      name: 'unit-etcd.service',
      script: sh`wc -l <${'/dev/null'}; cat /var/lib/effects || echo nothing yet`,
    };
    expect(await change('0001', { record })).toMatchObject({ recorded: '0\nnothing yet\n' });
    expect(await change('0002', { record })).toMatchObject({ recorded: '0\nnothing yet\n' });
    expect(effects()).toBe(2);
  });

  test('where recording fails, nothing is changed', async () => {
    const { change, effects, exists, job } = on.test;
    const record = { name: 'state', script: sh`echo half; echo why >&2; exit 4` };
    expect(await change('0001', { record })).toEqual({
      exit: 4,
      stdout: '',
      stderr: 'why\n',
      reattached: false,
    });
    expect(exists(job('0001', 'started'))).toBe(false);
    expect(await change('0001', { record })).toMatchObject({ exit: 4, reattached: true });
    expect(effects()).toBe(0);
    expect(await change('0002', { record: { name: 'state', script: sh`echo whole` } })).toMatchObject({
      recorded: 'whole\n',
    });
  });

  test('long output comes as its end, binary output spoils nothing', async () => {
    const { change, host, job } = on.test;
    const { stdout, stderr } = await change('0001', {
      script: sh`
head -c 3000000 /dev/zero | tr '\0' x
printf '\n\n\0\377\nend\n'
printf 'pawl-guard 1\nstate exited\n\n' >&2`,
    });
    expect(Buffer.byteLength(stdout, 'latin1')).toBeGreaterThan(1048000);
    expect(stdout.endsWith('x\n\n\0\ufffd\nend\n')).toBe(true);
    expect(stderr).toBe('pawl-guard 1\nstate exited\n\n');
    expect(host.sh(`wc -c <${job('0001', 'stdout')}`)).toBe('3000009\n');
  });
});

describeOnHost('a host that can hold no job', () => {
  const on = onHost('dash');

  test('what keeps it from beginning is told, and when that is mended it begins', async () => {
    const { change, effects, host } = on.test;
    host.sh('printf "#!/bin/sh\\nexit 1\\n" >/usr/local/sbin/ln; chmod 755 /usr/local/sbin/ln');
    await expect(change('0001', { once: 'only' })).rejects.toMatchObject({
      code: 'E_GUARD',
      message: expect.stringContaining("can't begin"),
      facts: { stderr: expect.stringContaining('once/only') },
    });
    expect(effects()).toBe(0);
    host.sh('rm /usr/local/sbin/ln');
    expect(await change('0001', { once: 'only' })).toMatchObject({ exit: 0, reattached: true });
    expect(effects()).toBe(1);
  });

  test('a disk that is full refuses it before it begins', async () => {
    const { change, effects, host, hosts, name, run } = on.test;
    host.sh('mount -t tmpfs -o size=4k,nr_inodes=5 tmpfs /var/lib/pawl/runs');
    await expect(change('0001', {})).rejects.toMatchObject({ code: 'E_GUARD' });
    host.sh('umount /var/lib/pawl/runs');
    expect(effects()).toBe(0);
    expect(await hosts.jobs(name, run)).toEqual([]);
    expect(await change('0001', {})).toMatchObject({ exit: 0, reattached: false });
    expect(effects()).toBe(1);
  });
});

function who(identity: { run: string; claim: string; intent: string }) {
  return [
    ['run', identity.run],
    ['claim', identity.claim],
    ['intent', identity.intent],
  ] as const;
}

function jobRequest(
  identity: { run: string; claim: string; intent: string },
  script: string,
  stdin = '',
): Buffer {
  const [body, input] = [Buffer.from(script), Buffer.from(stdin)];
  return guardRequest(
    [
      ...who(identity),
      ['phase', 'p'],
      ['intent-json', '{}'],
      ['script-bytes', String(body.length)],
      ['stdin-bytes', String(input.length)],
    ],
    [body, input],
  );
}
