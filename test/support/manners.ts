// Our relay with the manners of others, as they were seen frame by frame: what differs from NIP-01 in their words, their
// limits and their policies. For tests that nothing of it is called a fault but what is one.
import { generateSecretKey } from '../../src/protocol/keys.ts';
import { signEvent } from '../../src/protocol/signature.ts';
import type { Frame, Mutation, Talk } from './mutant-relay.ts';

/** The required cases that fail for a true fault, with the fault. */
export interface Manners {
  readonly mutation: Mutation;
  readonly faults: Readonly<Record<string, string>>;
}

const PRIVATE_KINDS = [4, 1059];

/** strfry 1.1.1. */
const STRFRY: Manners = {
  faults: {
    'json-delete': 'its JSON writer escapes DEL where it hashes',
    'auth-required-prefix': 'every CLOSED begins with `ERROR: `',
    'nip11-cors': 'of the CORS headers it sends the origin alone',
  },
  mutation: {
    document: withLimits({ max_message_length: 131_072, max_limit: 500, created_at_upper_limit: 900 }),
    headers: ({ 'access-control-allow-origin': origin, ...rest }) => ({
      ...Object.fromEntries(Object.entries(rest).filter(([name]) => !name.startsWith('access-control'))),
      'access-control-allow-origin': origin ?? '*',
      'content-type': 'application/json',
    }),
    toRelay: (frame, talk) => {
      if (JSON.stringify(frame).length > 131_072) return cut(talk);
      const [type, what] = frame;
      if (type === 'AUTH' && talk.memory.has('authed'))
        return answer(talk, ['OK', what.id, false, 'error: already authenticated']);
      if (type === 'AUTH') talk.memory.set('proof', what.id);
      if (type === 'REQ' && isPrivate(frame[2]) && !talk.memory.has('authed')) return demand(frame, talk);
      const refusal = type === 'EVENT' ? refusalOfStrfry(what) : undefined;
      return refusal === undefined ? undefined : answer(talk, ['OK', what.id, false, refusal]);
    },
    toClient: ([type, ...rest], { memory }) => {
      if (type === 'OK' && rest[0] === PROTECTED.id) return [memory.get('demanded') as Frame];
      if (type === 'OK' && rest[1] && memory.get('proof') === rest[0]) memory.set('authed', true);
      const text = rest.at(-1);
      const isTold = type === 'NOTICE' || (type === 'CLOSED' && !text.startsWith('ERROR: '));
      return isTold ? [[type, ...rest.slice(0, -1), `ERROR: bad req: ${text}`]] : undefined;
    },
    raw: (data, isBinary, talk) => {
      if (isBinary || data[0] === 0x5b) return false;
      talk.toClient(['NOTICE', 'ERROR: bad msg: unparseable message']);
      return true;
    },
  },
};

// biome-ignore lint/suspicious/noExplicitAny: an event as a client sent it
function refusalOfStrfry({ content, created_at, tags }: any): string | undefined {
  const now = Date.now() / 1000;
  if (String(content).includes('\u007f')) return 'invalid: bad event id';
  if (created_at > now + 900) return 'invalid: created_at too late';
  if (created_at < now - 3 * 365 * 86_400) return 'invalid: created_at too early';
  if (tags?.some((tag: string[]) => tag.length === 0)) return 'invalid: too few fields in tag';
  if (tags?.flat().some((text: string) => text.length > 1024)) return 'invalid: tag val too large';
  return content?.length > 65_536 ? 'invalid: event too large: 65536' : undefined;
}

/** nostream 2.0.0: no CLOSED, no AUTH, no COUNT; few subscriptions; words of its own. */
const NOSTREAM: Manners = {
  faults: {},
  mutation: {
    document: document => ({
      ...withLimits({ max_subscriptions: 10, max_filters: 10, max_subid_length: 64 })(document),
      supported_nips: [1, 2, 4, 9, 11, 12, 15, 16, 20, 22, 28, 33, 40],
    }),
    toRelay: (frame, talk) => {
      const [type, sub] = frame;
      if (!['EVENT', 'REQ', 'CLOSE'].includes(type))
        return answer(talk, ['NOTICE', 'invalid: "[0]" does not match any of the allowed types']);
      if (type === 'CLOSE') talk.memory.delete(sub);
      if (type === 'EVENT' && sub.tags?.some((tag: string[]) => tag[0] === '-'))
        return answer(talk, ['OK', sub.id, true, '']); // it knows no protected events
      if (type !== 'REQ') return undefined;
      if (!talk.memory.has(sub) && talk.memory.size >= 10)
        return answer(talk, ['NOTICE', 'Subscription rejected: Too many subscriptions']);
      talk.memory.set(sub, true);
      return undefined;
    },
    toClient: ([type, id, accepted, text]) => {
      if (type === 'AUTH') return [];
      if (type === 'CLOSED') return [['NOTICE', `invalid: ${accepted}`]];
      if (type === 'OK' && text.startsWith('duplicate:')) return [[type, id, accepted, 'duplicate:']];
      return type === 'OK' && text.includes('expired') ? [[type, id, false, 'event is expired']] : undefined;
    },
  },
};

/** The same in a burst: eighteen events of a connection are taken, the others not. */
const NOSTREAM_IN_HASTE: Manners = {
  ...NOSTREAM,
  mutation: {
    ...NOSTREAM.mutation,
    toRelay: (frame, talk) => {
      const count = (talk.shared.get('events') as number | undefined) ?? 0;
      if (frame[0] === 'EVENT') talk.shared.set('events', count + 1);
      return frame[0] === 'EVENT' && count >= 18
        ? answer(talk, ['OK', frame[1].id, false, 'rate-limited: slow down'])
        : NOSTREAM.mutation.toRelay!(frame, talk);
    },
  },
};

/** khatru, December 2025. */
const KHATRU: Manners = {
  faults: {},
  mutation: {
    toRelay: ([type, event], talk) => {
      if (type !== 'EVENT') return undefined;
      if (event.created_at > Date.now() / 1000 + 1800)
        return answer(talk, ['OK', event.id, false, 'error: created_at is too big: 1, max is 0']);
      return undefined;
    },
    toClient: ([type, id, accepted, text]) =>
      type === 'OK' && text.startsWith('duplicate:') ? [[type, id, accepted, '']] : undefined,
  },
};

/** nostr-rs-relay 0.9 with NIP-42: AUTH on connect, and an empty answer where it lacks AUTH. */
const NOSTR_RS: Manners = {
  faults: {},
  mutation: {
    document: document => ({ ...document, supported_nips: [1, 2, 9, 11, 12, 15, 16, 20, 22, 33, 40, 42] }),
    toRelay: (frame, talk) => {
      const [type, sub, filter] = frame;
      if (type === 'COUNT' || String(type).startsWith('NEG-'))
        return answer(talk, ['NOTICE', 'could not parse command']);
      return type === 'REQ' && isPrivate(filter) ? answer(talk, ['EOSE', sub]) : undefined;
    },
    toClient: ([type, id, accepted, text]) =>
      type === 'OK' && text.startsWith('duplicate:') ? [[type, id, accepted, 'duplicate:']] : undefined,
  },
};

export const MANNERS: Readonly<Record<string, Manners>> = {
  strfry: STRFRY,
  nostream: NOSTREAM,
  'nostream in haste': NOSTREAM_IN_HASTE,
  khatru: KHATRU,
  'nostr-rs-relay': NOSTR_RS,
};

function withLimits(limits: Record<string, unknown>) {
  return (document: Record<string, unknown>) => ({
    ...document,
    limitation: { ...(document['limitation'] as object), ...limits },
  });
}

function answer(talk: Talk, frame: Frame): Frame[] {
  talk.toClient(frame);
  return [];
}

function cut(talk: Talk): Frame[] {
  talk.cut();
  return [];
}

function isPrivate(filter: { kinds?: number[] } | undefined): boolean {
  return filter?.kinds?.every(kind => PRIVATE_KINDS.includes(kind)) ?? false;
}

/** Refuses what only an authenticated client may read. The challenge comes once, just before the first refusal. */
function demand([, sub]: Frame, talk: Talk): Frame[] {
  const refusal = ['CLOSED', sub, 'ERROR: auth-required: requested filter requires authentication'];
  if (talk.memory.has('demanded')) return answer(talk, refusal);
  talk.memory.set('demanded', refusal);
  return [['EVENT', PROTECTED]]; // our relay sends its challenge for this
}

const PROTECTED = signEvent(
  { kind: 1, created_at: 1_700_000_000, tags: [['-']], content: '' },
  generateSecretKey(),
);
