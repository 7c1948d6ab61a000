import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(__dirname, '..');
const PAGES = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'].concat(
  readdirSync(path.join(ROOT, 'docs')).map((name) => `docs/${name}`),
);

/** A page that names a test which is gone, or leads nowhere, promises something that nobody checks. */
test.each(PAGES)('%s names files that are there', (page) => {
  const text = readFileSync(path.join(ROOT, page), 'utf8');
  const tests = [...text.matchAll(/`((?:packages|machines|test)\/\S+\.test\.ts)`/g)].map(
    ([, file = '']) => file,
  );
  const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)].map(([, file = '']) =>
    path.join(path.dirname(page), file),
  );
  expect([...tests, ...links].filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([]);
});
