import { Readable } from 'node:stream';
import { consent, type ConsentQuestion } from '../src/consent';

const question: ConsentQuestion = {
  name: 'openshift.example.com',
  what: 'the point of no return',
  flag: '--accept-point-of-no-return',
  cost: 'No free way back.',
  given: undefined,
  yes: false,
  ask: true,
};

function asked(change: Partial<ConsentQuestion>, typed = ''): Promise<string> {
  let shown = '';
  return consent(
    { ...question, ...change },
    { stdin: Readable.from([typed]) },
    (text) => (shown += text),
  ).then(() => shown);
}

test('the name by flag is enough, and nobody is asked', async () => {
  await expect(asked({ given: 'openshift.example.com', ask: false })).resolves.toBe('');
});

test('the name typed on a terminal is enough, and the question says what it costs', async () => {
  const shown = await asked({}, 'openshift.example.com\n');
  expect(shown).toContain('No free way back.');
  expect(shown).toContain('openshift.example.com');
});

test.each<[string, Partial<ConsentQuestion>, string, string]>([
  ['a wrong name by flag', { given: 'other.example.com' }, '', 'E_WRONG_NAME'],
  ['a wrong name by flag with --yes', { given: 'other.example.com', yes: true }, '', 'E_WRONG_NAME'],
  ['a wrong name typed', {}, 'yes\n', 'E_WRONG_NAME'],
  ['an empty line', {}, '\n', 'E_WRONG_NAME'],
  ['no answer', {}, '', 'E_NOT_CONSENTED'],
  ['--yes alone', { yes: true }, 'openshift.example.com\n', 'E_NOT_CONSENTED'],
  ['nobody to ask', { ask: false }, 'openshift.example.com\n', 'E_NOT_CONSENTED'],
])('%s is no consent', async (_, change, typed, code) => {
  await expect(asked(change, typed)).rejects.toMatchObject({ code });
});

test('where nobody can be asked, the flag is named', async () => {
  await expect(asked({ ask: false })).rejects.toMatchObject({
    hint: expect.stringContaining('--accept-point-of-no-return openshift.example.com'),
  });
});
