import { createWriteStream, readFileSync } from 'node:fs';
import https from 'node:https';
import { createInterface } from 'node:readline';
import type { Sample } from './outages';

/** Runs inside the lab's network; its order is its first line on stdin, and it ends with stdin or when its time is up. */
export interface ProbeOrder {
  readonly masters: readonly { readonly name: string; readonly address: string; readonly hostname: string }[];
  readonly ca: string;
  readonly file: string;
  readonly everyMs: number;
  readonly timeoutMs: number;
  readonly maxSeconds: number;
}

function work({ masters, ca, file, everyMs, timeoutMs, maxSeconds }: ProbeOrder): void {
  const out = createWriteStream(file, { flags: 'a' });
  const agent = new https.Agent({ keepAlive: true, ca: readFileSync(ca) });
  const stop = (): void => {
    out.end(() => process.exit(0));
  };
  const ask = (master: ProbeOrder['masters'][number]): void => {
    const asked = Date.now();
    let answered = false;
    const write = (ok: boolean): void => {
      if (answered) return;
      answered = true;
      const sample: Sample = { master: master.name, asked, answered: Date.now(), ok };
      out.write(`${JSON.stringify(sample)}\n`);
    };
    const request = https.get(
      { agent, host: master.address, port: 8443, servername: master.hostname, path: '/lab/probe' },
      (response) => {
        response.on('data', () => undefined);
        response.on('error', () => write(false));
        response.on('end', () => write(response.statusCode === 200));
      },
    );
    // Of the whole request, the connect included: a cut cable must not be waited for.
    const timer = setTimeout(() => request.destroy(new Error('no answer')), timeoutMs);
    request.on('close', () => {
      clearTimeout(timer);
      write(false);
    });
    request.on('error', () => write(false));
  };
  setInterval(() => masters.forEach(ask), everyMs);
  setTimeout(stop, maxSeconds * 1000);
  process.stdin.on('end', stop);
}

createInterface({ input: process.stdin }).once('line', (line) => work(JSON.parse(line) as ProbeOrder));
