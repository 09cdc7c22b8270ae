/** A small read-only stand-in of the Kubernetes API on loopback, over what one bundle says. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { createApi, type Answer } from './api.ts';
import type { Contents } from './contents.ts';

export interface Served {
  readonly url: string;
  close(): Promise<void>;
}
export interface ServeOptions {
  /** 0: any that is free. */
  readonly port?: number;
  /** Told of every request, after it was answered: `GET /api/v1/pods?limit=500`. */
  readonly asked?: (request: string, status: number) => void;
}

/** A page in a browser must not read the bundle through a name that leads here. */
const LOOPBACK = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/;

/** Starts to listen on 127.0.0.1. Nothing is ever written, and no other address can reach it. */
export async function serve(contents: Contents, options: ServeOptions = {}): Promise<Served> {
  const api = createApi(contents);
  const answer = (request: IncomingMessage): Answer => {
    const refuse = (status: number, body: string): Answer => ({ status, type: 'text/plain', body: `${body}\n` });
    if (!LOOPBACK.test(request.headers.host ?? '')) return refuse(403, 'only for this machine');
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'a bundle is read-only');
    try {
      return api(request.url ?? '/', request.headers.accept ?? '');
    } catch {
      return refuse(400, 'not a request of the Kubernetes API');
    }
  };
  const server = createServer((request, response) => {
    const given = answer(request);
    options.asked?.(`${request.method} ${request.url}`, given.status);
    void send(given, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function send({ status, type, body, warning }: Answer, response: ServerResponse): Promise<void> {
  response.writeHead(status, {
    'content-type': type,
    ...(warning === undefined ? {} : { warning: `299 - ${JSON.stringify(warning)}` }),
  });
  if (typeof body === 'string') response.end(body);
  // The reader went away: nobody is left to be told.
  else await pipeline(body, response).catch(() => response.destroy());
}
