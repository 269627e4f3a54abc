// NIP-01, the text of events: what must come back as it was published, character by character.
import type { Case } from '../../case.ts';
import { keeps } from '../../keeps.ts';

const ESCAPES =
  'The following characters in the content field must be escaped as shown, and all other characters must be included verbatim';
const VERBATIM = 'all other characters must be included verbatim';

/** A case about an event with this content. */
function content(name: string, title: string, text: string, level: Case['level'] = 'required'): Case {
  return {
    ...{ name, nip: 1, title, words: VERBATIM, level },
    run: async trial => keeps(trial, await trial.event({ content: text })),
  };
}

export const JSON_TEXTS: readonly Case[] = [
  {
    ...content(
      'json-escapes',
      'keeps the seven characters that are escaped: \\n \\" \\\\ \\r \\t \\b \\f',
      'one\ntwo"three\\four\rfive\tsix\bseven\f',
    ),
    words: ESCAPES,
  },
  {
    name: 'json-escapes-in-tags',
    nip: 1,
    title: 'keeps the seven characters that are escaped in tags',
    words: ESCAPES,
    level: 'required',
    run: async trial =>
      keeps(trial, await trial.event({ tags: [['alt', 'one\ntwo"three\\four\rfive\tsix\bseven\f']] })),
  },
  content('json-non-characters', 'keeps non-characters of Unicode', 'a\ufdd1b\ufffec\u{10fff2}d\u{1fffe}'),
  content('json-astral', 'keeps characters beyond the basic plane', '🙂 𝄞 👩‍👩‍👧 \u{10fffd}'),
  content('json-separators', 'keeps the separators U+2028 and U+2029', 'a\u2028b\u2029c'),
  content('json-byte-order-mark', 'keeps the byte order mark U+FEFF', '\ufeffa\ufeff'),
  content('json-delete', 'keeps DEL and the controls beyond it', 'a\u007fb\u0085c\u009f'),
  content(
    'json-markup',
    'keeps / < > & and the apostrophe as they are',
    '</a> & \'b\' http://c/?d=1&e=2 "f"',
  ),
  content('json-unnormalized', 'keeps composed and decomposed characters apart', 'é e\u0301 ﬁ Å A\u030a'),
  content('json-backslashes', 'keeps what looks like an escape and is none', '\\n \\u0041 \\\\ \\x'),
  content(
    'json-controls',
    'keeps controls that have no escape of their own',
    '\u0001\u000b\u0016\u001f',
    'informational',
  ),
  content('json-nul', 'keeps the character NUL', 'before\u0000after', 'informational'),
  content('empty-content', 'keeps an event with an empty content', ''),
  {
    name: 'empty-tags',
    nip: 1,
    title: 'keeps an event without tags',
    words: '"tags": [ [<arbitrary string>...], … ]',
    level: 'required',
    async run(trial) {
      const template = { kind: 1, content: trial.mark, created_at: trial.now, tags: [] };
      await keeps(trial, await trial.author.sign(template));
    },
  },
  {
    name: 'tags-verbatim',
    nip: 1,
    title: 'keeps tags in their order, with repeated, empty and further values',
    words: 'All elements after the second do not have a conventional name',
    level: 'required',
    async run(trial) {
      const tags = [['z', 'last'], ['alt'], ['a-long-name', '', 'b', ''], ['z', 'last'], ['alt', ' x ']];
      await keeps(trial, await trial.event({ tags }));
    },
  },
  {
    name: 'empty-tag-arrays',
    nip: 1,
    title: 'keeps an event whose tags are empty arrays',
    words: 'Each tag is an array of one or more strings',
    level: 'informational',
    run: async trial => keeps(trial, await trial.event({ tags: [[], []] })),
  },
];
