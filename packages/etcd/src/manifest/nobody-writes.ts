import type { ReadHost } from '@pawl/hosts';
import { curlArgv, curlConfig, get, v2Path } from '../cli/curl';
import type { Asked } from '../cli/etcdctl';
import { EtcdError, unexpectedOutput } from '../errors';
import { field, parseJson, text, count } from '../json';
import { commandFailed } from '../parse/complaint';
import { headerIndex, parseHttpHead } from '../parse/http-answer';
import { showKey } from './key-name';

export interface V2Event {
  readonly index: number;
  readonly action: string;
  /** As `showKey` shows it. */
  readonly key: string;
}

export interface Quiet {
  /** Every step of the index was a key that ran out. */
  readonly quiet: boolean;
  readonly fromIndex: number;
  readonly toIndex: number;
  readonly expired: number;
  /** What wasn't an expiry: somebody writes. */
  readonly writes: readonly V2Event[];
  /** Steps of the index that the history has no event for. (It has one for a write to a hidden key, too.) */
  readonly unseen: number;
}

export interface QuietOptions {
  readonly secretPrefixes: readonly string[];
  /** How many events are asked for at a time; 100 if left out. */
  readonly batch?: number;
  readonly signal?: AbortSignal;
}

/**
 * Who moved the v2 index since `fromIndex` (a manifest's `etcdIndex`). A still index proves nothing and a moving one neither:
 * each key that runs out moves it by one. So each step is looked at in the store's history, which keeps the last 1,000.
 * @throws EtcdError `E_ETCD_V2_HISTORY` where it does not reach back so far
 */
export async function nobodyWrites(
  host: ReadHost,
  settings: Asked,
  fromIndex: number,
  options: QuietOptions,
): Promise<Quiet> {
  const now = await get(
    host,
    settings,
    v2Path('/'),
    options.signal === undefined ? {} : { signal: options.signal },
  );
  const toIndex = headerIndex(now, 'x-etcd-index');
  if (now.status !== 200 || toIndex === undefined)
    throw unexpectedOutput('GET /v2/keys/', `status ${now.status}`);
  const events = new Map<number, V2Event>();
  const size = options.batch ?? 100;
  for (let from = fromIndex + 1; from <= toIndex; from += size) {
    for (const event of await readEvents(host, settings, from, Math.min(from + size - 1, toIndex), options)) {
      if (event.index <= toIndex) events.set(event.index, event);
    }
  }
  const writes = [...events.values()].filter((event) => event.action !== 'expire');
  const unseen = toIndex - fromIndex - events.size;
  return {
    quiet: writes.length === 0 && unseen === 0,
    fromIndex,
    toIndex,
    expired: events.size - writes.length,
    writes,
    unseen,
  };
}

/**
 * The events of these indices, over one connection. An index without an event would answer with the next one there is, or, at
 * the end, with nothing until curl's time is up: exit 28, no error here.
 */
async function readEvents(
  host: ReadHost,
  settings: Asked,
  from: number,
  to: number,
  options: QuietOptions,
): Promise<readonly V2Event[]> {
  const paths = Array.from({ length: to - from + 1 }, (_, offset) =>
    v2Path('/', `?wait=true&recursive=true&waitIndex=${from + offset}`),
  );
  const result = await host.read(curlArgv(settings, WAIT_SECONDS), {
    stdin: curlConfig(settings, paths),
    timeoutMs: paths.length * WAIT_SECONDS * 1000 + 10_000,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  if (result.exit !== 0 && result.exit !== CURL_TIME_IS_UP)
    throw commandFailed(result, 'watch the v2 store', host.name);
  return answers(result.stdout.toString('utf8')).flatMap((answer) => event(answer, options.secretPrefixes));
}

const WAIT_SECONDS = 2;
const CURL_TIME_IS_UP = 28;

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** A body is JSON on one line: a line that starts with `HTTP/` is the next head. */
function answers(stdout: string): readonly Answer[] {
  return stdout
    .split(/^(?=HTTP\/\S+ \d{3})/m)
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const end = part.indexOf('\r\n\r\n');
      if (end < 0) throw unexpectedOutput('GET /v2/keys/?wait=true', part.slice(0, 80));
      return { status: parseHttpHead(part.slice(0, end)).status, body: part.slice(end + 4).trim() };
    });
}

function event(answer: Answer, secretPrefixes: readonly string[]): readonly V2Event[] {
  if (answer.body === '') return [];
  const json = parseJson(answer.body, 'GET /v2/keys/?wait=true');
  const errorCode = count(field(json, 'errorCode'), 'GET /v2/keys/?wait=true');
  if (errorCode === INDEX_CLEARED) {
    throw new EtcdError(
      'E_ETCD_V2_HISTORY',
      'more than 1,000 events since the manifest was read: the v2 history does not reach back to it',
      {
        hint: 'Read the manifest again, and ask sooner after it. Are all writers stopped?',
      },
    );
  }
  const node = field(json, 'node');
  const action = text(field(json, 'action'));
  const index = count(field(node, 'modifiedIndex'), 'GET /v2/keys/?wait=true');
  if (answer.status !== 200 || action === undefined || index === undefined) {
    throw new EtcdError('E_ETCD_V2', `a watch on the v2 store answered ${answer.status}`, {
      facts: { errorCode: errorCode ?? null },
    });
  }
  return [{ index, action, key: showKey(text(field(node, 'key')) ?? '', secretPrefixes) }];
}

const INDEX_CLEARED = 401;
