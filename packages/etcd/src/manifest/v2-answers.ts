import type { ReadHost } from '@pawl/hosts';
import { curlArgv, curlConfig } from '../cli/curl';
import type { Asked } from '../cli/etcdctl';
import { EtcdError, unexpectedOutput } from '../errors';
import { parseHttpHead, type HttpHead } from '../parse/http-answer';
import { createJsonScanner, type JsonScanner, type JsonSink } from './json-scanner';

const COMMAND = 'GET /v2/keys';

/**
 * Asks for several paths over one connection and scans each answer as it comes. `sink(n)` takes the n-th answer's JSON apart.
 * @returns the head of each answer, as many as paths
 * @throws EtcdError `E_ETCD_PARSE` where an answer is no JSON, is cut off, or is missing
 */
export async function readV2Answers(
  host: ReadHost,
  settings: Asked,
  paths: readonly string[],
  sink: (index: number) => JsonSink,
  signal?: AbortSignal,
): Promise<readonly HttpHead[]> {
  const maxSeconds = 600;
  const heads: HttpHead[] = [];
  let pending: Buffer = Buffer.alloc(0);
  let scanner: JsonScanner | undefined;

  const take = (chunk: Buffer): void => {
    let left = chunk;
    while (left.length > 0) {
      if (scanner !== undefined) {
        const rest = scanner.write(left);
        if (rest === undefined) return;
        left = rest;
        scanner = undefined;
      }
      pending = skipLineEnds(Buffer.concat([pending, left]));
      const end = pending.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = parseHttpHead(pending.toString('utf8', 0, end));
      left = pending.subarray(end + 4);
      pending = Buffer.alloc(0);
      if (!(head.headers['content-type'] ?? '').includes('json')) throw unexpectedHead(head);
      scanner = createJsonScanner(sink(heads.length), COMMAND);
      heads.push(head);
    }
  };

  const options = {
    stdin: curlConfig(settings, paths),
    timeoutMs: (maxSeconds + 60) * 1000,
    maxBytes: Number.MAX_SAFE_INTEGER,
  };
  const stream = host.readStream(
    curlArgv(settings, maxSeconds),
    signal === undefined ? options : { ...options, signal },
  );
  for await (const chunk of stream) take(chunk);
  if (scanner !== undefined || heads.length !== paths.length) {
    throw unexpectedOutput(
      COMMAND,
      `${heads.length} answers to ${paths.length} requests, the last one ${scanner === undefined ? 'whole' : 'cut off'}`,
    );
  }
  return heads;
}

/** etcd ends its answers with a line end. */
function skipLineEnds(buffer: Buffer): Buffer {
  let at = 0;
  while (buffer[at] === 0x0a || buffer[at] === 0x0d) at++;
  return buffer.subarray(at);
}

function unexpectedHead(head: HttpHead): EtcdError {
  return new EtcdError('E_ETCD_V2', `${COMMAND} answered ${head.status} without JSON`, {
    hint: 'Is the v2 API enabled? etcd 3.4 needs ETCD_ENABLE_V2=true.',
    facts: { status: head.status },
  });
}
