// A relay that plays a script of frames and faults (scripted-steps.ts lists them). It speaks TCP and HTTP by hand,
// so that every layer can be broken. It does not judge: tests read what it received.
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { Connection, type ConnectionRecord, watch } from './scripted-connection.ts';
import type { HttpAnswer, RelayScript, Step } from './scripted-steps.ts';
import { type HttpRequest, httpHead, parseRequest } from './websocket-bytes.ts';

export interface ScriptedRelay {
  /** `ws://127.0.0.1:<port>` */
  readonly url: string;
  readonly port: number;
  /** The text frames of all connections in the order of arrival. */
  readonly received: string[];
  readonly connections: readonly ConnectionRecord[];
  /** How many plain HTTP requests came (NIP-11). */
  readonly httpRequests: number;
  /** Resolves when `condition` holds; rejects after `ms` with the relay's state in words. */
  until(condition: (relay: ScriptedRelay) => boolean, ms?: number): Promise<void>;
  /** Resolves when connection `index` (default 0) has come and played all its steps; rejects when it could not. */
  played(index?: number, ms?: number): Promise<ConnectionRecord>;
  close(): Promise<void>;
}

export interface ScriptedRelayOptions {
  /** Values of `$NAME`, put in as they are. Read each time: later additions count. */
  vars?: Readonly<Record<string, string>>;
  /** Default: a free one. */
  port?: number;
}

const NO_DOCUMENT: HttpAnswer = { status: 404, type: 'text/plain', body: 'nothing here' };

const DEFAULT_WAIT = 60_000;

export async function startScriptedRelay(
  script: RelayScript,
  options: ScriptedRelayOptions = {},
): Promise<ScriptedRelay> {
  const relay = new Relay(script, options.vars ?? {});
  await relay.listen(options.port ?? 0);
  return relay;
}

class Relay implements ScriptedRelay {
  readonly received: string[] = [];
  readonly connections: Connection[] = [];
  httpRequests = 0;
  readonly #scripts: Step[][];
  readonly #http: HttpAnswer;
  readonly #vars: Readonly<Record<string, string>>;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #watchers = new Set<() => void>();

  constructor(script: RelayScript, vars: Readonly<Record<string, string>>) {
    this.#scripts = Array.isArray(script) ? [script] : script.perConnection;
    this.#http = (Array.isArray(script) ? undefined : script.http) ?? NO_DOCUMENT;
    this.#vars = vars;
    this.#server = createServer({ allowHalfOpen: false, noDelay: true }, socket => this.#accept(socket));
  }

  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}`;
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => {}); // resets are our business
    socket.on('close', () => this.#sockets.delete(socket));
    let head = Buffer.alloc(0);
    const readHead = (chunk: Buffer): void => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      socket.off('data', readHead);
      this.#begin(socket, parseRequest(head.subarray(0, end).toString('latin1')), head.subarray(end + 4));
    };
    socket.on('data', readHead);
  }

  #begin(socket: Socket, request: HttpRequest, rest: Buffer): void {
    const steps = this.#scripts[Math.min(this.connections.length, this.#scripts.length - 1)] ?? [];
    if (request.headers['upgrade'] === undefined) {
      this.httpRequests++;
      if (steps[0]?.do !== 'hang') this.#answerHttp(socket);
    } else {
      const connection = new Connection(socket, request, this.#vars, text => {
        if (text !== undefined) this.received.push(text);
        for (const watcher of [...this.#watchers]) watcher();
      });
      this.connections.push(connection);
      void connection.play(steps);
      connection.read(rest);
    }
    for (const watcher of [...this.#watchers]) watcher();
  }

  #answerHttp(socket: Socket): void {
    if (this.#http === 'hang') return;
    const { status, type, body } = this.#http;
    const head = httpHead(`${status} Scripted`, {
      'Content-Type': type,
      'Content-Length': String(Buffer.byteLength(body)),
      Connection: 'close',
    });
    socket.end(head + body);
  }

  async until(condition: (relay: ScriptedRelay) => boolean, ms = DEFAULT_WAIT): Promise<void> {
    await watch(
      this.#watchers,
      () => condition(this),
      ms,
      () => `not so within ${ms} ms; ${this.describe()}`,
    );
  }

  async played(index = 0, ms = DEFAULT_WAIT): Promise<ConnectionRecord> {
    const over = (): boolean => (this.connections[index]?.state ?? 'playing') !== 'playing';
    await this.until(over, ms);
    const connection = this.connections[index]!;
    if (connection.state === 'played') return connection;
    throw new Error(`connection ${index}: ${connection.state}: ${connection.failure}; ${this.describe()}`);
  }

  /** The relay's state in words, for failures of tests. */
  describe(): string {
    const lines = this.connections.map((connection, index) => {
      const frames = connection.received.map(text => `\n    ${text.slice(0, 200)}`).join('');
      return `\n  connection ${index}: ${connection.state} ${connection.failure ?? ''}, received:${frames || ' nothing'}`;
    });
    return `the relay had ${this.connections.length} connections${lines.join('')}`;
  }

  async close(): Promise<void> {
    const over = new Promise<void>(resolve => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await over;
  }
}
