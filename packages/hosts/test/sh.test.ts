import { isSh, sh } from '../src/sh';

test('values become words, arrays many, pieces stay as they are', () => {
  const piece = sh`cd ${'/a b'}`;
  expect(sh`${piece} && rm -- ${['x', "y'z", '']} ${7}`.text).toBe(`cd '/a b' && rm -- x 'y'\\''z' '' 7`);
  expect(sh.lines(piece, sh`ls`).text).toBe(`cd '/a b'\nls`);
});

test('the text is shell as the shell reads it', () => {
  expect(sh`printf '%s\n' "\${HOME}" "$x" \$y`.text).toBe(String.raw`printf '%s\n' "` + '${HOME}" "$x" \\$y');
});

test.each([
  ['in a command substitution in quotes', () => sh`x="$(readlink -- ${'a b'})"`, `x="$(readlink -- 'a b')"`],
  ['after closed quotes', () => sh`echo "it's" 'a"b' ${'c d'}`, `echo "it's" 'a"b' 'c d'`],
  ['after escaped quotes', () => sh`echo \" \' ${'c d'}`, `echo \\" \\' 'c d'`],
  [
    'after a comment',
    () => sh`: # don't
true ${'a b'}`,
    `: # don't\ntrue 'a b'`,
  ],
  ['beside a case', () => sh`case $1 in a|b) echo ${'a b'} ;; esac`, `case $1 in a|b) echo 'a b' ;; esac`],
  [
    'after $# and \${#x}',
    () => sh`[ $# -gt \${#x} ] && echo ${'a b'}`,
    `[ $# -gt ` + '${#x} ]' + ` && echo 'a b'`,
  ],
  ['after arithmetic', () => sh`i=$((i + (2 * 3))); echo ${'a b'}`, `i=$((i + (2 * 3))); echo 'a b'`],
  ['as a part of a word', () => sh`mv /run/${'a b'}.new -d=${'c d'}`, `mv /run/'a b'.new -d='c d'`],
])('a value may stand %s', (_, make, text) => {
  expect(make().text).toBe(text);
});

test.each([
  ['in double quotes', () => sh`echo "${'x'}"`],
  ['in double quotes again, after a substitution', () => sh`echo "$(date) ${'x'}"`],
  ['in single quotes', () => sh`echo '${'x'}'`],
  ['in a comment', () => sh`true # ${'x'}`],
  ['as the name of a variable', () => sh`echo $${'x'}`],
  ['right before a redirection', () => sh`echo ${'5'}>file`],
  ['in a here-document', () => sh`cat <<EOF ${'x'}`],
  ['in backquotes', () => sh`echo \`cat ${'x'}\``],
  ['in a script whose quotes stay open', () => sh`echo ${'x'} "`],
  ['in a script whose parenthesis stays open', () => sh`echo $( ${'x'}`],
])('a value %s is refused', (_, make) => {
  expect(make).toThrow(expect.objectContaining({ code: 'E_QUOTE' }));
});

test.each([undefined, null, {}, { text: 'rm -rf /' }, Number.NaN])('%p is no value and no piece', (value) => {
  expect(isSh(value)).toBe(false);
  expect(() => sh`echo ${value as string}`).toThrow(expect.objectContaining({ code: 'E_QUOTE' }));
});

test('a piece that went through JSON is no piece any more', () => {
  expect(isSh(JSON.parse(JSON.stringify(sh`true`)))).toBe(false);
});
