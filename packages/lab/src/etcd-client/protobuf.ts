/** The wire format, as far as etcd's messages need it: varints (type 0) and bytes (type 2). */
export type FieldValue = Buffer | string | number | bigint | undefined;

/** `message([1, key], [3, 500])`: the bytes of a message; a field that is undefined is left out. */
export function message(...fields: readonly (readonly [field: number, value: FieldValue])[]): Buffer {
  return Buffer.concat(
    fields.flatMap(([field, value]) => {
      if (value === undefined) return [];
      if (typeof value === 'number' || typeof value === 'bigint') return [varint(field * 8), varint(value)];
      const bytes = typeof value === 'string' ? Buffer.from(value) : value;
      return [varint(field * 8 + 2), varint(bytes.length), bytes];
    }),
  );
}

/** A decoded message: every value of a field, in order. */
export class Message {
  private readonly fields = new Map<number, (Buffer | bigint)[]>();

  constructor(bytes: Buffer) {
    const at = { offset: 0 };
    while (at.offset < bytes.length) {
      const tag = Number(readVarint(bytes, at));
      const values = this.fields.get(tag >> 3) ?? [];
      values.push(readValue(bytes, at, tag & 7));
      this.fields.set(tag >> 3, values);
    }
  }

  bytes(field: number): Buffer {
    const value = this.fields.get(field)?.at(-1);
    return Buffer.isBuffer(value) ? value : Buffer.alloc(0);
  }

  int(field: number): bigint {
    const value = this.fields.get(field)?.at(-1);
    return typeof value === 'bigint' ? value : 0n;
  }

  messages(field: number): Message[] {
    return (this.fields.get(field) ?? [])
      .filter((value) => Buffer.isBuffer(value))
      .map((value) => new Message(value));
  }
}

function readValue(bytes: Buffer, at: { offset: number }, type: number): Buffer | bigint {
  if (type === 0) return readVarint(bytes, at);
  const length = type === 2 ? Number(readVarint(bytes, at)) : type === 1 ? 8 : 4;
  at.offset += length;
  return bytes.subarray(at.offset - length, at.offset);
}

function readVarint(bytes: Buffer, at: { offset: number }): bigint {
  let value = 0n;
  for (let shift = 0n; ; shift += 7n) {
    const byte = bytes[at.offset];
    if (byte === undefined) throw new Error('protobuf: the message ends inside a number');
    at.offset += 1;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
}

function varint(number: number | bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt(number);
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}
