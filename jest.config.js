/**
 * Two projects: `fast` needs nothing but Node and what a Debian machine has, `lab` needs a real cluster of its own.
 * Plain JavaScript: on Node 20, jest 30 reads a `jest.config.ts` only through ts-node or esbuild-register.
 */
const shared = {
  rootDir: __dirname,
  testEnvironment: 'node',
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  moduleNameMapper: {
    '^@pawl/(okd-etcd-v2-to-v3|steps-etcd)$': '<rootDir>/machines/$1/src',
    '^@pawl/([^/]+)$': '<rootDir>/packages/$1/src',
    '^pawl$': '<rootDir>/packages/cli/src',
  },
  // Compiled copies of the same modules: never tests, never a second module of one name.
  modulePathIgnorePatterns: ['<rootDir>/build/', '<rootDir>/(packages|machines)/[^/]+/dist/'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/build/'],
};

module.exports = {
  projects: [
    {
      ...shared,
      displayName: 'fast',
      testMatch: ['<rootDir>/**/test/**/*.test.ts'],
      testPathIgnorePatterns: [...shared.testPathIgnorePatterns, '\\.lab\\.test\\.ts$'],
      testTimeout: 30_000,
    },
    {
      ...shared,
      displayName: 'lab',
      testMatch: ['<rootDir>/**/*.lab.test.ts'],
      testTimeout: 15 * 60_000,
    },
  ],
};
