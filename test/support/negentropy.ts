// Negentropy sessions for tests: sets of made-up items, and two sides that talk until all is known.
import { createHash } from 'node:crypto';
import { NegentropyBetween } from '../../src/protocol/negentropy-between.ts';
import {
  answerNegentropy,
  InvalidNegentropy,
  NegentropyInitiator,
  NegentropyItems,
  SMALLEST_FRAME_LIMIT,
} from '../../src/protocol/nip77.ts';
import { numbers } from './mutations.ts';

/** Unix seconds, and an id of 64 hex digits. */
export type Item = readonly [time: number, id: string];

export function itemsOf(items: Iterable<Item>): NegentropyItems {
  const all = new NegentropyItems();
  for (const [time, id] of items) all.add(time, id);
  return all.seal();
}

/** So many items; `seconds` of 1 gives them all the same time. */
export function madeUpItems(count: number, seed: number, seconds = 1000): Item[] {
  const next = numbers(seed);
  return Array.from({ length: count }, (_, i) => [
    1_700_000_000 + (next() % seconds),
    createHash('sha256').update(`${seed}/${i}`).digest('hex'),
  ]);
}

export interface Outcome {
  have: string[];
  need: string[];
  /** How often the initiator sent a frame. */
  rounds: number;
  /** Bytes of the longest frame of each side. */
  longest: { client: number; server: number };
}

/** A whole session between two sets. */
export function reconcile(client: NegentropyItems, server: NegentropyItems, limits = [0, 0]): Outcome {
  const outcome: Outcome = { have: [], need: [], rounds: 0, longest: { client: 0, server: 0 } };
  const initiator = new NegentropyInitiator(client, limits[0]);
  for (let frame: Uint8Array | undefined = initiator.open(); frame; ) {
    const answer = answerNegentropy(server, frame, limits[1]);
    outcome.rounds++;
    outcome.longest.client = Math.max(outcome.longest.client, frame.length);
    outcome.longest.server = Math.max(outcome.longest.server, answer.length);
    const { reply, have, need } = initiator.next(answer);
    outcome.have.push(...have);
    outcome.need.push(...need);
    frame = reply;
  }
  return outcome;
}

export interface OutcomeBetween {
  /** What only each side has. */
  only: [string[], string[]];
  /** Bytes of all frames, and how many were sent. */
  bytes: number;
  frames: number;
  /** Bytes of the longest frame to each. */
  longest: [number, number];
}

/** A whole session of two relays, by somebody who has no items. */
export function reconcileBetween(
  sides: readonly [NegentropyItems, NegentropyItems],
  limits: readonly [number, number],
  answers: readonly number[] = [0, 0],
): OutcomeBetween {
  const outcome: OutcomeBetween = { only: [[], []], bytes: 0, frames: 0, longest: [0, 0] };
  const session = new NegentropyBetween(limits);
  for (let sent = session.outgoing(); sent; sent = session.outgoing()) {
    const answer = answerNegentropy(sides[sent.to], sent.frame, answers[sent.to]);
    outcome.bytes += sent.frame.length + answer.length;
    outcome.frames++;
    outcome.longest[sent.to] = Math.max(outcome.longest[sent.to], sent.frame.length);
    const only = session.take(sent.to, answer);
    for (const side of [0, 1] as const) outcome.only[side].push(...only[side]);
  }
  return outcome;
}

/** The ids of the first that the second lacks, sorted. */
export function missingFrom(items: readonly Item[], others: readonly Item[]): string[] {
  const there = new Set(others.map(([, id]) => id));
  return items.flatMap(([, id]) => (there.has(id) ? [] : [id])).sort();
}

/** A frame with up to four bytes changed, put in or taken out, or cut; one in five is left as it is. */
export function damagedFrame(frame: Uint8Array, next: () => number): Uint8Array {
  if (next() % 5 === 0) return frame;
  const bytes = [...frame];
  for (let i = next() % 4; i >= 0; i--) {
    const at = next() % (bytes.length + 1);
    const odd = [0, 1, 2, 0x7f, 0x80, 0xff, next() & 0xff][next() % 7]!;
    const how = next() % 4;
    if (how === 0) bytes.splice(at, 1, odd);
    else if (how === 1) bytes.splice(at, 0, odd);
    else if (how === 2) bytes.splice(at, 1 + (next() % 8));
    else bytes.length = Math.min(bytes.length, at + 1);
  }
  return Uint8Array.from(bytes);
}

/** Frames of a session between two sets that differ in one item of ten. */
function framesOf(client: NegentropyItems, server: NegentropyItems): Uint8Array[] {
  const initiator = new NegentropyInitiator(client);
  const frames = [initiator.open()];
  for (let i = 0; i < frames.length; i++) {
    frames.push(answerNegentropy(server, frames[i]!).slice());
    const { reply } = initiator.next(frames[++i]!);
    if (reply) frames.push(reply.slice());
  }
  return frames;
}

/**
 * Gives so many damaged frames to both sides; returns how many were taken, and the milliseconds of the one that took
 * longest. Throws what is not the typed error.
 */
export function takeDamagedFrames(count: number, seed: number): { taken: number; longestMs: number } {
  const all = madeUpItems(120, seed, 100);
  const [client, server] = [itemsOf(all.slice(10)), itemsOf(all.slice(0, -10))];
  const frames = framesOf(client, server);
  const next = numbers(seed);
  let [taken, longestMs] = [0, 0];
  for (let i = 0; i < count; i++) {
    const frame = damagedFrame(frames[i % frames.length]!, next);
    const start = performance.now();
    try {
      const { reply } = new NegentropyInitiator(client, SMALLEST_FRAME_LIMIT).next(frame);
      const answer = answerNegentropy(server, frame, SMALLEST_FRAME_LIMIT);
      const longest = Math.max(answer.length, reply?.length ?? 0);
      if (longest > SMALLEST_FRAME_LIMIT) throw new Error(`a frame of ${longest} bytes`);
      taken++;
    } catch (error) {
      if (!(error instanceof InvalidNegentropy) || error.message.length > 200)
        throw new Error(`input ${i}: ${Buffer.from(frame).toString('hex')}`, { cause: error });
    }
    longestMs = Math.max(longestMs, performance.now() - start);
  }
  return { taken, longestMs };
}
