import fc from 'fast-check';
import { createJsonScanner, type JsonSink } from '../../src/manifest/json-scanner';

/** Builds the value again from what the scanner tells. */
function builder(): JsonSink & { readonly result: () => unknown } {
  const root: unknown[] = [];
  const stack: (unknown[] | Record<string, unknown>)[] = [root];
  const names: string[] = [];
  const put = (value: unknown): void => {
    const top = stack.at(-1);
    if (Array.isArray(top)) top.push(value);
    else if (top !== undefined)
      Object.defineProperty(top, names.pop() ?? '', {
        value,
        enumerable: true,
        configurable: true,
        writable: true,
      });
  };
  return {
    open(kind) {
      const made = kind === 'array' ? [] : {};
      put(made);
      stack.push(made);
    },
    close: () => void stack.pop(),
    name: (name) => void names.push(name),
    value: put,
    result: () => root[0],
  };
}

function scan(
  text: Buffer,
  cuts: readonly number[],
): { readonly value: unknown; readonly rest: Buffer | undefined } {
  const sink = builder();
  const scanner = createJsonScanner(sink, 'test');
  let rest: Buffer | undefined;
  let from = 0;
  for (const cut of [...cuts, text.length].sort((a, b) => a - b)) {
    const chunk = text.subarray(from, cut);
    from = cut;
    rest = rest === undefined ? scanner.write(chunk) : Buffer.concat([rest, chunk]);
  }
  return { value: sink.result(), rest };
}

test('any document, cut anywhere, is what JSON.parse makes of it; what follows is given back', () => {
  const document = fc
    .jsonValue({ maxDepth: 4, stringUnit: 'binary' })
    .filter((value) => typeof value === 'object' && value !== null);
  fc.assert(
    fc.property(
      document,
      fc.array(fc.nat(400), { maxLength: 8 }),
      fc.boolean(),
      fc.constantFrom('', '\n', '\nHTTP/1.1 200 OK\r\n'),
      (value, cuts, spaced, after) => {
        const text = Buffer.from(JSON.stringify(value, undefined, spaced ? 1 : 0) + after);
        const found = scan(
          text,
          cuts.filter((cut) => cut <= text.length),
        );
        expect(found.value).toEqual(JSON.parse(text.toString('utf8', 0, text.length - after.length)));
        expect(found.rest?.toString()).toBe(after);
      },
    ),
  );
});

test('a document cut short does not end', () => {
  for (const text of ['{', '{"a":[1,2]', '{"a":"x\\', '[1', '{"a":1,"b":"', '[[]'])
    expect(scan(Buffer.from(text), []).rest).toBeUndefined();
});

test.each([
  '{"a" 1}',
  '{"a":1 "b":2}',
  '[1,]',
  '{,}',
  '{"a":}',
  '[1}',
  '{"a":tru}',
  '{1:2}',
  '["\\x"]',
  '[1 2]',
  '}',
  '{"a":1,}',
  '["a" "b"]',
  '[@]',
])('no JSON: %s', (text) => {
  expect(() => scan(Buffer.from(text), [])).toThrow(expect.objectContaining({ code: 'E_ETCD_PARSE' }));
});
