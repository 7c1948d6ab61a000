import { openStore, storeConformance } from '@pawl/store';
import { newPath, removeFolders } from './store-folder';

afterAll(removeFolders);

const cases = storeConformance(() => {
  const path = newPath();
  const store = openStore(path);
  const other = openStore(path);
  const close = (): void => {
    store.close();
    other.close();
  };
  return { store, other, close };
});

describe('the SQLite store conforms:', () => {
  for (const { name, check } of cases) test(name, check);
});
