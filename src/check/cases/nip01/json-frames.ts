// NIP-01, how frames and events are written: all of it is JSON, and the same event.
import { type Event, stringifyEvent } from '../../../protocol/event.ts';
import type { Case } from '../../case.ts';
import { sameIds } from '../../expect.ts';
import { keeps, keepsIfTaken } from '../../keeps.ts';
import type { Trial } from '../../trial.ts';

const JSON_WORDS = 'messages, which must be JSON arrays';
const HEX = '"id": <32-bytes lowercase hex-encoded sha256 of the serialized event data>';

export const JSON_FRAMES: readonly Case[] = [
  {
    name: 'json-key-order',
    nip: 1,
    title: 'takes the fields of an event in any order',
    words: 'The only object type that exists is the `event`, which has the following format on the wire',
    level: 'required',
    async run(trial) {
      const event = await trial.event();
      const fields = Object.entries(event).sort(([a], [b]) => (a < b ? 1 : -1));
      await keeps(trial, event, JSON.stringify(Object.fromEntries(fields)));
    },
  },
  written('json-escaped-letters', 'takes letters that are escaped as \\u0061', text =>
    text.replace('plain', '\\u0070\\u006c\\u0061\\u0069\\u006e'),
  ),
  written('json-escaped-astral', 'takes an emoji that is escaped as a surrogate pair', text =>
    text.replace('🙂', '\\ud83d\\ude42'),
  ),
  written('json-escaped-slash', 'takes a slash that is escaped', text => text.replace('/', '\\/')),
  written('json-spaces', 'takes an event with spaces between its parts', text =>
    JSON.stringify(JSON.parse(text), null, 2),
  ),
  written('json-exponent', 'takes a kind that is written as 1e0', text =>
    text.replace('"kind":1,', '"kind":1e0,'),
  ),
  written('json-unknown-fields', 'takes an event with a field that nobody knows', text =>
    text.replace(/}$/, ',"nost":"unknown"}'),
  ),
  {
    name: 'json-literals',
    nip: 1,
    title: 'refuses a line break in a text that is not escaped',
    words: 'A line break (`0x0A`), use `\\n`',
    level: 'informational',
    async run(trial) {
      const dialogue = await trial.open();
      const event = await trial.event({ content: 'one\ntwo' });
      dialogue.sendText(`["EVENT",${stringifyEvent(event).replace('\\n', '\n')}]`);
      await dialogue.stillAnswers('such an event');
      if ((await dialogue.stored({ ids: [event.id] })).length > 0) trial.wrong('it took what is no JSON');
    },
  },
  {
    name: 'json-leading-space',
    nip: 1,
    title: 'takes a frame that begins with a space',
    words: JSON_WORDS,
    level: 'informational',
    async run(trial) {
      const dialogue = await trial.open();
      const subId = dialogue.newSubId();
      dialogue.sendText(`\n ${JSON.stringify(['REQ', subId, { ...trial.mine, limit: 1 }])} `);
      await dialogue.endOf(subId);
    },
  },
  {
    name: 'upper-case-id',
    nip: 1,
    title: 'refuses an event whose id is in capitals',
    words: HEX,
    level: 'informational',
    run: trial => refuses(trial, event => ({ ...event, id: event.id.toUpperCase() })),
  },
  {
    name: 'upper-case-pubkey',
    nip: 1,
    title: 'refuses an event whose pubkey is in capitals',
    words: HEX,
    level: 'informational',
    run: trial => refuses(trial, event => ({ ...event, pubkey: event.pubkey.toUpperCase() })),
  },
  {
    name: 'kind-too-large',
    nip: 1,
    title: 'refuses an event of kind 65536',
    words: '"kind": <integer between 0 and 65535>',
    level: 'informational',
    async run(trial) {
      const dialogue = await trial.open();
      const event = await trial.event({ kind: 65_536 });
      dialogue.send('EVENT', event);
      await dialogue.stillAnswers('such an event');
      if ((await dialogue.stored(trial.mine)).length > 0) trial.wrong('it took the event');
    },
  },
  {
    name: 'big-event',
    nip: 1,
    title: 'takes an event of 32 kB',
    words: '"content": <arbitrary string>',
    level: 'informational',
    run: async trial => keepsIfTaken(trial, await trial.event({ content: 'nost '.repeat(6554) })),
  },
  {
    name: 'many-tags',
    nip: 1,
    title: 'takes an event with a thousand tags',
    words: '"tags": [ [<arbitrary string>...], … ]',
    level: 'informational',
    async run(trial) {
      const tags = Array.from({ length: 1000 }, (_, i) => ['alt', `tag ${i}`]);
      await keepsIfTaken(trial, await trial.event({ tags }));
    },
  },
];

/** A case about an event that is written in another way; the event is the same. */
function written(name: string, title: string, write: (text: string) => string): Case {
  return {
    ...{ name, nip: 1, title, words: JSON_WORDS, level: 'informational' },
    async run(trial) {
      const event = await trial.event({ content: 'plain 🙂 and/or' });
      await keeps(trial, event, write(stringifyEvent(event)));
    },
  };
}

/** Refused, or put right: what it returns is in small letters. */
async function refuses(trial: Trial, change: (event: Event) => Event): Promise<void> {
  const dialogue = await trial.open();
  const event = await trial.event();
  dialogue.send('EVENT', change(event));
  await dialogue.stillAnswers('such an event');
  const events = await dialogue.stored(trial.own);
  if (events.length > 0) sameIds(events, [event], 'a REQ');
  if (events.length > 0) trial.wrong('it took the event');
}
