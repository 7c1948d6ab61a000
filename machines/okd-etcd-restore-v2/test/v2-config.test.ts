import { editForV3 } from '@pawl/okd';
import { v2Config } from '../src/v2-config';

const PRISTINE = `apiVersion: v1
# the operator's own
kubernetesMasterConfig:
  apiServerArguments:
    runtime-config:  [ "apis/x=true" ]   # kept as it is
etcdClientInfo:
  urls:
  - https://e1:2379
`;
const MIGRATED = editForV3(PRISTINE).text;

test('the pristine original comes back byte for byte, where the edit is all that has changed', () => {
  expect(v2Config(MIGRATED, ['something: else\n', PRISTINE], 'c')).toBe(PRISTINE);
});

test('what an earlier restore has kept says etcd3, and is no original', () => {
  expect(v2Config(MIGRATED, [MIGRATED, PRISTINE], 'c')).toBe(PRISTINE);
  expect(v2Config(MIGRATED, [MIGRATED], 'c')).not.toMatch(/storage-backend/);
});

test('an edit that somebody made since is kept', () => {
  const edited = MIGRATED.replace("the operator's own", 'a later word');
  const text = v2Config(edited, [PRISTINE], 'c');
  expect(text).toContain('a later word');
  expect(text).not.toMatch(/storage-backend|storage-media-type/);
});

test('without an original the two keys go, and nothing else', () => {
  expect(v2Config(MIGRATED, [], 'c')).not.toMatch(/storage-backend|storage-media-type/);
  expect(v2Config(MIGRATED, [], 'c')).toContain('runtime-config:  [ "apis/x=true" ]   # kept as it is');
});

test('a configuration for v2 is left as it is', () => {
  expect(v2Config(PRISTINE, [], 'c')).toBe(PRISTINE);
});

test('a pristine file that is no configuration is passed over', () => {
  expect(v2Config(MIGRATED, ['{ not: yaml', PRISTINE], 'c')).toBe(PRISTINE);
});
