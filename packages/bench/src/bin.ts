import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bench } from './bench';
import { render } from './render';

const USAGE = `npm run bench [-- --json] [--quick] [--dir DIR]

  --json    every figure as one document; floorRatio is at its top
  --quick   small sizes: shows that it works, says nothing
  --dir     on the disk that is asked about; else build/ of this repository
`;

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
    dir: { type: 'string', default: join(__dirname, '..', '..', '..', 'build') },
  },
});

if (values.help) {
  process.stdout.write(USAGE);
} else {
  void bench({ dir: values.dir, quick: values.quick }).then((result) => {
    process.stdout.write(values.json ? `${JSON.stringify(result, null, 2)}\n` : render(result));
  });
}
