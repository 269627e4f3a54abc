// NIP-42: how a relay asks who a client is, and what it takes for a proof.
import type { Event, EventTemplate } from '../../protocol/event.ts';
import type { Filter } from '../../protocol/filter.ts';
import { parseReason } from '../../protocol/message.ts';
import { authTemplate } from '../../protocol/nip42.ts';
import { quote } from '../../protocol/quote.ts';
import type { Case } from '../case.ts';
import type { Answer, Dialogue } from '../dialogue.ts';
import { wantsAuth } from '../line.ts';
import type { Trial } from '../trial.ts';
import { NoAnswer } from '../verdict.ts';

const VERIFIED = 'To verify `AUTH` messages, relays must ensure: ';

export const NIP42: readonly Case[] = [
  {
    name: 'auth-ok',
    nip: 42,
    title: 'answers an AUTH with OK',
    words: '`AUTH` messages sent by clients MUST be answered with an `OK` message, like any `EVENT` message',
    level: 'required',
    async run(trial) {
      const { dialogue, challenge } = await challenged(trial);
      const event = await trial.author.sign(proof(trial, challenge));
      dialogue.send('AUTH', event);
      await dialogue.okOf(event.id);
    },
  },
  {
    name: 'auth-accepted',
    nip: 42,
    title: 'takes the proof of a client that nobody knows',
    words: 'a new message, `AUTH`, which clients can send to relays when they want to authenticate',
    level: 'informational',
    async run(trial) {
      const { dialogue, challenge } = await challenged(trial);
      const { accepted, message } = await answerTo(
        dialogue,
        await trial.author.sign(proof(trial, challenge)),
      );
      if (!accepted) trial.skip(`it refused the proof: ${quote(message, 200)}`);
    },
  },
  refuses('auth-kind', 'another kind', 'that the `kind` is `22242`', template => ({ ...template, kind: 1 })),
  refuses(
    'auth-challenge',
    'another challenge',
    'that the `"challenge"` tag matches the challenge sent before',
    template => withTag(template, 'challenge', 'another challenge'),
  ),
  refuses(
    'auth-relay',
    'the name of another relay',
    'that the `"relay"` tag matches the relay URL',
    template => withTag(template, 'relay', 'wss://another.example'),
  ),
  refuses(
    'auth-time',
    'a time half an hour ago',
    'that the event `created_at` is close (e.g. within ~10 minutes) of the current time',
    template => ({ ...template, created_at: template.created_at - 1800 }),
  ),
  {
    name: 'auth-signature',
    nip: 42,
    title: 'refuses an AUTH whose signature is wrong',
    words: 'by signing an ephemeral event',
    level: 'required',
    async run(trial) {
      const { dialogue, challenge } = await challenged(trial);
      const event = await trial.author.sign(proof(trial, challenge));
      const { sig } = await trial.event();
      const { accepted } = await answerTo(dialogue, { ...event, sig });
      if (accepted) trial.wrong('it took an AUTH whose signature is of another event');
    },
  },
  {
    name: 'auth-other-connection',
    nip: 42,
    title: 'refuses the challenge of another connection',
    words: 'The challenge is valid for the duration of the connection or until another challenge is sent',
    level: 'required',
    async run(trial) {
      const [one, other] = [await challenged(trial), await challenged(trial)];
      if (one.challenge === other.challenge) trial.wrong('two connections got the same challenge');
      const { accepted } = await answerTo(
        other.dialogue,
        await trial.author.sign(proof(trial, one.challenge)),
      );
      if (accepted) trial.wrong('it took the challenge of another connection');
    },
  },
  {
    name: 'auth-on-connect',
    nip: 42,
    title: 'sends a challenge as soon as a client connects',
    words: 'the `AUTH` message from the relay could be sent right as the client connects',
    level: 'informational',
    async run(trial) {
      const dialogue = await trial.open();
      await dialogue.stillAnswers('a connection');
      if (dialogue.challenge === undefined) trial.wrong('no challenge came before the first answer');
    },
  },
  {
    name: 'auth-before-refusal',
    nip: 42,
    title: 'sends the challenge before the refusal that asks for it',
    words: 'it can be sent immediately before the `CLOSED` is sent: the client must have a stored challenge',
    level: 'required',
    async run(trial) {
      const { dialogue, refusal } = await provoke(trial);
      if (refusal === undefined) return trial.skip('it refused nothing for want of AUTH');
      if (dialogue.unansweredDemand === undefined) return;
      const challenge = await dialogue.awaitChallenge(LATE_MS);
      if (challenge !== undefined || parseReason(refusal).prefix === 'auth-required')
        trial.wrong(`no challenge came before ${quote(refusal, 200)}`);
      trial.skip(`it sent no challenge: ${quote(refusal, 200)}`);
    },
  },
  {
    name: 'auth-required-prefix',
    nip: 42,
    title: 'says auth-required: to who has not authenticated',
    words: '`"auth-required: "` - for when a client has not performed `AUTH` and the relay requires that',
    level: 'required',
    async run(trial) {
      const { dialogue, refusal } = await provoke(trial);
      if (refusal === undefined) return trial.skip('it refused nothing for want of AUTH');
      if ((await dialogue.awaitChallenge(LATE_MS)) === undefined) trial.skip('it sent no challenge');
      if (!refusal.startsWith('auth-required:')) trial.wrong(`it says ${quote(refusal, 200)}`);
    },
  },
  {
    name: 'auth-restricted-prefix',
    nip: 42,
    title: 'does not say auth-required: to who has authenticated',
    words:
      '`"restricted: "` - for when a client has already performed `AUTH` but the key is still not allowed',
    level: 'required',
    async run(trial) {
      const { dialogue, challenge } = await challenged(trial);
      const { accepted } = await answerTo(dialogue, await trial.author.sign(proof(trial, challenge)));
      if (!accepted) trial.skip('it did not take the proof');
      const { closed } = await dialogue.subscribeOnce(privateOnes(trial), dialogue.newSubId());
      if (closed?.startsWith('auth-required:')) trial.wrong(`it still says ${quote(closed, 200)}`);
    },
  },
  {
    name: 'auth-several-keys',
    nip: 42,
    title: 'takes the proofs of two keys on one connection',
    words: 'relays MUST treat all pubkeys of successful `AUTH` messages as authenticated',
    level: 'informational',
    async run(trial) {
      const { dialogue, challenge } = await challenged(trial);
      for (const key of [trial.author, trial.newKey()]) {
        const { accepted, message } = await answerTo(dialogue, await key.sign(proof(trial, challenge)));
        if (!accepted && key === trial.author) trial.skip(`it refused the proof: ${quote(message, 200)}`);
        if (!accepted) trial.wrong(`it refused the second key: ${quote(message, 200)}`);
      }
    },
  },
  {
    name: 'auth-not-sent-on',
    nip: 42,
    title: 'sends no AUTH event on to others',
    words: 'Relays MUST exclude `kind: 22242` events from being broadcasted to any client',
    level: 'required',
    async run(trial) {
      const { dialogue, challenge } = await challenged(trial);
      const reader = await trial.open();
      const subId = await reader.watch({ authors: [trial.author.pubkey], kinds: [22_242] });
      const event = await trial.author.sign(proof(trial, challenge));
      await answerTo(dialogue, event);
      dialogue.send('EVENT', event);
      await dialogue.stillAnswers('an EVENT of kind 22242');
      if ((await reader.liveSoFar(subId)).length > 0) trial.wrong('it sent an event of kind 22242 on');
    },
  },
];

/** How long a challenge may come after what asks for it, in milliseconds. */
const LATE_MS = 300;

/** What many relays show to its readers only: gift wraps and private messages. */
function privateOnes({ author }: Trial): Filter[] {
  return [{ kinds: [1059, 4], '#p': [author.pubkey], limit: 1 }];
}

interface Provoked {
  dialogue: Dialogue;
  /** The words of a refusal that AUTH may change. */
  refusal: string | undefined;
}

/** Asks for what many relays show to its readers only; then publishes what many take from its author only. */
async function provoke(trial: Trial): Promise<Provoked> {
  const dialogue = await trial.open();
  const { closed } = await dialogue.subscribeOnce(privateOnes(trial), dialogue.newSubId());
  if (closed !== undefined && wantsAuth(closed)) return { dialogue, refusal: closed };
  const { accepted, message } = await dialogue.publishOnce(await trial.event({ tags: [['-']] }));
  return { dialogue, refusal: !accepted && wantsAuth(message) ? message : undefined };
}

/** A connection with a challenge, provoked where none comes by itself. Skips where none comes at all. */
async function challenged(trial: Trial): Promise<{ dialogue: Dialogue; challenge: string }> {
  const { dialogue, refusal } = await provoke(trial);
  const { challenge } = dialogue;
  const late = challenge ?? (refusal === undefined ? undefined : await dialogue.awaitChallenge(LATE_MS));
  return late === undefined ? trial.skip('it sent no challenge') : { dialogue, challenge: late };
}

function proof({ run }: Trial, challenge: string): EventTemplate {
  return authTemplate(challenge, run.url, Math.floor(run.clock() / 1000));
}

/** Silence, a NOTICE and the end of the connection are refusals too: that an OK must come is a case of its own. */
async function answerTo(dialogue: Dialogue, event: Event): Promise<Answer> {
  dialogue.send('AUTH', event);
  return dialogue.okOf(event.id).catch((error: unknown) => {
    if (!(error instanceof NoAnswer)) throw error;
    return { accepted: false, message: error.message };
  });
}

/** A case about an AUTH in which one thing is wrong. */
function refuses(
  name: string,
  what: string,
  words: string,
  change: (template: EventTemplate) => EventTemplate,
): Case {
  return {
    ...{ name, nip: 42, title: `refuses an AUTH with ${what}`, words: VERIFIED + words, level: 'required' },
    async run(trial) {
      const { dialogue, challenge } = await challenged(trial);
      const event = await trial.author.sign(change(proof(trial, challenge)));
      const { accepted } = await answerTo(dialogue, event);
      if (accepted) trial.wrong(`it took an AUTH with ${what}`);
    },
  };
}

function withTag(template: EventTemplate, name: string, value: string): EventTemplate {
  return { ...template, tags: template.tags.map(tag => (tag[0] === name ? [name, value] : tag)) };
}
