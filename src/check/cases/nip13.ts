// NIP-13: what a relay that asks for proof of work takes.
import type { Event } from '../../protocol/event.ts';
import { committedDifficulty, difficultyOf, mineChunk } from '../../protocol/nip13.ts';
import type { Case } from '../case.ts';
import type { Trial } from '../trial.ts';

const WORDS =
  '`min_pow_difficulty`: new events will require at least this difficulty of PoW, based on NIP-13, or they will be rejected by this server';

/** More would take longer than a case may. */
const MOST_BITS = 18;

/** The difficulty that the document asks for. */
function askedBits(trial: Trial): number {
  const bits = trial.run.document?.limitation?.min_pow_difficulty ?? 0;
  if (bits <= 0) trial.skip('the document asks for no proof of work');
  return bits;
}

/** An event with so much work in it. */
async function mined(trial: Trial, bits: number): Promise<Event> {
  if (bits > MOST_BITS) trial.skip(`a difficulty of ${bits} takes too long here`);
  const { pubkey, ...rest } = await trial.event();
  const found = mineChunk({ ...rest, pubkey }, bits, { from: 0, attempts: 2 ** (bits + 4) });
  if (!found) trial.skip('no work was found in time');
  return trial.author.sign(found);
}

export const WORK: readonly Case[] = [
  {
    name: 'pow-missing',
    nip: 13,
    title: 'refuses an event without the proof of work that its document asks for',
    words: WORDS,
    level: 'required',
    async run(trial) {
      const bits = askedBits(trial);
      const event = await trial.event();
      if (difficultyOf(event.id) >= bits) trial.skip('the event has enough work by chance');
      const dialogue = await trial.open();
      const { accepted } = await dialogue.publish(event);
      if (accepted) trial.wrong(`it took an event of difficulty ${difficultyOf(event.id)}, not ${bits}`);
    },
  },
  {
    name: 'pow-done',
    nip: 13,
    title: 'takes an event with the proof of work that its document asks for',
    words: WORDS,
    level: 'required',
    async run(trial) {
      const event = await mined(trial, askedBits(trial));
      const dialogue = await trial.open();
      const { accepted, message } = await dialogue.publish(event);
      if (!accepted && message.startsWith('pow:')) trial.wrong(`it refused the work: ${message}`);
      if (!accepted) trial.skip(`it refused the event: ${message}`);
    },
  },
  {
    name: 'pow-committed',
    nip: 13,
    title: 'refuses work that was not committed to',
    words:
      'if you require 40 bits to reply to your thread and see a committed target of 30, you can safely reject it even if the note has 40 bits difficulty',
    level: 'informational',
    async run(trial) {
      const bits = askedBits(trial);
      if (bits > MOST_BITS - 4) trial.skip(`a difficulty of ${bits} takes too long here`);
      for (let attempt = 0; attempt < 2 ** (bits + 4); attempt++) {
        const event = await lucky(trial, attempt, bits);
        if (!event) continue;
        const dialogue = await trial.open();
        const { accepted } = await dialogue.publish(event);
        if (accepted) trial.wrong(`it took a lucky event that commits to ${committedDifficulty(event)} bits`);
        return;
      }
      trial.skip('no lucky event was found in time');
    },
  },
];

/** An event of the difficulty that commits to one bit, if this is one. */
async function lucky(trial: Trial, attempt: number, bits: number): Promise<Event | undefined> {
  const draft = { kind: 1, content: `${attempt}`, created_at: trial.now, tags: [['t', trial.mark]] };
  const found = mineChunk({ ...draft, pubkey: trial.author.pubkey }, 1, { from: attempt * 8, attempts: 8 });
  return found && difficultyOf(found.id) >= bits ? trial.author.sign(found) : undefined;
}
