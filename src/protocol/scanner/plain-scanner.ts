// The scanner where there is no WebAssembly: `JSON.parse`, several times slower. It takes what the other takes, event
// for event and byte for byte, and refuses what the other refuses.
import { type Event, hasLoneSurrogate, InvalidEvent, parseEvent } from '../event.ts';
import { ParsedEvent } from '../parsed-event.ts';
import type { EventRun } from '../stream-event.ts';

/** An EVENT frame: the subscription id, without escapes, and the event. */
const FRAME = /^\["EVENT","([^"\\\u0000-\u001f]+)",(.+)\]$/s;

export class PlainScanner {
  /** See `readEvents` of event-scanner.ts. */
  readEvents(texts: readonly Buffer[]): (ParsedEvent | undefined)[] {
    return texts.map(text => {
      const event = canonicalEvent(text.toString('utf8'));
      return event && new ParsedEvent(event);
    });
  }

  /** See `readEventFrames` of event-scanner.ts. */
  readEventFrames(bytes: Buffer, ranges: readonly number[]): (EventRun | Buffer)[] {
    const found: (EventRun | Buffer)[] = [];
    let run: EventRun | undefined;
    let begin = 0;
    for (let i = 0; i < ranges.length; i += 2) {
      const end = ranges[i + 1]!;
      const [, subId, text] = FRAME.exec(bytes.toString('utf8', ranges[i], end)) ?? [];
      const event = text === undefined ? undefined : canonicalEvent(text);
      if (event === undefined || subId !== run?.subId) run = undefined;
      if (event === undefined) {
        found.push(bytes.subarray(ranges[i], end));
        continue;
      }
      if (run === undefined) {
        run = { subId: subId!, events: [], size: 0 };
        begin = ranges[i]!;
        found.push(run);
      }
      run.events.push(new ParsedEvent(event));
      run.size = end - begin;
    }
    return found;
  }
}

/** The event in `text` when that is what `JSON.stringify` would write of it, in whatever order its keys are. */
function canonicalEvent(text: string): Event | undefined {
  try {
    const value = JSON.parse(text);
    const event = parseEvent(value);
    if (Object.keys(value).length !== FIELDS || JSON.stringify(value) !== text) return undefined;
    return hasLoneSurrogate(event) ? undefined : event;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof InvalidEvent) return undefined;
    throw error;
  }
}

/** An event has so many. */
const FIELDS = 7;
