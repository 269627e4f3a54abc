// NIP-01, EVENT and OK: what a relay takes, what it refuses, and how it says so.
import { type Event, eventId } from '../../../protocol/event.ts';
import { generateSecretKey } from '../../../protocol/keys.ts';
import { parseReason } from '../../../protocol/message.ts';
import { quote } from '../../../protocol/quote.ts';
import { signId } from '../../../protocol/signature.ts';
import type { Case } from '../../case.ts';
import type { Dialogue } from '../../dialogue.ts';
import { sameEvents } from '../../expect.ts';
import type { Trial } from '../../trial.ts';
import { NoAnswer } from '../../verdict.ts';

const SIGNED = 'Signatures, public key, and encodings are done according to the Schnorr signatures standard';

export const MESSAGES: readonly Case[] = [
  {
    name: 'eose',
    nip: 1,
    title: 'answers a REQ with EOSE',
    words: 'relays MUST send EOSE "to indicate all stored events have been sent"',
    level: 'required',
    isBasic: true,
    async run(trial) {
      const dialogue = await trial.open();
      const { closed } = await dialogue.read([{ authors: [trial.newKey().pubkey], limit: 10 }]);
      if (closed !== undefined) trial.skip(`it refused the REQ: ${closed}`);
    },
  },
  {
    name: 'ok',
    nip: 1,
    title: 'answers an EVENT with OK',
    words: '`OK` messages MUST be sent in response to `EVENT` messages received from clients',
    level: 'required',
    isBasic: true,
    async run(trial) {
      const dialogue = await trial.open();
      const event = await trial.event();
      const { accepted, message } = await dialogue.publish(event);
      if (!accepted) trial.skip(`it refused a kind 1: ${message}`);
    },
  },
  {
    name: 'read-back',
    nip: 1,
    title: 'returns an event as it was published',
    words: 'relays MUST query their internal database and return events that match the filter',
    level: 'required',
    async run(trial) {
      const dialogue = await trial.open();
      const event = await trial.event({ content: 'this shall come back as it is' });
      await dialogue.plant(event);
      sameEvents(await dialogue.stored({ ids: [event.id] }), [event], 'a REQ by id');
    },
  },
  {
    name: 'ok-form',
    nip: 1,
    title: 'writes an OK with its four parts',
    words: 'The 4th parameter MUST always be present, but MAY be an empty string when the 3rd is `true`',
    level: 'required',
    async run(trial) {
      const dialogue = await trial.open();
      const event = await trial.event();
      dialogue.send('EVENT', event);
      const [frame, accepted, message] = await dialogue.next('OK', (parts, text) => {
        const [type, id, accepted, message] = parts;
        if (type !== 'OK' || id !== event.id) return undefined;
        return [text, accepted, message] as const;
      });
      if (typeof accepted !== 'boolean' || typeof message !== 'string')
        trial.wrong(`this is not ["OK", id, true or false, text]: ${quote(frame, 200)}`);
    },
  },
  {
    name: 'duplicate-event',
    nip: 1,
    title: 'answers an event that it has with OK true',
    words: '["OK", "b1a649ebe8...", true, "duplicate: already have this event"]',
    level: 'required',
    async run(trial) {
      const { accepted, message } = await publishTwice(trial);
      if (!accepted) trial.wrong(`it refused what it has: ${quote(message, 200)}`);
    },
  },
  {
    name: 'duplicate-prefix',
    nip: 1,
    title: 'says duplicate: of an event that it has',
    words: '["OK", "b1a649ebe8...", true, "duplicate: already have this event"]',
    level: 'informational',
    async run(trial) {
      const { message } = await publishTwice(trial);
      if (parseReason(message).prefix !== 'duplicate') trial.wrong(`it says ${quote(message, 200)}`);
    },
  },
  {
    name: 'bad-signature',
    nip: 1,
    title: 'refuses an event with a wrong signature',
    words: SIGNED,
    level: 'required',
    async run(trial) {
      const [event, other] = [await trial.event(), await trial.event({ content: 'another' })];
      await mustRefuse(trial, { ...event, sig: other.sig }, 'whose signature is of another event');
    },
  },
  {
    name: 'zero-signature',
    nip: 1,
    title: 'refuses an event whose signature is zeros',
    words: SIGNED,
    level: 'required',
    async run(trial) {
      const event = await trial.event();
      await mustRefuse(trial, { ...event, sig: '0'.repeat(128) }, 'whose signature is zeros');
    },
  },
  {
    name: 'bad-id',
    nip: 1,
    title: 'refuses an event whose id is not its hash',
    words: 'To obtain the `event.id`, we `sha256` the serialized event',
    level: 'required',
    async run(trial) {
      const event = await trial.event();
      await mustRefuse(trial, { ...event, content: `${event.content}, changed` }, 'whose id is not its hash');
    },
  },
  {
    name: 'wrong-author',
    nip: 1,
    title: 'refuses an event that another key has signed',
    words: SIGNED,
    level: 'required',
    async run(trial) {
      const secretKey = generateSecretKey();
      const { sig, ...rest } = await trial.event();
      const id = eventId(rest);
      await mustRefuse(trial, { ...rest, id, sig: signId(id, secretKey) }, 'that another key has signed');
    },
  },
  {
    name: 'ok-prefix',
    nip: 1,
    title: 'begins the text of an OK false with a machine-readable word',
    words: 'otherwise it MUST be a string formed by a machine-readable single-word prefix followed by a `:`',
    level: 'required',
    async run(trial) {
      const dialogue = await trial.open();
      const event = await trial.event();
      const { accepted, message } = await dialogue.publishOnce({ ...event, sig: '0'.repeat(128) });
      if (accepted) trial.skip('it took what it should refuse');
      if (!hasPrefix(message)) trial.wrong(`its words are ${quote(message, 200)}`);
    },
  },
];

/** One word of letters and hyphens, and a colon; some relays write it large. */
export function hasPrefix(message: string): boolean {
  return /^[A-Za-z][A-Za-z-]*:/.test(message);
}

async function publishTwice(trial: Trial) {
  const dialogue = await trial.open();
  const event = await trial.event();
  await dialogue.plant(event);
  return dialogue.publish(event);
}

/** Neither an OK true, nor a way back for the event, is right. */
async function mustRefuse(trial: Trial, event: Event, what: string): Promise<void> {
  const dialogue = await trial.open();
  if (await isTaken(dialogue, event)) trial.wrong(`it took an event ${what}`);
  const kept = await dialogue.stored({ ids: [event.id] });
  if (kept.length > 0) trial.wrong(`it returns an event ${what}`);
}

/** A refusal by a NOTICE, or by silence, is one too: that an OK must come is the matter of another case. */
async function isTaken(dialogue: Dialogue, event: Event): Promise<boolean> {
  try {
    return (await dialogue.publish(event)).accepted;
  } catch (error) {
    if (!(error instanceof NoAnswer) || dialogue.lost !== undefined) throw error;
    return false;
  }
}
