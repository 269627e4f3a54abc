// NIP-01, what is no message of it: a relay may say so or not, but its connection lives on.
import type { Case } from '../../case.ts';
import type { Trial } from '../../trial.ts';

const WORDS = 'Clients can send 3 types of messages, which must be JSON arrays';
const NOTICE = '`["NOTICE", <message>]`, used to send human-readable error messages';

export const ROBUST: readonly Case[] = [
  {
    name: 'survives-garbage',
    nip: 1,
    title: 'keeps the connection after a frame that is no JSON',
    words: WORDS,
    level: 'informational',
    run: trial => survives(trial, 'this is no JSON', 'garbage'),
  },
  {
    name: 'survives-no-array',
    nip: 1,
    title: 'keeps the connection after a frame that is no array',
    words: WORDS,
    level: 'informational',
    run: trial => survives(trial, '{"type":"REQ"}', 'an object'),
  },
  {
    name: 'survives-unknown-verb',
    nip: 1,
    title: 'keeps the connection after a message of an unknown type',
    words: WORDS,
    level: 'informational',
    run: trial => survives(trial, '["NOST-UNKNOWN","a",{}]', 'an unknown message'),
  },
  {
    name: 'survives-half-event',
    nip: 1,
    title: 'keeps the connection after an EVENT that lacks fields',
    words: WORDS,
    level: 'informational',
    run: trial => survives(trial, '["EVENT",{"kind":1}]', 'half an event'),
  },
  {
    name: 'survives-empty',
    nip: 1,
    title: 'keeps the connection after empty frames',
    words: WORDS,
    level: 'informational',
    run: async trial => {
      await survives(trial, '', 'an empty frame');
      await survives(trial, '[]', 'an empty array');
    },
  },
  {
    name: 'notice-on-garbage',
    nip: 1,
    title: 'says in a NOTICE that it could not read a frame',
    words: NOTICE,
    level: 'informational',
    async run(trial) {
      const dialogue = await trial.open();
      dialogue.sendText('this is no JSON');
      await dialogue.stillAnswers('garbage');
      const notices = dialogue.unread(([type]) => type === 'NOTICE' || undefined);
      if (notices.length === 0) trial.wrong('it says nothing of a frame that is no JSON');
    },
  },
];

async function survives(trial: Trial, text: string, what: string): Promise<void> {
  const dialogue = await trial.open();
  dialogue.sendText(text);
  await dialogue.stillAnswers(what);
}
