import { parse } from 'yaml';
import { configFacts } from '../src/config/config-facts';
import { ttlPrefixes } from '../src/ttl-prefixes';
import { fixture } from './fixture';

const rows = (text: string) =>
  ttlPrefixes(
    configFacts(parse(text) as Record<string, unknown>, '/etc/origin/master/master-config.yaml'),
  ).map(({ prefix, documented, configured }) => [prefix, documented, configured]);

test('the five prefixes with the published durations and those of the configuration', () => {
  expect(rows(fixture('master-config/ha.yaml'))).toEqual([
    ['/kubernetes.io/events/', 3600, 172_800],
    ['/kubernetes.io/masterleases/', 10, 15],
    ['/openshift.io/oauth/accesstokens/', 86_400, 43_200],
    ['/openshift.io/oauth/authorizetokens/', 500, 600],
    ['/openshift.io/leases/controllers/', 10, 30],
  ]);
});

test('roots of one’s own, and no lease where there is no election', () => {
  const table = rows(
    'controllerLeaseTTL: 0\netcdStorageConfig: {kubernetesStoragePrefix: k, openShiftStoragePrefix: o}\n',
  );
  expect(table.map(([prefix]) => prefix)).toEqual([
    '/k/events/',
    '/k/masterleases/',
    '/o/oauth/accesstokens/',
    '/o/oauth/authorizetokens/',
    '/o/leases/controllers/',
  ]);
  expect(table.at(-1)).toEqual(['/o/leases/controllers/', 10, null]);
});

test('the controllers’ lease is one key, named without the slash', () => {
  const all = ttlPrefixes(configFacts({}, '/etc/origin/master/master-config.yaml'));
  expect(all.map((one) => one.leaf)).toEqual([null, null, null, null, '/openshift.io/leases/controllers']);
});
