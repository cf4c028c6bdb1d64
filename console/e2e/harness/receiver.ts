import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a receiver does with a request. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
  /** The answer is given when this is done. */
  after?: Promise<void>;
}

/** What arrived. */
export interface Received {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A receiver on a free port of 127.0.0.1. It answers 200 until told otherwise. */
export class Receiver {
  readonly requests: Received[] = [];
  #answers: Answer[] = [{ status: 200, headers: { 'content-type': 'application/json' }, body: '{"received":true}' }];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const { method = '', url = '', headers } = request;
      this.requests.push({ method, path: url, headers, body: await textOf(request) });
      const answer = this.#answers.length > 1 ? this.#answers.shift() : this.#answers[0];
      await answer?.after;
      response.writeHead(answer?.status ?? 200, answer?.headers).end(answer?.body);
    });
  }

  static async start(): Promise<Receiver> {
    const receiver = new Receiver();
    await new Promise<void>((ready) => receiver.#server.listen(0, '127.0.0.1', ready));
    return receiver;
  }

  /** Where webhooks are sent to. */
  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/hook`;
  }

  /** The next requests get these in turn, and later ones the last. */
  answer(...answers: [Answer, ...Answer[]]): void {
    this.#answers = answers;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}
