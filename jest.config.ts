/**
 * Five projects: `fast` needs nothing but Node and what a Debian machine has; `kill` starts and kills some hundred processes,
 * so it has a place of its own; `lab` needs a real cluster; `shapes` needs one after the other, for more than an hour, and
 * `crash` puts some back hundreds of times.
 *
 * @jest-config-loader ts-node
 * @jest-config-loader-options {"transpileOnly": true}
 */
import type { Config } from 'jest';

const shared: Config = {
  rootDir: __dirname,
  testEnvironment: 'node',
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  moduleNameMapper: {
    '^@pawl/(okd-etcd-[^/]+|steps-etcd)$': '<rootDir>/machines/$1/src',
    '^@pawl/([^/]+)$': '<rootDir>/packages/$1/src',
    '^pawl$': '<rootDir>/packages/cli/src',
  },
  // Compiled copies of the same modules: never tests, never a second module of one name.
  modulePathIgnorePatterns: ['<rootDir>/build/', '<rootDir>/(packages|machines)/[^/]+/dist/'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/build/'],
};

const config: Config = {
  // Two cores are enough for two; many tests wait for processes of their own.
  maxWorkers: 2,
  testSequencer: '<rootDir>/test/setup/longest-first.cjs',
  projects: [
    {
      ...shared,
      displayName: 'fast',
      testMatch: ['<rootDir>/**/test/**/*.test.ts'],
      testPathIgnorePatterns: [
        '/node_modules/',
        '/dist/',
        '/build/',
        '\\.(crash|kill|lab|shapes)\\.test\\.ts$',
        'kill-matrix\\.test\\.ts$',
      ],
      setupFilesAfterEnv: ['<rootDir>/test/setup/fast.ts'],
    },
    {
      ...shared,
      displayName: 'kill',
      testMatch: ['<rootDir>/**/test/**/kill-matrix.test.ts', '<rootDir>/**/test/**/*.kill.test.ts'],
      setupFilesAfterEnv: ['<rootDir>/test/setup/fast.ts'],
    },
    {
      ...shared,
      displayName: 'shapes',
      testMatch: ['<rootDir>/**/*.shapes.test.ts'],
      setupFilesAfterEnv: ['<rootDir>/test/setup/lab.ts'],
    },
    {
      ...shared,
      displayName: 'crash',
      testMatch: ['<rootDir>/**/*.crash.test.ts'],
      setupFilesAfterEnv: ['<rootDir>/test/setup/lab.ts'],
    },
    {
      ...shared,
      displayName: 'lab',
      testMatch: ['<rootDir>/**/*.lab.test.ts'],
      setupFilesAfterEnv: ['<rootDir>/test/setup/lab.ts'],
    },
  ],
};

module.exports = config;
