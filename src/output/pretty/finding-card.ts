// A finding about a relay as people read it: what is wrong and how bad it is, where the relay claims it, and the frames that
// show it.
import { briefFrame } from '../../protocol/quote.ts';
import { BLANKS_AND_COMMAS, wrap } from './measure.ts';
import type { TableSettings } from './table.ts';
import { inWords, safeLine } from './values.ts';

/** The frames behind those show the same. */
const SHOWN_FRAMES = 12;

/** Of a frame more is not shown; --json has it. */
const SHOWN_CHARACTERS = 400;

/** The column of levels. */
const INDENT = ' '.repeat('warning  '.length);

/** The lines of a record with `level`, `message`, `field`, `url` and `evidence`. A blank line ends it. */
export function findingCard(record: object, { columns, style }: TableSettings): string[] {
  const { level, message, field, url, evidence } = record as Record<string, unknown>;
  const fit = (text: string, indent: string, color = (line: string) => line) =>
    wrap(text, columns - indent.length, BLANKS_AND_COMMAS).map(line => indent + color(line));
  const [first = '', ...rest] = fit(inWords(message), INDENT);
  const paint = level === 'error' ? style.error : style.strong;
  const frames = Array.isArray(evidence) ? evidence : [];
  const left = frames.length - SHOWN_FRAMES;
  return [
    paint(inWords(level).padEnd(INDENT.length)) + first.slice(INDENT.length),
    ...rest,
    ...fit(`${inWords(field)} of ${inWords(url)}`, INDENT),
    ...frames.slice(0, SHOWN_FRAMES).flatMap(frame => fit(frameInWords(frame), `${INDENT}  `, style.dim)),
    ...(left > 0 ? fit(`… and ${left} frames more`, `${INDENT}  `, style.dim) : []),
    '',
  ];
}

function frameInWords(frame: unknown): string {
  const text = safeLine(briefFrame(String(frame)));
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS).toWellFormed()}…`;
}
