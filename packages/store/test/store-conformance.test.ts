import type { Store } from '@pawl/engine';
import { openStore, storeConformance, type ConformanceCase } from '@pawl/store';
import { memoryStore } from './memory-store';
import { mutants } from './mutant-stores';
import { newPath, removeFolders } from './store-folder';

afterAll(removeFolders);

const LATER = 'all of it is there for whoever opens the database later';

/** A store in memory indeed: each time it is opened anew it is empty. */
const forgetful = storeConformance(() => {
  const db = { runs: new Map<string, string>(), requests: 0 };
  const reopen = (): Store => memoryStore({ runs: new Map<string, string>(), requests: 0 });
  return { store: memoryStore(db), other: memoryStore(db), close: () => undefined, reopen };
});

describe('the SQLite store conforms:', () => {
  const cases = storeConformance(() => {
    const path = newPath();
    const [store, other] = [openStore(path), openStore(path)];
    const close = (): void => {
      store.close();
      other.close();
    };
    return { store, other, close, reopen: () => openStore(path) };
  });
  for (const { name, check } of cases) test(name, check);
});

describe('a store in memory, written from the contract alone, conforms:', () => {
  for (const { name, check } of inMemory((store) => store)) test(name, check);
});

describe('a store is found out that', () => {
  test.each(Object.entries(mutants))('%s', (_what, mutate) => {
    expect(foundIn(inMemory(mutate))).not.toEqual([]);
  });

  test('holds nothing for those who come later', () => {
    expect(foundIn(forgetful)).toEqual([LATER]);
  });
});

test('there is no case in the suite that holds whatever a store does', () => {
  const found = new Set([LATER, ...Object.values(mutants).flatMap((mutate) => foundIn(inMemory(mutate)))]);
  expect(forgetful.map(({ name }) => name).filter((name) => !found.has(name))).toEqual([]);
});

function inMemory(change: (store: Store) => Store): readonly ConformanceCase[] {
  return storeConformance(() => {
    const db = { runs: new Map<string, string>(), requests: 0 };
    const handle = (): Store => change(memoryStore(db));
    return { store: handle(), other: handle(), close: () => undefined, reopen: handle };
  });
}

/** The names of the cases that fail. */
function foundIn(cases: readonly ConformanceCase[]): readonly string[] {
  return cases.filter(({ check }) => fails(check)).map(({ name }) => name);
}

function fails(check: () => void): boolean {
  try {
    check();
    return false;
  } catch {
    return true;
  }
}
