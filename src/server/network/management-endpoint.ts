// The door of management: POST requests of the type of NIP-86 to the URL of the relay. It reads them within bounds, and an
// answer is sent when what it says holds, also after a restart.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { MANAGEMENT_TYPE, type ManagementRequest } from '../../protocol/nip86.ts';
import { CORS_HEADERS, type HttpAnswer, isEndpoint } from '../information.ts';
import {
  answerManagement,
  MAX_CALL_LENGTH,
  type Management,
  type ManagementAnswer,
} from '../management/management.ts';
import { UnwritableStore } from '../store/store.ts';
import type { Turns } from '../work.ts';

/** How long the body of a call may take to come. */
const PATIENCE_MS = 10_000;

/** What the endpoint needs of its relay. */
export interface Managed extends Pick<Management, 'rules' | 'admins' | 'ownMethods' | 'usedTokens'> {
  /** Milliseconds since 1970. */
  now: () => number;
  log: (line: string) => void;
  /** Hears of what the owner of the relay should know. */
  warn: (line: string) => void;
  /** A call waits for its turn: a signature takes as long as many questions of others. */
  turns: Pick<Turns, 'next'>;
  /** Does what follows from a change; resolves when it holds. */
  apply: (request: ManagementRequest) => Promise<void>;
}

/** Whether it is a management call, well-formed or not. */
export function isManagementCall({ method, url = '/', headers }: IncomingMessage): boolean {
  const [type = ''] = (headers['content-type'] ?? '').split(';');
  return method === 'POST' && isEndpoint(url) && type.trim().toLowerCase() === MANAGEMENT_TYPE;
}

/** Answers a call. `urls` are those under which the client may have reached the relay. Never rejects. */
export async function respondToCall(
  request: IncomingMessage,
  response: ServerResponse,
  urls: readonly string[],
  managed: Managed,
): Promise<void> {
  const body = await bodyOf(request);
  if (body === undefined) {
    request.destroy();
    return;
  }
  await managed.turns.next();
  const answer = httpAnswer(await answerOf(body, request.headers.authorization, urls, managed));
  if (body.length > MAX_CALL_LENGTH) response.setHeader('connection', 'close');
  response.writeHead(answer.status, answer.headers).end(answer.body);
}

async function answerOf(
  body: Uint8Array,
  authorization: string | undefined,
  urls: readonly string[],
  managed: Managed,
): Promise<ManagementAnswer> {
  const { now, log, warn, apply } = managed;
  let applied: Promise<void> | undefined;
  const onChange = (request: ManagementRequest, by: string) => {
    log(`${request.method} ${request.params[0] ?? ''} by ${by.slice(0, 8)}`);
    applied = apply(request);
  };
  try {
    const management = { ...managed, urls, now: Math.floor(now() / 1000), onChange };
    const answer = answerManagement({ body, authorization }, management);
    await applied;
    return answer;
  } catch (error) {
    if (error instanceof UnwritableStore) {
      warn(error.message);
      return { status: 500, body: { error: `error: ${error.reason}` } };
    }
    log(`a management call failed: ${(error as Error).stack}`);
    return { status: 500, body: { error: 'error: the relay failed on this' } };
  }
}

/** The bytes of a body, one more than a call may have at most; undefined when they do not come in time. */
async function bodyOf(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const timer = setTimeout(() => request.destroy(), PATIENCE_MS);
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > MAX_CALL_LENGTH) break;
    }
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(chunks).subarray(0, MAX_CALL_LENGTH + 1);
}

function httpAnswer({ status, body }: ManagementAnswer): HttpAnswer {
  const text = `${JSON.stringify(body)}\n`;
  const length = `${Buffer.byteLength(text)}`;
  const headers = { ...CORS_HEADERS, 'content-type': 'application/json', 'content-length': length };
  return { status, headers, body: text };
}
