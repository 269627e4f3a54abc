// A management call (NIP-86) to a relay, as an admin's client makes it.
import { encodeHttpAuth, httpAuthTemplate } from '../../src/protocol/nip98.ts';
import { signEvent } from '../../src/protocol/signature.ts';
import { A } from './people.ts';

export interface Call {
  status: number;
  headers: Headers;
  body: { result?: unknown; error?: string };
}

/** Calls a method, signed by A at this moment unless told otherwise. */
export async function call(
  url: string,
  method: string,
  params: unknown[] = [],
  { who = A, at = Math.floor(Date.now() / 1000) } = {},
): Promise<Call> {
  const body = new TextEncoder().encode(JSON.stringify({ method, params }));
  const event = signEvent(httpAuthTemplate({ method: 'POST', url, body }, at), who.secretKey);
  const headers = { 'content-type': 'application/nostr+json+rpc', authorization: encodeHttpAuth(event) };
  const answer = await fetch(url.replace(/^ws/, 'http'), { method: 'POST', headers, body });
  return {
    status: answer.status,
    headers: answer.headers,
    body: (await answer.json()) as Call['body'],
  };
}
