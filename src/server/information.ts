// The NIP-11 document of the relay, and all other answers to plain HTTP on its endpoint.
import { MAX_SUB_ID } from '../protocol/message.ts';
import { MANAGEMENT_TYPE } from '../protocol/nip86.ts';
import { MAX_EVENT_TAGS, MAX_MESSAGE_LENGTH, MAX_SUBSCRIPTIONS } from './limits.ts';
import { RelayRules } from './management/rules.ts';
import { areRestricting, type WriteRules } from './rules/write-rules.ts';

export interface InformationOptions {
  auth: boolean;
  maxLimit: number;
  eoseHint: boolean;
  rules?: WriteRules | undefined;
  /** Whether a program decides about events. */
  hasPolicy?: boolean;
  /** Public keys of those who manage it (NIP-86); empty where nobody does. */
  admins?: ReadonlySet<string> | undefined;
  /** What they changed. */
  managed?: RelayRules | undefined;
  version?: string | undefined;
}

/** The document as served. It lists only the NIPs that this relay implements, not those of clients. */
export function informationDocument(options: InformationOptions): Record<string, unknown> {
  const { rules = {}, managed = new RelayRules(), admins = new Set() } = options;
  const [pubkey] = admins;
  const { minPow = 0 } = rules;
  return {
    name: managed.name ?? 'nost serve',
    description:
      managed.description ?? 'The embedded relay of nost, for tests, scripts and small communities.',
    ...(managed.icon === undefined ? {} : { icon: managed.icon }),
    ...(pubkey === undefined ? {} : { pubkey }),
    supported_nips: [
      1,
      9,
      11,
      ...(minPow > 0 ? [13] : []),
      40,
      42,
      45,
      50,
      ...(options.auth ? [59] : []),
      62,
      ...(options.eoseHint ? [67] : []),
      70,
      77,
      ...(pubkey === undefined ? [] : [86, 98]),
    ],
    ...(options.version === undefined ? {} : { version: options.version }),
    limitation: {
      max_message_length: MAX_MESSAGE_LENGTH,
      max_subscriptions: MAX_SUBSCRIPTIONS,
      max_subid_length: MAX_SUB_ID,
      max_event_tags: MAX_EVENT_TAGS,
      max_limit: options.maxLimit,
      default_limit: options.maxLimit,
      auth_required: options.auth,
      payment_required: false,
      restricted_writes:
        options.auth || options.hasPolicy === true || areRestricting(rules) || managed.areRestricting,
      ...(minPow > 0 ? { min_pow_difficulty: minPow } : {}),
    },
  };
}

/** POST is for management (NIP-86). */
const METHODS = 'GET, HEAD, OPTIONS, POST';

/** The CORS headers that NIP-11 requires on every answer. */
export const CORS_HEADERS: Readonly<Record<string, string>> = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': '*',
  'access-control-allow-methods': METHODS,
};

export interface HttpQuestion {
  method: string;
  /** Path and query, as in the request line of HTTP. */
  target: string;
  accept: string;
}

export interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Whether a request is for the endpoint: "Relays MUST only accept connections to a single endpoint" (NIP-01). */
export function isEndpoint(target: string): boolean {
  return target.split('?', 1)[0] === '/';
}

/** Answers a request that is no WebSocket handshake. `url` is where clients connect. */
export function answerHttp(question: HttpQuestion, url: string, document: object): HttpAnswer {
  const { method, target, accept } = question;
  if (!isEndpoint(target)) return text(404, `Nothing is here. The relay is at ${url}\n`);
  if (method === 'OPTIONS') return { status: 204, headers: { ...CORS_HEADERS }, body: '' };
  if (method === 'POST') return text(415, POSTED);
  if (method !== 'GET' && method !== 'HEAD') {
    const refusal = text(405, `Only ${METHODS} are answered here.\n`);
    return { ...refusal, headers: { ...refusal.headers, allow: METHODS } };
  }
  if (!/nostr\+json/i.test(accept)) return text(200, welcome(url));
  const headers = { ...CORS_HEADERS, 'content-type': 'application/nostr+json' };
  return { status: 200, headers, body: `${JSON.stringify(document)}\n` };
}

const POSTED = `A POST is a management call (NIP-86), of the Content-Type ${MANAGEMENT_TYPE}.\n`;

function welcome(url: string): string {
  return `This is a Nostr relay, served by nost.\nConnect a client to ${url}\nAbout it: curl -H 'Accept: application/nostr+json' ${url.replace(/^ws/, 'http')}\n`;
}

function text(status: number, body: string): HttpAnswer {
  return { status, headers: { ...CORS_HEADERS, 'content-type': 'text/plain; charset=utf-8' }, body };
}
