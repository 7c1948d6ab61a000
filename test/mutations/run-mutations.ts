import path from 'node:path';
import { copyTree } from './broken-tree';
import { MUTATIONS } from './mutations';
import { runRedTest } from './run-red-test';

/**
 * `npm run test:mutations [WORD…]`: breaks one promise after the other in a copy of the tree, and runs the test that must go
 * red; first each of these tests as the tree is, where it must be green. WORD: only mutations with that in their name.
 */
const words = process.argv.slice(2);
const chosen = MUTATIONS.filter(
  ({ name }) => words.length === 0 || words.some((word) => name.includes(word)),
);
const tree = copyTree(path.join(__dirname, '../../../..'));
process.on('SIGINT', () => {
  tree.remove();
  process.exit(130);
});
const say = (text: string): void => void process.stdout.write(`${text}\n`);

let wrong = 0;
try {
  for (const { name, edits, red } of chosen) {
    const from = Date.now();
    const whole = runRedTest(tree.root, red);
    const broken = tree.with(edits, () => {
      if (red.compiled === true) tree.compile();
      return runRedTest(tree.root, red);
    });
    if (red.compiled === true) tree.compile();
    const found = whole === 'green' && broken === 'red';
    if (!found) wrong += 1;
    const seconds = Math.round((Date.now() - from) / 1000);
    say(
      found
        ? `found     ${name} (${seconds} s)`
        : `NOT FOUND ${name}: ${red.file} is ${whole} as the tree is, and ${broken} with the mutation (${seconds} s)`,
    );
  }
} finally {
  tree.remove();
}
say(`${chosen.length - wrong} of ${chosen.length} mutations were found`);
process.exitCode = wrong === 0 && chosen.length > 0 ? 0 : 1;
