// NIP-01, the ids of subscriptions: "an arbitrary, non-empty string of max length 64 chars".
import { quote } from '../../../protocol/quote.ts';
import type { Case } from '../../case.ts';
import { sameIds } from '../../expect.ts';
import type { Trial } from '../../trial.ts';

const WORDS = '`<subscription_id>` is an arbitrary, non-empty string of max length 64 chars';

export const SUB_IDS: readonly Case[] = [
  {
    name: 'sub-id-1',
    nip: 1,
    title: 'takes a subscription id of one character',
    words: WORDS,
    level: 'required',
    run: trial => isTaken(trial, '1'),
  },
  {
    name: 'sub-id-64',
    nip: 1,
    title: 'takes a subscription id of 64 characters',
    words: WORDS,
    level: 'required',
    run: trial => isTaken(trial, '1'.repeat(64)),
  },
  {
    name: 'sub-id-64-emoji',
    nip: 1,
    title: 'takes a subscription id of 64 characters that are emoji',
    words: WORDS,
    level: 'informational',
    run: trial => isTaken(trial, '🙂'.repeat(64)),
  },
  {
    name: 'sub-id-any',
    nip: 1,
    title: 'takes a subscription id with quotes, spaces and a line break, and repeats it',
    words: WORDS,
    level: 'informational',
    run: trial => isTaken(trial, 'a "b" \\ c\n{d} é'),
  },
  {
    name: 'sub-id-65',
    nip: 1,
    title: 'refuses a subscription id of 65 characters',
    words: WORDS,
    level: 'informational',
    run: trial => isRefused(trial, '1'.repeat(65)),
  },
  {
    name: 'sub-id-65-emoji',
    nip: 1,
    title: 'refuses a subscription id of 65 characters that are emoji',
    words: WORDS,
    level: 'informational',
    run: trial => isRefused(trial, '🙂'.repeat(65)),
  },
  {
    name: 'sub-id-empty',
    nip: 1,
    title: 'refuses an empty subscription id',
    words: WORDS,
    level: 'informational',
    run: trial => isRefused(trial, ''),
  },
];

async function isTaken(trial: Trial, subId: string): Promise<void> {
  const dialogue = await trial.open();
  const event = await trial.event();
  await dialogue.plant(event);
  const { events, closed } = await dialogue.read([trial.mine], subId);
  if (closed !== undefined) trial.wrong(`it refused the REQ: ${quote(closed, 200)}`);
  sameIds(events, [event], 'a REQ');
}

/** By CLOSED, by a NOTICE, or by silence; and the connection lives on. */
async function isRefused(trial: Trial, subId: string): Promise<void> {
  const dialogue = await trial.open();
  dialogue.send('REQ', subId, { ...trial.mine, limit: 1 });
  await dialogue.stillAnswers('such a REQ');
  const answers = dialogue.unread(([type, id]) => (type === 'EOSE' && id === subId) || undefined);
  if (answers.length > 0) trial.wrong('it answered the REQ with EOSE');
}
