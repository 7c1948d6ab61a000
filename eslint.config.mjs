import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import tseslint from 'typescript-eslint';

const root = dirname(fileURLToPath(import.meta.url));
const names = 'Named exports only: the file is named after its main export.';

/** Rules with types, for product, lab and tests. The program is that of `tsconfig.test.json`, which holds them all. */
const everywhere = {
  files: ['{packages,machines}/*/{src,test}/**/*.ts', 'test/**/*.ts', 'examples/**/*.ts'],
  extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
  languageOptions: { parserOptions: { project: './tsconfig.test.json', tsconfigRootDir: root } },
  linterOptions: { reportUnusedDisableDirectives: 'error' },
  rules: {
    eqeqeq: 'error',
    'no-empty': ['error', { allowEmptyCatch: false }],
    'no-restricted-syntax': [
      'error',
      { selector: 'ExportDefaultDeclaration', message: names },
      { selector: 'TSEnumDeclaration', message: 'A union of words, not an enum.' },
      {
        selector:
          "CallExpression[callee.property.name='catch'] > ArrowFunctionExpression > BlockStatement[body.length=0]",
        message: 'No error is swallowed: say why it may be, in code, or let it through.',
      },
    ],
    '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
    '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
    '@typescript-eslint/no-floating-promises': 'error',
    '@typescript-eslint/switch-exhaustiveness-check': [
      'error',
      { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
    ],
    '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
    '@typescript-eslint/no-confusing-void-expression': [
      'error',
      { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
    ],
    '@typescript-eslint/no-unnecessary-condition': [
      'error',
      { allowConstantLoopConditions: 'only-allowed-literals' },
    ],
    '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
    // An async method of an interface may have nothing to wait for; its throw is then a rejection, as promised.
    '@typescript-eslint/require-await': 'off',
    // `Machine<any, R, H>` and readers that name their caller's type.
    '@typescript-eslint/no-unnecessary-type-parameters': 'off',
  },
};

/** A library is used inside other people's processes: it neither speaks nor ends them. */
const library = {
  files: ['packages/*/src/**/*.ts', 'machines/*/src/**/*.ts'],
  ignores: ['packages/{bench,cli,lab}/src/**'],
  rules: {
    'no-console': 'error',
    'no-restricted-properties': [
      'error',
      { object: 'process', property: 'exit', message: 'Throw a PawlError; only the CLI ends the process.' },
      {
        object: 'process',
        property: 'exitCode',
        message: 'Throw a PawlError; only the CLI decides the exit code.',
      },
      { object: 'process', property: 'stdout', message: 'Return data or use the logger that was passed in.' },
      { object: 'process', property: 'stderr', message: 'Return data or use the logger that was passed in.' },
      {
        object: 'process',
        property: 'chdir',
        message: 'The working directory belongs to the embedding process.',
      },
    ],
  },
};

/** Tests may take liberties with types, not with promises or errors. */
const tests = {
  files: ['{packages,machines,examples}/*/test/**/*.ts', 'test/**/*.ts'],
  rules: {
    '@typescript-eslint/no-non-null-assertion': 'off',
    '@typescript-eslint/no-unsafe-assignment': 'off',
    '@typescript-eslint/no-unsafe-member-access': 'off',
    '@typescript-eslint/no-unsafe-argument': 'off',
    '@typescript-eslint/no-dynamic-delete': 'off',
    '@typescript-eslint/unbound-method': 'off',
    '@typescript-eslint/no-empty-function': 'off',
  },
};

export default tseslint.config(
  { ignores: ['**/dist/', '**/build/', '**/node_modules/', '**/fixtures/**/*.{js,cjs,mjs}', '**/coverage/'] },
  everywhere,
  library,
  tests,
);
