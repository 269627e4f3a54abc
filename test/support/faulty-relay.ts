// A relay with faults, in this process, and bare TCP to it, for what a WebSocket client never shows.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import type { Event } from '../../src/protocol/event.ts';
import { parseFault } from '../../src/server/faults/fault.ts';
import { FaultPlan } from '../../src/server/faults/plan.ts';
import type { RelayOptions } from '../../src/server/server.ts';
import { RawClient } from './raw-client.ts';
import { startNost } from './relays.ts';

export interface FaultyRelay {
  url: string;
  port: number;
  plan: FaultPlan;
  /** What the relay logged. */
  lines: string[];
  connect(): Promise<RawClient>;
  /** A client on bare TCP, which ends with the test. */
  bare(): Promise<BareClient>;
  close(deadlineMs: number): Promise<void>;
}

/** A relay that ends with its test. */
export async function startFaulty(
  t: TestContext,
  faults: readonly string[],
  {
    events = [],
    faultSeed,
    ...options
  }: Partial<RelayOptions> & { events?: Event[]; faultSeed?: number } = {},
): Promise<FaultyRelay> {
  const lines: string[] = [];
  const log = (line: string) => lines.push(line);
  const plan = new FaultPlan({ faults: faults.map(parseFault), seed: faultSeed, log });
  const { relay } = await startNost({ seed: events, faults: plan, log, ...options });
  const sockets: Socket[] = [];
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    return relay.close(1000);
  });
  const { url, port } = relay;
  return {
    url,
    port,
    plan,
    lines,
    connect: () => RawClient.connect(url),
    bare: async () => {
      const client = await BareClient.connect(port);
      sockets.push(client.socket);
      return client;
    },
    close: ms => relay.close(ms),
  };
}

/** A WebSocket on bare TCP, whose handshake and masks are always the same. */
export class BareClient {
  readonly socket: Socket;
  /** All that came behind the answer to the handshake. */
  bytes = Buffer.alloc(0);
  /** Resolves with `end`, or the code of the error, such as ECONNRESET. */
  readonly over: Promise<string>;

  private constructor(socket: Socket) {
    this.socket = socket;
    this.over = new Promise(resolve => {
      socket.on('error', error => resolve((error as NodeJS.ErrnoException).code!));
      socket.on('end', () => resolve('end'));
    });
  }

  static async connect(port: number): Promise<BareClient> {
    const socket = connect(port, '127.0.0.1');
    const client = new BareClient(socket);
    await once(socket, 'connect');
    socket.write(HANDSHAKE);
    let head = Buffer.alloc(0);
    await new Promise<void>(resolve => {
      const take = (chunk: Buffer) => {
        head = Buffer.concat([head, chunk]);
        const end = head.indexOf('\r\n\r\n');
        if (end < 0) return;
        socket.off('data', take).on('data', more => client.#take(more));
        client.#take(head.subarray(end + 4));
        resolve();
      };
      socket.on('data', take);
    });
    return client;
  }

  #take(chunk: Buffer): void {
    this.bytes = Buffer.concat([this.bytes, chunk]);
  }

  send(message: unknown): void {
    this.socket.write(BareClient.frame(message));
  }

  /** The bytes of a frame; a mask of zeros leaves the text as it is. */
  static frame(message: unknown): Buffer {
    const payload = Buffer.from(JSON.stringify(message));
    const head = Buffer.from([0x81, 0xfe, payload.length >> 8, payload.length & 255, 0, 0, 0, 0]);
    return Buffer.concat([head, payload]);
  }
}

export const HANDSHAKE = [
  'GET / HTTP/1.1',
  'Host: 127.0.0.1',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  '\r\n',
].join('\r\n');
