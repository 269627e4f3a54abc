// The embedded relay: one HTTP server with one endpoint for WebSockets and NIP-11, and its shutdown. Its sockets are in
// connections.ts, the dialogue is in session.ts, the rules are in policy.ts and in the store.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SparingLines } from '../policy/sparing-lines.ts';
import type { Rate } from '../protocol/rate.ts';
import type { Verifier } from '../verify/verifier.ts';
import type { FaultPlan } from './faults/plan.ts';
import { Hub } from './hub.ts';
import { answerHttp, informationDocument } from './information.ts';
import { DEFAULT_MAX_LIMIT } from './limits.ts';
import { applyChange, rulesIn } from './management/changes.ts';
import { refusalByRules } from './management/rules.ts';
import { UsedTokens } from './management/used-tokens.ts';
import { metricsText } from './metrics.ts';
import { Connections } from './network/connections.ts';
import { Gate } from './network/gate.ts';
import { openFront, type Tls } from './network/http-front.ts';
import { addressOf, listen, ownHost } from './network/listening.ts';
import { isManagementCall, type Managed, respondToCall } from './network/management-endpoint.ts';
import type { EventPolicy } from './rules/event-policy.ts';
import { RateLimits } from './rules/rate-limits.ts';
import { rulesOf, type WriteRules } from './rules/write-rules.ts';
import type { EventStore } from './store/store.ts';
import { memoryStore } from './store/table-store.ts';
import { Sweeper } from './sweeper.ts';

export interface RelayOptions {
  /** A name or address of this machine; the default is 127.0.0.1. */
  host?: string;
  /** 0, the default, chooses a free port. */
  port?: number;
  /** Require NIP-42 authentication to read or write, and serve gift wraps only to their recipient. */
  auth?: boolean;
  /** Maximum number of stored events for a filter; a filter without `limit` gets this many. */
  maxLimit?: number;
  /** Maximum number of events of one negotiation (NIP-77). */
  maxNegotiated?: number;
  /** Send the NIP-67 hint as the third element of EOSE. */
  eoseHint?: boolean;
  /** Public keys of those who manage it by NIP-86. */
  admins?: readonly string[];
  /** How fast events may come from one address, and by one key. */
  maxRate?: Rate | undefined;
  /** A program that decides which events are taken. */
  policy?: EventPolicy | undefined;
  /** What may be published. */
  rules?: WriteRules;
  /** The URL for clients when it differs from host and port, as behind a proxy. NIP-42 events must name it. */
  serviceUrl?: string;
  store?: EventStore;
  /** What goes wrong on purpose; undefined: nothing. */
  faults?: FaultPlan | undefined;
  /** Serves `wss://` with this certificate. */
  tls?: Tls | undefined;
  /** More names in the Host header, and origins of web pages, that are let in; `*`: all origins. */
  allowedHosts?: readonly string[] | undefined;
  allowedOrigins?: readonly string[] | undefined;
  /** Milliseconds from a connection to a whole request. */
  handshakeMs?: number;
  /** Milliseconds between two looks at whether the clients are still there. */
  heartbeatMs?: number;
  verifier: Verifier;
  /** Milliseconds since 1970. */
  now: () => number;
  /** For the NIP-11 document. */
  version?: string;
  log?: (line: string) => void;
  /** Hears of what its owner should know, at a bounded rate: outsiders can cause it. */
  warn?: ((line: string) => void) | undefined;
  /** Hears of each frame of a client, and of what was refused. */
  onFrame?: ((line: string) => void) | undefined;
}

/** How often its owner is warned. */
const WARNINGS = { most: 5, span: 10_000 };

export interface RelayStats {
  events: number;
  connections: number;
  subscriptions: number;
}

export interface Relay {
  /** Where clients on this machine connect: `ws://host:port`. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  stats(): RelayStats;
  /** Numbers for Prometheus. */
  metrics(): string;
  /** Answers what was received, closes each connection with 1001, and at the deadline destroys those still open. */
  close(deadlineMs: number): Promise<void>;
}

/**
 * Starts a relay; resolves when it accepts connections.
 * Throws `IoError` when it cannot listen on host and port (`port_in_use`, `port_forbidden`, `bad_host` …).
 */
export async function startRelay(options: RelayOptions): Promise<Relay> {
  const {
    host = '127.0.0.1',
    port = 0,
    auth = false,
    maxLimit = DEFAULT_MAX_LIMIT,
    eoseHint = false,
  } = options;
  const {
    verifier,
    now,
    log = () => {},
    store = memoryStore(),
    serviceUrl,
    version,
    maxNegotiated,
    rules = {},
  } = options;
  const warnings = new SparingLines(options.warn ?? log, WARNINGS);
  const warn = (line: string) => warnings.line(line);
  const managed = rulesIn(store);
  const hub = new Hub({
    ...{ store, verifier, authRequired: auth, maxLimit, maxNegotiated, eoseHint, now, log, warn },
    rates: options.maxRate && new RateLimits(options.maxRate, now),
    policy: options.policy,
    rules: [...rulesOf(rules), event => refusalByRules(event, managed)],
  });
  const admins = new Set(options.admins);
  const front = await openFront(options.tls, options.handshakeMs);
  const http = front.server;
  const bound = await listen(http, host, port);
  const { address } = http.address() as AddressInfo;
  const url = `${options.tls ? 'wss' : 'ws'}://${ownHost(host, address)}:${bound}`;
  const gate = gateFor(options, host, address);
  const hasPolicy = options.policy !== undefined;
  const document = () =>
    informationDocument({ auth, maxLimit, eoseHint, version, rules, hasPolicy, admins, managed });
  const { faults, onFrame, heartbeatMs } = options;
  const connections = new Connections(hub, {
    ...{ url: serviceUrl ?? url, isOnlyUrl: serviceUrl !== undefined },
    ...{ rules: managed, gate, faults, onFrame, heartbeatMs },
  });
  const stats = () => ({ events: store.size, ...connections.stats() });
  const sweeper = new Sweeper({ store, turns: hub.turns, now, log });
  http.on('drop', ({ remoteAddress } = {}) =>
    warn(
      `a connection from ${remoteAddress} is ended: there are ${http.maxConnections}, the most there may be`,
    ),
  );
  http.on('error', error => log(`the HTTP server failed: ${error.message}`));
  const management: Managed = {
    ...{
      rules: managed,
      admins,
      usedTokens: new UsedTokens(),
      turns: hub.turns,
      now,
      log,
      warn,
      ownMethods: options.faults?.methods,
    },
    apply: change => applyChange(change, managed, { store, turns: hub.turns, dropAddress: connections.drop }),
  };
  http.on('request', (request, response) => {
    const refusal = gate.refusal(request.headers);
    if (refusal !== undefined) {
      warn(`403 for ${addressOf(request.socket)}: ${refusal}`);
      response.writeHead(403, { 'content-type': 'text/plain; charset=utf-8' }).end(`${refusal}\n`);
      return;
    }
    if (isManagementCall(request))
      void respondToCall(request, response, connections.urlsOf(request), management);
    else respond(request, response, serviceUrl ?? url, document());
  });
  http.on('upgrade', (request, socket, head) => connections.upgrade(request, socket, head));
  return {
    url,
    host,
    port: bound,
    stats,
    metrics: () => metricsText(stats(), hub.counters),
    close: async deadlineMs => {
      const closed = new Promise<void>(resolve => http.close(() => resolve()));
      await connections.close(deadlineMs);
      front.destroyAll();
      await sweeper.close();
      await closed;
      warnings.close();
    },
  };
}

function gateFor(options: RelayOptions, host: string, address: string): Gate {
  const { serviceUrl, allowedHosts = [], allowedOrigins = [] } = options;
  const own = serviceUrl === undefined ? [] : [new URL(serviceUrl).host];
  return new Gate({ address, names: [host, ...own, ...allowedHosts], origins: allowedOrigins });
}

function respond(request: IncomingMessage, response: ServerResponse, url: string, document: object): void {
  const { method = 'GET', url: target = '/', headers } = request;
  const answer = answerHttp({ method, target, accept: headers.accept ?? '' }, url, document);
  const length = answer.body === '' ? {} : { 'content-length': Buffer.byteLength(answer.body) };
  response.writeHead(answer.status, { ...answer.headers, ...length }).end(answer.body);
}
