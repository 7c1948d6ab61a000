import { expandWords, parseEnvironment, parseEnvironmentFile } from '../../src/units/environment-file';

const sysconfig = `OPTIONS=--loglevel=2 --listen=https://0.0.0.0:8443
CONFIG_FILE=/etc/origin/master/master-config.yaml

# Proxy configuration
#HTTP_PROXY=http://USER:PASSWORD@IPADDR:PORT
`;

test.each([
  ['the installer’s file', sysconfig, 'CONFIG_FILE', '/etc/origin/master/master-config.yaml'],
  ['double quotes', 'CONFIG_FILE="/a b/c"', 'CONFIG_FILE', '/a b/c'],
  ['single quotes', "CONFIG_FILE='/a b/c'", 'CONFIG_FILE', '/a b/c'],
  ['blanks around', '  CONFIG_FILE = /a  \r\n', 'CONFIG_FILE', '/a'],
  ['the last one', 'CONFIG_FILE=/a\nCONFIG_FILE=/b\n', 'CONFIG_FILE', '/b'],
  ['a joined line', 'OPTIONS=--a \\\n--b', 'OPTIONS', '--a --b'],
  ['no comment behind a value', 'CONFIG_FILE=/a#b', 'CONFIG_FILE', '/a#b'],
])('%s', (_, text, name, value) => {
  expect(parseEnvironmentFile(text).get(name)).toBe(value);
});

test('a commented assignment is none', () => {
  expect(parseEnvironmentFile(sysconfig).has('HTTP_PROXY')).toBe(false);
});

test('Environment= as show prints it', () => {
  expect([...parseEnvironment('GOTRACEBACK=crash "A=b c" D=e=f')]).toEqual([
    ['GOTRACEBACK', 'crash'],
    ['A', 'b c'],
    ['D', 'e=f'],
  ]);
});

test('${NAME} stays one word, $NAME becomes as many as it has, an unset one none', () => {
  const environment = parseEnvironmentFile('CONFIG_FILE="/a b"\nOPTIONS=--x=1 --y=2\n');
  expect(
    expandWords(['/usr/bin/openshift', '--config=${CONFIG_FILE}', '$OPTIONS', '$UNSET'], environment),
  ).toEqual(['/usr/bin/openshift', '--config=/a b', '--x=1', '--y=2']);
});
