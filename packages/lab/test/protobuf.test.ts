import { Message, message } from '../src/etcd-client/protobuf';

test('what is written is read back', () => {
  const bytes = message([1, 'kéy'], [3, 500], [4, 2n ** 62n], [5, undefined], [7, message([1, 'inner'])]);
  const read = new Message(bytes);
  expect(read.bytes(1).toString()).toBe('kéy');
  expect(read.int(3)).toBe(500n);
  expect(read.int(4)).toBe(2n ** 62n);
  expect(read.bytes(5)).toHaveLength(0);
  expect(read.messages(7).map((inner) => inner.bytes(1).toString())).toEqual(['inner']);
});

test('the bytes are those of the format', () => {
  expect(message([1, 'ab'], [3, 300])).toEqual(Buffer.from([0x0a, 2, 0x61, 0x62, 0x18, 0xac, 0x02]));
});

test('a message that is cut off is an error', () => {
  expect(() => new Message(Buffer.from([0x18, 0xac]))).toThrow('ends inside a number');
});
