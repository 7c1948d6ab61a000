// A test on a real cluster boots machines and runs whole migrations.
jest.setTimeout(15 * 60_000);
