// What NIP-11 asks of the HTTP answer that holds the document: its type, its encoding, and that web pages may read it.
import { fetchAnswer, type HttpAnswer, HttpError } from '../../relay/wire/http.ts';
import type { Trial } from '../trial.ts';
import { type Claim, error, type Verdict, warning } from './claim.ts';

const DOCUMENT_TYPE = 'application/nostr+json';

/** "Relays MUST accept CORS requests by sending" these "headers" (NIP-11). */
const CORS_HEADERS = [
  'access-control-allow-origin',
  'access-control-allow-headers',
  'access-control-allow-methods',
];

/** A web page: of this machine where the relay is, too, for such a relay need not let others in. */
function originFor({ run }: Trial): { Origin: string } {
  const { hostname } = new URL(run.url);
  const isLocal = /^(localhost|127\.|\[::1\]$)/.test(hostname);
  return { Origin: isLocal ? 'http://localhost' : 'https://client.example' };
}

export const HTTP_CLAIMS: readonly Claim[] = [
  always('content type', async trial => {
    const { headers } = await askByHttp(trial, 'GET', { Accept: DOCUMENT_TYPE });
    const type = headers['content-type'];
    if (type?.split(';')[0]?.trim().toLowerCase() === DOCUMENT_TYPE) return undefined;
    return warning(`the document comes as ${type ?? 'nothing that is named'}, not as ${DOCUMENT_TYPE}`);
  }),
  always('content encoding', async trial => {
    const { headers, body } = await askByHttp(trial, 'GET', { Accept: DOCUMENT_TYPE });
    const encoding = headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity')
      return error(`the document comes encoded as ${encoding}, which nobody asked for`);
    if (body.subarray(0, 3).equals(BYTE_ORDER_MARK))
      return error('the document begins with a byte order mark');
    return undefined;
  }),
  always('accept', async trial => {
    const { status, headers } = await askByHttp(trial, 'GET', {
      Accept: `${DOCUMENT_TYPE}, application/json;q=0.5`,
    });
    if (status === 200 && /json/.test(headers['content-type'] ?? '')) return undefined;
    return warning(`a client that takes other types, too, gets no document: ${headers['content-type']}`);
  }),
  always('CORS', async trial =>
    corsVerdict(await askByHttp(trial, 'GET', { Accept: DOCUMENT_TYPE, ...originFor(trial) })),
  ),
  always('CORS preflight', async trial => {
    const { status, headers } = await askByHttp(trial, 'OPTIONS', {
      ...originFor(trial),
      'Access-Control-Request-Method': 'GET',
      'Access-Control-Request-Headers': 'accept',
    });
    if (status >= 200 && status < 300 && headers[CORS_HEADERS[0]!] !== undefined) return undefined;
    return warning(`a web page that asks whether it may (OPTIONS) gets HTTP ${status}`);
  }),
];

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

function always(field: string, hold: (trial: Trial) => Promise<Verdict | undefined>): Claim {
  return { field: `http.${field.replaceAll(' ', '_').toLowerCase()}`, isMade: () => true, hold };
}

function corsVerdict({ headers }: HttpAnswer): Verdict | undefined {
  const missing = CORS_HEADERS.filter(name => headers[name] === undefined);
  if (missing.length === 0) return undefined;
  const what = `the document lacks ${missing.join(', ')}`;
  return missing.includes(CORS_HEADERS[0]!) ? error(`${what}: web pages cannot read it`) : warning(what);
}

/** Asks, and notes both sides as evidence. */
export async function askByHttp(
  { run, transcript }: Trial,
  method: 'GET' | 'OPTIONS',
  headers: Record<string, string>,
): Promise<HttpAnswer> {
  const { url, socket, patience } = run;
  transcript.note(0, '→', `${method} ${JSON.stringify(headers)}`);
  try {
    const answer = await fetchAnswer(
      url,
      { method, headers },
      { ...socket, route: socket.route, timeout: patience },
    );
    transcript.note(0, '←', `HTTP ${answer.status} ${JSON.stringify(answer.headers)}`);
    return answer;
  } catch (failure) {
    if (failure instanceof HttpError) transcript.note(0, '·', failure.message);
    throw failure;
  }
}
