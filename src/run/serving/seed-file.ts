// The events of a file for the store of a relay.
import type { Context } from '../../context.ts';
import { openNamedFile } from '../../input/named-file.ts';
import { type Event, InvalidEvent, parseEvent } from '../../protocol/event.ts';
import { BadLines, readItems } from '../events/event-input.ts';

/** The well-formed events of a file; bad lines are reported and skipped. */
export async function* readSeed(path: string, context: Context): AsyncGenerator<Event> {
  const badLines = new BadLines(path, context, false);
  const file = await openNamedFile(path, context.deadline.signal);
  for await (const items of readItems(file, path)) {
    for (const item of items) {
      if ('problem' in item) await badLines.report(item.line, item.problem);
      else if ('event' in item) yield item.event.toEvent();
      else yield* parseSeed(item.line, item.value, badLines);
    }
  }
}

async function* parseSeed(line: number, value: object, badLines: BadLines): AsyncGenerator<Event> {
  try {
    yield parseEvent(value);
  } catch (error) {
    if (!(error instanceof InvalidEvent)) throw error;
    await badLines.report(line, error.message);
  }
}
