import { factsFrom, type Facts, type JsonObject } from '@pawl/engine';
import { filesInWords } from '@pawl/steps-etcd';
import { laterFacts, preflightFacts, RUN } from './helpers/a-cluster';
import { perform, type Says } from './helpers/perform';

const PATH = '/etc/origin/master/master-config.yaml';
const CONF = '/etc/etcd/etcd.conf';
/** As preflight has read it. */
const ORIGINAL = 'a'.repeat(64);
const EDITED = 'e'.repeat(64);
const SOMEBODYS = 'b'.repeat(64);

const after = (step: string, host: string, facts: JsonObject): Facts =>
  laterFacts({ ...preflightFacts(), [step]: { [host]: facts } });
const edited = after('reconfigure-masters/edit', 'master1', { path: PATH, sha256: EDITED });

/** The change finds no pristine original: it says nothing, and is done. */
const filesBack = (host: string, facts: Facts, says: Says) =>
  perform('files-back/restore-files', host, says, { facts }).ended;
/** The sha256 of files, by path; any other is not there. */
const sums = (files: Readonly<Record<string, string>>): Says =>
  Object.entries(files).map(([path, sum]) => [`sha256sum <${path};`, `${sum}  -\n`] as const);

describe('the pristine original of an edited file is gone', () => {
  test('and the edit still stands: never let through as a file that was not edited', async () => {
    await expect(filesBack('master1', edited, sums({ [PATH]: EDITED }))).rejects.toMatchObject({
      code: 'E_PRISTINE_GONE',
      hint: expect.stringMatching(
        new RegExp(
          `No copy of it is left on master1: put ${PATH} back .*sha256 ${ORIGINAL}.*pawl resume ${RUN}`,
        ),
      ) as unknown,
      facts: { files: [{ path: PATH, original: ORIGINAL }] },
    });
  });

  test('so is the file', async () => {
    await expect(filesBack('master1', edited, [])).rejects.toMatchObject({ code: 'E_PRISTINE_GONE' });
  });

  test('and there is a copy of it: named where it is the original, and only then', async () => {
    const copy = `/var/lib/pawl/runs/${RUN}/backup${PATH}`;
    const hint = (sum: string) =>
      filesBack('master1', edited, sums({ [PATH]: EDITED, [copy]: sum })).catch(
        (error: unknown) => (error as { readonly hint: string }).hint,
      );
    expect(await hint(ORIGINAL)).toContain(`\`cp -p ${copy} ${PATH}\` puts it back`);
    expect(await hint(SOMEBODYS)).not.toContain('cp -p');
  });

  test('of an etcd host: the cold backup has a copy', async () => {
    const facts = after('scale-up/configure-2', 'etcd2', { path: CONF, sha256: EDITED, original: ORIGINAL });
    const copy = `/var/lib/etcd/pawl-${RUN}/backup/configuration${CONF}`;
    await expect(filesBack('etcd2', facts, sums({ [CONF]: EDITED, [copy]: ORIGINAL }))).rejects.toMatchObject(
      {
        code: 'E_PRISTINE_GONE',
        hint: expect.stringContaining(`cp -p ${copy} ${CONF}`) as unknown,
      },
    );
  });

  test('and a person has put it back, or mended the file: the way back goes on, and tells of the second', async () => {
    expect(await filesBack('master1', edited, sums({ [PATH]: ORIGINAL }))).toMatchObject({ notOriginal: [] });
    const mended = await filesBack('master1', edited, sums({ [PATH]: SOMEBODYS }));
    expect(mended).toMatchObject({ notOriginal: [PATH] });
    expect(filesInWords(factsFrom({ 'files-back/restore-files': { master1: mended } })).join('\n')).toContain(
      `but for master1:${PATH}`,
    );
  });
});

test.each<[string, string, Facts]>([
  [
    'a run that found the file so',
    'master1',
    after('reconfigure-masters/edit', 'master1', { path: PATH, sha256: ORIGINAL }),
  ],
  [
    'a joiner whose file was so',
    'etcd2',
    after('scale-up/configure-2', 'etcd2', { path: CONF, sha256: ORIGINAL, original: null }),
  ],
  ['a run that did not come to it', 'master1', laterFacts(preflightFacts())],
])('nothing was edited, nothing is missed: %s', async (_what, host, facts) => {
  expect(await filesBack(host, facts, sums({ [PATH]: ORIGINAL, [CONF]: ORIGINAL }))).toEqual({
    replaced: [],
    editedByOthers: [],
    notOriginal: [],
  });
});

describe('a master that answers ready is back only on the store that it was on', () => {
  const API = 'origin-master-api.service';
  const state = (active: string): string =>
    `LoadState=loaded\nActiveState=${active}\nSubState=running\nMainPID=4711\nDropInPaths=\nProcesses=4711 \n`;
  const shown = [
    `Id=${API}\nLoadState=loaded\nActiveState=active\nSubState=running\nMainPID=4711`,
    'ExecMainStartTimestampMonotonic=900000000',
    `ExecStart={ path=/usr/bin/openshift ; argv[]=/usr/bin/openshift start --config=${PATH} ; ignore_errors=no ; }`,
  ].join('\n');
  const v3 = 'kubernetesMasterConfig:\n  apiServerArguments:\n    storage-backend:\n    - etcd3\n';

  /** The process was started at 900 s of 1000 s since boot. @param config of the file, read after read; the last one stays */
  const back = (config: readonly string[], fileChangedAt: number, found: 'v2' | 'v3' = 'v2') => {
    const looking = new AbortController();
    let [looks, reads] = [0, 0];
    const says: Says = [
      [/^cat -- .*recorded/, `Id=${API}\nActiveState=active\n`],
      [
        'curl',
        {
          get stdout() {
            looks += 1;
            if (looks === 3) looking.abort(new Error('looked long enough'));
            return Buffer.from('ok\n200');
          },
        },
      ],
      [/^systemctl show --no-pager/, shown],
      ['systemctl show', state('active')],
      [
        `cat -- ${PATH}`,
        {
          get stdout() {
            reads += 1;
            return Buffer.from(`kind: MasterConfig\n${config[Math.min(reads, config.length) - 1] ?? ''}`);
          },
        },
      ],
      ['stat -c %Z', `${fileChangedAt}\n`],
      ['date +%s', '11000\n'],
      ['cat /proc/uptime', '1000.00 1\n'],
      ['/cmdline', `openshift\0start\0--config=${PATH}\0`],
    ];
    const seen = preflightFacts();
    const master1 = { ...seen['preflight/masters']?.['master1'] };
    const facts = laterFacts({
      ...seen,
      'preflight/masters': {
        master1: { ...master1, config: { ...Object(master1['config']), backend: found } },
      },
    });
    return perform('masters-back/release-and-start', 'master1', says, { signal: looking.signal, facts });
  };

  test('v2', async () => {
    expect(await back([''], 10_000).ended).toEqual({ units: [{ unit: API, ran: true }] });
  });

  test('its file put right within a second of its start: that can’t be told by time', async () => {
    expect(await back([''], 10_900).ended).toEqual({ units: [{ unit: API, ran: true }] });
  });

  test('where it served v3 before, as before a restore: v3, and not v2', async () => {
    expect(await back([v3], 10_000, 'v3').ended).toEqual({ units: [{ unit: API, ran: true }] });
    await expect(back([''], 10_000, 'v3').ended).rejects.toMatchObject({ code: 'E_MASTER_CONFIG' });
  });

  test('its file says v3: it is not even started', async () => {
    const { changed, ended } = back([v3], 10_000);
    await expect(ended).rejects.toMatchObject({ code: 'E_MASTER_CONFIG' });
    expect(changed).toEqual([]);
  });

  test.each([
    ['started with etcd3', 10_000],
    ['by its file alone, where time can’t tell', 10_900],
  ])('v3 after it was started: %s', async (_what, fileChangedAt) => {
    await expect(back(['', v3], fileChangedAt).ended).rejects.toThrow('looked long enough');
  });
});
