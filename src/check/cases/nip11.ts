// NIP-11: the document, and whether the relay keeps to the limits that stand in it. What holds a claim against what the
// relay does is shared with the lint of a document; here each claim is a case.
import { relayInformationFaults } from '../../protocol/nip11.ts';
import { asksToSlowDown } from '../../relay/link/outcome.ts';
import { HttpError } from '../../relay/wire/http.ts';
import { isOwnLack } from '../../relay/wire/network-error.ts';
import type { Case } from '../case.ts';
import type { Claim, Verdict } from '../lint/claim.ts';
import { askByHttp, HTTP_CLAIMS } from '../lint/http-claims.ts';
import { LIMIT_CLAIMS } from '../lint/limit-claims.ts';
import { WRITE_CLAIMS } from '../lint/write-claims.ts';
import type { Trial } from '../trial.ts';

const LIMITS =
  'These are limitations imposed by the relay on clients. Your client should expect that requests which exceed these *practical* limitations are rejected or fail immediately';

/** The most events that a case plants to see a page cut. */
const MOST_PLANTED = 100;

export const NIP11: readonly Case[] = [
  {
    name: 'nip11-document',
    nip: 11,
    title: 'serves a document about itself',
    words: 'with an `Accept` header of `application/nostr+json` […] they SHOULD return a document',
    level: 'informational',
    async run(trial) {
      await served(trial);
    },
  },
  {
    name: 'nip11-fields',
    nip: 11,
    title: 'writes the fields of its document as they are defined',
    words: 'return a document with the following structure […] Any field may be omitted',
    level: 'required',
    async run(trial) {
      if (trial.run.document === undefined) trial.skip('it serves no document');
      const faults = relayInformationFaults(await served(trial));
      if (faults.length > 0) trial.wrong(faults.join('; '));
    },
  },
  ofHttp('nip11-content-type', 'content_type', 'names the type of its document', 'informational'),
  ofHttp('nip11-encoding', 'content_encoding', 'serves its document as plain UTF-8', 'informational'),
  ofHttp('nip11-accept', 'accept', 'serves its document to who takes other types too', 'informational'),
  ofHttp('nip11-cors', 'cors', 'lets web pages read its document', 'required'),
  ofHttp('nip11-preflight', 'cors_preflight', 'lets web pages ask whether they may read it', 'informational'),
  ofLimit('max_message_length', 'takes messages as long as it says'),
  ofLimit('max_subscriptions', 'keeps as many subscriptions open as it says'),
  ofLimit('max_subid_length', 'takes subscription ids as long as it says'),
  ofLimit('max_filters', 'takes as many filters as it says', 'informational'),
  ofLimit('max_content_length', 'takes contents as long as it says'),
  ofLimit('max_event_tags', 'takes events with as many tags as it says'),
  ofLimit('created_at_lower_limit', 'takes events as old as it says'),
  ofLimit('created_at_upper_limit', 'takes events of times as far ahead as it says'),
  ofLimit('min_pow_difficulty', 'asks for the work that it says'),
  ofLimit('auth_required', 'asks for AUTH when it says so, and else not'),
  {
    name: 'limit-max-limit',
    nip: 11,
    title: 'sends no more events for a filter than it says',
    words: "`max_limit`: the relay server will clamp each filter's `limit` value to this number",
    level: 'required',
    async run(trial) {
      const limit = trial.run.document?.limitation?.max_limit;
      if (limit === undefined) return trial.skip('its document does not say');
      if (limit > MOST_PLANTED) trial.skip(`${limit} events are too many to be planted for a test`);
      const dialogue = await trial.open();
      const events = await Promise.all(
        Array.from({ length: limit + 1 }, (_, i) => trial.event({ content: `event ${i}` })),
      );
      await dialogue.plant(...events);
      const came = await dialogue.stored({ ...trial.mine, limit: limit + 1 });
      if (came.length > limit) trial.wrong(`it sends ${came.length} events where ${limit} are the most`);
    },
  },
];

/** The document as it is served. */
async function served(trial: Trial): Promise<unknown> {
  const { status, body } = await byHttp(trial, () =>
    askByHttp(trial, 'GET', { Accept: 'application/nostr+json' }),
  );
  if (status !== 200) trial.wrong(`it answers with HTTP ${status}`);
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    return trial.wrong(`it is no JSON: ${(error as Error).message}`);
  }
}

async function byHttp<T>(trial: Trial, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    return isOwnLack(error.message) ? trial.skip(error.message) : trial.wrong(error.message);
  }
}

function ofHttp(name: string, field: string, title: string, level: Case['level']): Case {
  const words =
    'Relays MUST accept CORS requests by sending `Access-Control-Allow-Origin`, `Access-Control-Allow-Headers`, and `Access-Control-Allow-Methods` headers';
  return ofClaim(claimOf(HTTP_CLAIMS, `http.${field}`), { name, title, words, level });
}

function ofLimit(field: string, title: string, level: Case['level'] = 'required'): Case {
  const name = `limit-${field.replaceAll('_', '-')}`;
  const claim = claimOf([...LIMIT_CLAIMS, ...WRITE_CLAIMS], `limitation.${field}`);
  return ofClaim(claim, { name, title, words: LIMITS, level });
}

/** A claim as a case: required ones fail where the claim is false, the others also where it misleads. */
function ofClaim(claim: Claim, said: Pick<Case, 'name' | 'title' | 'words' | 'level'>): Case {
  return {
    ...said,
    nip: 11,
    async run(trial) {
      const { document } = trial.run;
      if (document === undefined) return trial.skip('it serves no document');
      if (!claim.isMade(document)) trial.skip('its document does not say');
      const verdict = await byHttp(trial, () => claim.hold(trial, document));
      if (verdict) conclude(trial, verdict);
    },
  };
}

function conclude(trial: Trial, { level, message }: Verdict): void {
  if (asksToSlowDown(message) || message.startsWith('not tried')) trial.skip(message);
  if (level !== 'info') trial.wrong(message);
}

function claimOf(claims: readonly Claim[], field: string): Claim {
  const claim = claims.find(made => made.field === field);
  if (!claim) throw new Error(`no claim is about ${field}`);
  return claim;
}
