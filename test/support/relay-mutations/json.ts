// Ways to break the text of events: characters that a relay writes, hashes or cuts in another way.
import type { Event } from '../../../src/protocol/event.ts';
import type { Mutation } from '../mutant-relay.ts';
import type { CaseMutation } from './mutation.ts';

export const JSON_MUTATIONS: readonly CaseMutation[] = [
  {
    of: 'json-escapes',
    because: 'hashes a form feed in another way',
    mutation: refusing(({ content }) => content.includes('\f')),
  },
  {
    of: 'json-escapes-in-tags',
    because: 'hashes a form feed in tags in another way',
    mutation: refusing(({ tags }) => tags.flat().some(text => text.includes('\f'))),
  },
  {
    of: 'json-non-characters',
    because: 'replaces non-characters',
    mutation: returning(content => content.replace('\ufdd1', '\ufffd')),
  },
  {
    of: 'json-astral',
    because: 'cuts characters beyond the basic plane',
    mutation: returning(content => content.replace('𝄞', '')),
  },
  {
    of: 'json-separators',
    because: 'escapes U+2028 where it hashes',
    mutation: refusing(({ content }) => content.includes('\u2028')),
  },
  {
    of: 'json-byte-order-mark',
    because: 'drops a byte order mark',
    mutation: returning(content => content.replace(/^\ufeff/, '')),
  },
  {
    of: 'json-delete',
    because: 'escapes DEL where it hashes',
    mutation: refusing(({ content }) => content.includes('\u007f')),
  },
  {
    of: 'json-markup',
    because: 'escapes < where it hashes',
    mutation: refusing(({ content }) => content.includes('<')),
  },
  {
    of: 'json-unnormalized',
    because: 'composes characters',
    mutation: returning(content => content.normalize('NFC')),
  },
  {
    of: 'json-backslashes',
    because: 'resolves escapes twice',
    mutation: returning(content => content.replace('\\u0041', 'A')),
  },
  {
    of: 'empty-content',
    because: 'wants a content',
    mutation: refusing(({ kind, content }) => kind === 1 && content === ''),
  },
  {
    of: 'empty-tags',
    because: 'wants tags',
    mutation: refusing(({ tags }) => tags.length === 0),
  },
  {
    of: 'tags-verbatim',
    because: 'keeps a tag once',
    mutation: {
      toClient: ([type, sub, event]) => {
        if (type !== 'EVENT') return undefined;
        const texts: string[] = event.tags.map((tag: string[]) => JSON.stringify(tag));
        const tags = [...new Set(texts)].map(text => JSON.parse(text));
        return tags.length === texts.length ? undefined : [[type, sub, { ...event, tags }]];
      },
    },
  },
  {
    of: 'json-key-order',
    because: 'wants the fields of an event in its order',
    mutation: refusing(event => Object.keys(event)[0] === 'tags'),
  },
  {
    of: 'created-at-a-week',
    because: 'says that it took an old event and does not keep it',
    mutation: {
      toRelay: ([type, event], { toClient }) => {
        const days = (Date.now() / 1000 - (type === 'EVENT' ? event.created_at : 0)) / 86_400;
        if (days < 6 || days > 8) return undefined;
        toClient(['OK', event.id, true, '']);
        return [];
      },
    },
  },
];

/** A relay to which the ids of these events seem wrong. */
export function refusing(isRefused: (event: Event) => boolean): Mutation {
  return {
    toRelay: ([type, event], { toClient }) => {
      if (type !== 'EVENT' || !isRefused(event)) return undefined;
      toClient(['OK', event.id, false, 'invalid: bad event id']);
      return [];
    },
  };
}

/** A relay that returns another content. */
function returning(change: (content: string) => string): Mutation {
  return {
    toClient: ([type, sub, event]) => {
      if (type !== 'EVENT') return undefined;
      const content = change(event.content);
      return content === event.content ? undefined : [[type, sub, { ...event, content }]];
    },
  };
}
