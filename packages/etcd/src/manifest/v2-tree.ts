import { createHash } from 'node:crypto';
import { EtcdError, unexpectedOutput } from '../errors';
import type { JsonSink } from './json-scanner';

/** A key of the v2 store, its value as a digest. */
export interface V2Leaf {
  readonly key: string;
  readonly valueSha256: string;
  /** Of the value. */
  readonly bytes: number;
  readonly createdIndex: number;
  readonly modifiedIndex: number;
  /** Epoch milliseconds: the earliest of its own and its directories'. */
  readonly expires: number | null;
}

export interface V2Directory {
  readonly key: string;
  /** As for a leaf. */
  readonly expires: number | null;
  /** It has an expiration of its own: migrate loses it, and makes the keys in it permanent. */
  readonly ownExpiration: boolean;
  /** Its contents stood in the answer. */
  readonly listed: boolean;
}

export interface V2TreeHandlers {
  leaf(leaf: V2Leaf): void;
  directory(directory: V2Directory): void;
  /** An answer that is an error: `{"errorCode":100,…}`. */
  error(errorCode: number, message: string): void;
}

/**
 * Takes the answer of `GET /v2/keys/…` apart as it is scanned. `expires`: the expiration of the directories above what was
 * asked for.
 */
export function createV2Tree(handlers: V2TreeHandlers, expires: number | null): JsonSink {
  const frames: Frame[] = [];
  let name = '';

  return {
    open(kind) {
      frames.push(newFrame(kind, name, frames.at(-1), expires));
    },
    name(next) {
      name = next;
    },
    value(value) {
      const frame = frames.at(-1);
      if (frame?.kind === 'node') setField(frame, name, value);
      else if (frame?.kind === 'answer' && name === 'errorCode') frame.errorCode = Number(value);
      else if (frame?.kind === 'answer' && name === 'message') frame.message = String(value);
    },
    close() {
      const frame = frames.pop();
      if (frame?.kind === 'node') finish(frame, handlers);
      if (frame?.kind === 'answer' && frame.errorCode !== undefined)
        handlers.error(frame.errorCode, frame.message);
    },
  };
}

interface Node {
  readonly kind: 'node';
  key: string;
  directory: boolean;
  /** Of the directories above. */
  readonly inherited: number | null;
  expiration: number | null;
  valueSha256: string | undefined;
  bytes: number;
  createdIndex: number;
  modifiedIndex: number;
  listed: boolean;
}

type Frame =
  | { readonly kind: 'answer'; errorCode: number | undefined; message: string }
  | Node
  /** The array of a directory's nodes. */
  | { readonly kind: 'nodes'; readonly expires: number | null }
  | { readonly kind: 'other' };

function newFrame(
  kind: 'object' | 'array',
  name: string,
  parent: Frame | undefined,
  expires: number | null,
): Frame {
  if (parent === undefined && kind === 'object') return { kind: 'answer', errorCode: undefined, message: '' };
  if (parent?.kind === 'answer' && kind === 'object' && name === 'node') return newNode(expires);
  if (parent?.kind === 'nodes' && kind === 'object') return newNode(parent.expires);
  if (parent?.kind === 'node' && kind === 'array' && name === 'nodes') {
    parent.listed = true;
    return { kind: 'nodes', expires: expiry(parent) };
  }
  return { kind: 'other' };
}

function newNode(inherited: number | null): Node {
  return {
    kind: 'node',
    key: '',
    directory: false,
    inherited,
    expiration: null,
    valueSha256: undefined,
    bytes: 0,
    createdIndex: 0,
    modifiedIndex: 0,
    listed: false,
  };
}

function setField(node: Node, name: string, value: string | number | boolean | null): void {
  if (name === 'key' && typeof value === 'string') node.key = value;
  else if (name === 'dir') node.directory = value === true;
  else if (name === 'createdIndex') node.createdIndex = index(value);
  else if (name === 'modifiedIndex') node.modifiedIndex = index(value);
  else if (name === 'value' && typeof value === 'string') {
    const bytes = Buffer.from(value, 'utf8');
    node.bytes = bytes.length;
    node.valueSha256 = createHash('sha256').update(bytes).digest('hex');
  } else if (name === 'expiration' && typeof value === 'string') {
    // A directory's expiration must be known before its keys are handed on. All known versions print it so.
    if (node.listed)
      throw unexpectedOutput('GET /v2/keys', 'an expiration after the nodes that it applies to');
    node.expiration = Date.parse(value);
    if (Number.isNaN(node.expiration)) throw unexpectedOutput('GET /v2/keys', `expiration ${value}`);
  }
}

function index(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw unexpectedOutput('GET /v2/keys', `index ${String(value)}`);
}

function expiry(node: Node): number | null {
  if (node.inherited === null || node.expiration === null) return node.expiration ?? node.inherited;
  return Math.min(node.inherited, node.expiration);
}

function finish(node: Node, handlers: V2TreeHandlers): void {
  if (node.directory) {
    handlers.directory({
      key: node.key,
      expires: expiry(node),
      ownExpiration: node.expiration !== null,
      listed: node.listed,
    });
    return;
  }
  if (node.valueSha256 === undefined || node.key === '' || node.modifiedIndex === 0) {
    throw new EtcdError(
      'E_ETCD_PARSE',
      'GET /v2/keys answered with a node that is neither a directory nor a key with its value',
    );
  }
  handlers.leaf({
    key: node.key,
    valueSha256: node.valueSha256,
    bytes: node.bytes,
    createdIndex: node.createdIndex,
    modifiedIndex: node.modifiedIndex,
    expires: expiry(node),
  });
}
