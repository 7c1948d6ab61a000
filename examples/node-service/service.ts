import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { MigrateOptions, OkdMigration, RollBackOptions } from '@pawl/okd-etcd-v2-to-v3';

export interface Service {
  readonly server: Server;
  /** Runs under way: settled when each of them rests. */
  atRest(): Promise<void>;
}

/**
 * Migrations over HTTP. A request that begins something is answered when that is durable, not when it is over: the run goes
 * on, whoever hangs up, and is looked at by its name.
 */
export function createService(okd: OkdMigration, report: (error: unknown) => void): Service {
  const underWay = new Set<Promise<unknown>>();
  const inBackground = (run: Promise<unknown>): void => {
    const settled = run.catch(report).finally(() => underWay.delete(settled));
    underWay.add(settled);
  };
  // Those whose owner died with this machine's last service: nobody else is at work on them.
  for (const { record } of okd.engine.recover()) inBackground(okd.resume({ run: record.run }));

  /** Answered by the first event, which says that the run is on record; or by the result, where there is none. */
  const begun = (act: (more: Pick<MigrateOptions, 'onEvent'>) => Promise<object>): Promise<object> =>
    new Promise((resolve, reject) => {
      const resting = act({
        onEvent: (event) => resolve({ run: event.type === 'journal' ? event.row.run : event.run }),
      });
      resting.then(resolve, reject);
      inBackground(resting);
    });

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [, collection, run = '', verb = ''] = (request.url ?? '').split('/').map(decodeURIComponent);
    const asked = `${request.method ?? ''} ${collection ?? ''}${run && '/RUN'}${verb && `/${verb}`}`;
    if (asked === 'POST migrations') {
      const order = orderOf(await readJson(request));
      send(response, 202, await begun((more) => okd.migrate({ ...order, ...more })));
    } else if (asked === 'POST migrations/RUN/rollback') {
      const { inventory, reason = 'asked for over HTTP' } = (await readJson(request)) as RollBackOptions;
      send(response, 202, await begun((more) => okd.rollback({ run, inventory, reason, ...more })));
    } else if (asked === 'GET migrations')
      send(response, 200, { runs: okd.engine.runs().map((each) => each.run) });
    else if (asked === 'GET migrations/RUN') send(response, 200, statusOf(okd, run));
    else if (asked === 'GET migrations/RUN/events') await streamEvents(okd, run, response);
    else if (asked === 'POST migrations/RUN/pause') {
      okd.engine.pause(run, 'the service');
      send(response, 202, { run });
    } else send(response, 404, { code: 'E_NO_ROUTE', message: `there is no ${asked}` });
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => refuse(response, error, report));
  });
  return {
    server,
    async atRest() {
      await Promise.all(underWay);
    },
  };
}

/** By name: nothing else that is sent reaches the library. */
function orderOf(body: unknown): MigrateOptions {
  const { inventory, acceptPointOfNoReturn, ttl, onFailure, maxOutageSeconds, pauseBefore } =
    body as MigrateOptions;
  return {
    ...{ inventory, acceptPointOfNoReturn },
    ...(ttl !== undefined && { ttl }),
    ...(onFailure !== undefined && { onFailure }),
    ...(maxOutageSeconds !== undefined && { maxOutageSeconds }),
    ...(pauseBefore !== undefined && { pauseBefore }),
  };
}

function statusOf(okd: OkdMigration, run: string): object {
  const { state, direction, phase, step, reason } = okd.engine.status(run);
  return { run, state, direction, phase, step: step ?? null, reason: reason ?? null };
}

/** A JSON line for each journal row, from the first one on, until the run rests or the client hangs up. */
async function streamEvents(okd: OkdMigration, run: string, response: ServerResponse): Promise<void> {
  okd.engine.status(run);
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  for await (const { seq, at, kind, data } of okd.engine.events(run, { follow: true, signal: gone.signal }))
    response.write(`${JSON.stringify({ seq, at, kind, ...data })}\n`);
  response.end();
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
}

/** Errors of the library have a stable code, and say what to do. */
function refuse(response: ServerResponse, error: unknown, report: (error: unknown) => void): void {
  if (!(error instanceof Error) || response.headersSent) {
    report(error);
    response.destroy();
    return;
  }
  const { code, hint, facts } = error as Error &
    Partial<Record<'code' | 'hint', string>> & { facts?: object };
  if (code === undefined) report(error);
  send(response, code === 'E_NO_RUN' ? 404 : code === undefined ? 500 : 409, {
    ...{ code: code ?? 'E_INTERNAL', message: error.message },
    ...(hint !== undefined && { hint }),
    ...(facts !== undefined && { facts }),
  });
}
