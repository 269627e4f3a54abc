// Whether a relay keeps an event in which one thing is uncommon. What it refuses for that one thing is a fault; what it
// refuses whatever it is, is its policy.
import { type Event, stringifyEvent } from '../protocol/event.ts';
import { parseReason } from '../protocol/message.ts';
import type { Answer, Dialogue } from './dialogue.ts';
import { sameEvents } from './expect.ts';
import type { Trial } from './trial.ts';
import { Refusal, Wrong } from './verdict.ts';

/**
 * Publishes an event, written as `text`, and reads it back. Throws `Wrong` when it is refused as invalid where a common
 * one is taken, when it does not come back, and when it comes back changed.
 */
export async function keeps(trial: Trial, event: Event, text = stringifyEvent(event)): Promise<void> {
  const dialogue = await trial.open();
  const answer = await dialogue.publish(event, text);
  if (!answer.accepted) await blame(trial, dialogue, answer);
  sameEvents(await dialogue.stored({ ids: [event.id] }), [event], 'a REQ by id');
}

/** The same where to refuse the event is a matter of policy. */
export async function keepsIfTaken(trial: Trial, event: Event, text?: string): Promise<void> {
  const dialogue = await trial.open();
  const { accepted, message } = await dialogue.publish(event, text);
  if (!accepted) trial.skip(`it refused the event: ${JSON.stringify(message)}`);
  sameEvents(await dialogue.stored({ ids: [event.id] }), [event], 'a REQ by id');
}

async function blame(trial: Trial, dialogue: Dialogue, { message }: Answer): Promise<never> {
  const words = `it refused the event: ${JSON.stringify(message)}`;
  if (POLICIES.has(parseReason(message).prefix)) throw new Refusal(words);
  await dialogue.plant(await trial.event());
  throw new Wrong(`${words}, and takes another`);
}

/** Prefixes that say nothing of the form of an event. */
const POLICIES = new Set<string | undefined>([
  'pow',
  'blocked',
  'rate-limited',
  'restricted',
  'auth-required',
  'mute',
]);
