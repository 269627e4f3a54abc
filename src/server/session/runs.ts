// Frames that are worked on together: some EVENT frames in a row, or one other frame. What is in hand between reading
// and answering is then only what needs to be there.
import { LONG_FRAME } from '../limits.ts';
import type { Work } from '../work.ts';
import { type Frame, isPublication, type Publication, readFrame } from './frames.ts';
import type { RawFrame } from './inbox.ts';

/** The begin of a frame that is no EVENT. What is not written like this may be one. */
const OTHER_VERB = /^\["(?:REQ|CLOSE|COUNT|AUTH|NEG-[A-Z]+)"/;

/** The frames that were read. */
export interface Run {
  publications: Publication[];
  /** What came after them. */
  other: Frame | undefined;
  /** How many frames these are, with those that are not answered any more. */
  count: number;
}

/** The first frames that are to be read together, or one that needs no place because it is short and no EVENT. */
export function nextRun(frames: readonly RawFrame[]): { raw: readonly RawFrame[]; needsPlace: boolean } {
  const end = frames.findIndex(isShortAndOther);
  if (end === 0) return { raw: frames.slice(0, 1), needsPlace: false };
  return { raw: end < 0 ? frames : frames.slice(0, end), needsPlace: true };
}

function isShortAndOther(frame: RawFrame): boolean {
  return frame === undefined || (frame.length <= LONG_FRAME && OTHER_VERB.test(frame));
}

/** Characters of some frames. */
export function lengthOf(frames: readonly RawFrame[]): number {
  return frames.reduce((sum, frame) => sum + (frame?.length ?? 0), 0);
}

/**
 * Reads frames up to the first that is no well-formed EVENT. What a client sent before it left is still published, but
 * nobody waits for an answer any more.
 */
export async function readRun(raw: readonly RawFrame[], work: Work, hasLeft: () => boolean): Promise<Run> {
  const run: Run = { publications: [], other: undefined, count: 0 };
  for (const text of raw) {
    run.count++;
    if (hasLeft() && !text?.startsWith('["EVENT"')) continue;
    const frame = readFrame(text);
    work.spend(1 + (text?.length ?? 0) / 100);
    if (work.isDue()) await work.rest();
    if (isPublication(frame)) run.publications.push(frame);
    else return { ...run, other: frame };
  }
  return run;
}
