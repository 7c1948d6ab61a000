// jest takes `testTimeout` from a project's configuration for none of its tests.
jest.setTimeout(60_000);
