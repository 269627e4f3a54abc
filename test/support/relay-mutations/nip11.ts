// Documents of NIP-11 that are not true.
import { refusing } from './json.ts';
import type { CaseMutation } from './mutation.ts';

/** A document that claims this. */
function claiming(limitation: Record<string, unknown>) {
  return {
    document: (document: Record<string, unknown>) => ({
      ...document,
      limitation: { ...(document['limitation'] as object), ...limitation },
    }),
  };
}

const DAY = 86_400;

export const NIP11_MUTATIONS: readonly CaseMutation[] = [
  {
    of: 'nip11-fields',
    because: 'writes a number as text',
    mutation: claiming({ default_limit: '500' }),
  },
  {
    of: 'nip11-cors',
    because: 'does not let web pages in',
    mutation: {
      headers: headers =>
        Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('access-control-'))),
    },
  },
  {
    of: 'limit-max-message-length',
    because: 'says that it takes longer messages',
    mutation: claiming({ max_message_length: 1_500_000 }),
  },
  {
    of: 'limit-max-subscriptions',
    because: 'keeps fewer subscriptions than it says',
    mutation: {
      toRelay: ([type, sub], { memory, toClient }) => {
        if (type === 'CLOSE') memory.delete(sub);
        if (type !== 'REQ' || memory.size < 150) {
          if (type === 'REQ') memory.set(sub, true);
          return undefined;
        }
        toClient(['CLOSED', sub, 'blocked: too many subscriptions']);
        return [];
      },
    },
  },
  {
    of: 'limit-max-subid-length',
    because: 'says that it takes longer subscription ids',
    mutation: claiming({ max_subid_length: 100 }),
  },
  {
    of: 'limit-max-content-length',
    because: 'says that it takes longer contents',
    mutation: {
      ...claiming({ max_content_length: 2000 }),
      ...refusing(({ content }) => content.length === 2000),
    },
  },
  {
    of: 'limit-max-event-tags',
    because: 'says that it takes more tags',
    mutation: { ...claiming({ max_event_tags: 50 }), ...refusing(({ tags }) => tags.length === 50) },
  },
  {
    of: 'limit-created-at-lower-limit',
    because: 'says that it takes older events',
    mutation: {
      ...claiming({ created_at_lower_limit: 500 * DAY }),
      ...refusing(({ created_at }) => created_at < Date.now() / 1000 - 400 * DAY),
    },
  },
  {
    of: 'limit-created-at-upper-limit',
    because: 'says that it takes events of times further ahead',
    mutation: {
      ...claiming({ created_at_upper_limit: 500 * DAY }),
      ...refusing(({ created_at }) => created_at > Date.now() / 1000 + 400 * DAY),
    },
  },
  {
    of: 'limit-min-pow-difficulty',
    because: 'says that it asks for work',
    mutation: claiming({ min_pow_difficulty: 40 }),
    also: ['pow-missing'],
  },
  {
    of: 'limit-auth-required',
    because: 'says that it asks for AUTH',
    mutation: claiming({ auth_required: true }),
  },
  {
    of: 'limit-max-limit',
    because: 'says that it sends fewer events',
    mutation: claiming({ max_limit: 5 }),
  },
];
