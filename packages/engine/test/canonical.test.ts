import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { canonicalJson } from '@pawl/engine';

const json = fc.jsonValue({ stringUnit: 'binary', maxDepth: 5 });

describe('canonical JSON', () => {
  test('is that of RFC 8785: the reference implementation writes the same', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(canonicalJson(value)).toBe(canonicalize(value));
      }),
      { numRuns: 1000 },
    );
  });

  test('reads back as what was written, and does so whatever the order of keys', () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
    expect(canonicalJson({ b: 1, a: [{ d: 2, c: 3 }] })).toBe('{"a":[{"c":3,"d":2}],"b":1}');
  });

  test.each([
    ['numbers that no JSON holds', { a: [NaN] }],
    ['infinite ones', { a: Infinity }],
    ['functions', { a: () => 1 }],
    ['big integers', { a: 1n }],
    ['nothing at all', undefined],
  ])('of %s there is none', (_what, value) => {
    expect(() => canonicalJson(value)).toThrow(expect.objectContaining({ code: 'E_NOT_JSON' }) as Error);
  });

  test('leaves out what is undefined, as JSON does', () => {
    expect(canonicalJson({ a: undefined, b: [undefined], c: new Date(0) })).toBe(
      '{"b":[null],"c":"1970-01-01T00:00:00.000Z"}',
    );
  });
});
