// Reads what is to be deleted from the words of the line and from stdin: codes, or events as JSONL. Every bad line is told,
// and then nothing is deleted at all.
import type { Readable } from 'node:stream';
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import { UNSET } from '../../flags/values.ts';
import { readJsonValues } from '../../input/json-values.ts';
import type { Line } from '../../input/lines.ts';
import { parseEvent } from '../../protocol/event.ts';
import { parseAddress } from '../../protocol/kind.ts';
import { InvalidEntity } from '../../protocol/nip19.ts';
import { plainLines } from '../decode/input.ts';
import { BadLines, nameFailures } from '../events/event-input.ts';
import { LIKE_ADDRESS } from '../lookup/wanted.ts';
import { eventTarget, parseTarget, TAKEN, type Target, TargetSet, wordsOf } from './target.ts';

/** Targets of one command. */
const MOST_TARGETS = 10_000;

/** Lines of stdin, and what stands in them: who writes so many does not end. */
const MOST_ITEMS = 20_000;

/** Characters of a line of codes. */
const MOST_OF_LINE = 1024 * 1024;

/** The targets of the words. Throws `UsageError` for a word that names no event. */
export function targetsOfWords(words: readonly string[]): TargetSet {
  const targets = new TargetSet();
  for (const word of words) {
    const codes = wordsOf(word);
    if (codes.length === 0)
      throw new UsageError('a word is empty: nothing was deleted', { code: 'bad_code', hint: UNSET });
    for (const code of codes) {
      try {
        targets.add(parseTarget(code));
      } catch (error) {
        throw badCode((error as Error).message, code);
      }
    }
  }
  return targets;
}

/** A word may be the identifier of an article. */
function badCode(message: string, word = ''): UsageError {
  const isName = /^(?!n(?:pub|sec|profile|ote|event|addr)1)[\p{L}\p{N}_.-]{1,40}$/iu.test(word);
  return new UsageError(message, { code: 'bad_code', hint: isName ? `${TAKEN}\n${CODES}` : TAKEN });
}

const CODES = "The codes of your articles: nost article list | jq -r '[.d, .naddr] | @tsv'";

/** Adds what stdin names. Throws `UsageError` when lines were bad, or there are too many, and `IoError`. */
export async function addTargetsOf(source: Readable, targets: TargetSet, context: Context): Promise<void> {
  const badLines = new BadLines('stdin', context, false);
  let [lines, words] = [0, 0];
  for await (const items of nameFailures(readJsonValues(source, textLines), 'stdin')) {
    for (const item of items) {
      if (++lines > MOST_ITEMS) throw tooMany(`stdin has more than ${MOST_ITEMS} lines`);
      const { line } = item;
      if ('problem' in item) {
        await badLines.report(line, item.problem);
        continue;
      }
      for (const problem of added(item.value, targets)) {
        if (++words > MOST_ITEMS) throw tooMany(`stdin has more than ${MOST_ITEMS} codes and events`);
        if (problem !== undefined) await badLines.report(line, problem);
        if (targets.size > MOST_TARGETS) throw tooMany(`more than ${MOST_TARGETS} events at once`);
      }
    }
  }
  const { failure } = badLines;
  if (failure)
    throw new UsageError(`${failure.message}: nothing was deleted`, { code: 'bad_lines', hint: TAKEN });
}

/** A line that is no JSON: where a string of JSON ends is certain, where a line of text does is not. */
class TextLine {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

function textLines(lines: readonly Line[]): readonly (TextLine | undefined)[] {
  return plainLines(lines).map(text => (text === undefined ? undefined : new TextLine(text)));
}

function tooMany(message: string): UsageError {
  return new UsageError(`${message}: nothing was deleted`, {
    code: 'bad_value',
    hint: 'Give fewer at a time.',
  });
}

/** Adds what a value names, and yields for each word or event why not, or undefined. */
function* added(value: unknown, targets: TargetSet): Generator<string | undefined> {
  if (value instanceof TextLine) yield* addedLine(value.text, targets);
  else if (typeof value === 'string') yield* addedString(value, targets);
  else if (Array.isArray(value)) yield* addedOfList(value, targets);
  else yield addedEvent(value, targets);
}

function addedEvent(value: unknown, targets: TargetSet): string | undefined {
  return addedBy(
    () => eventTarget(parseEvent(value)),
    targets,
    error => (isMessage(value) ? MESSAGE : error.message),
  );
}

const MESSAGE =
  'a message of dm read is no event; its wrap is: nost dm read … | jq -r .wrap | nost delete - --relay INBOX';

/** Whether it is a line of `dm read`. */
function isMessage(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'wrap' in value && !('sig' in value);
}

function* addedLine(text: string, targets: TargetSet): Generator<string | undefined> {
  if (text.length > MOST_OF_LINE) return yield TOO_LONG;
  for (const word of wordsOf(text)) yield /\s$/.test(word) ? AMBIGUOUS : addedWord(word, targets);
}

/** A string that is an address is nothing else, whatever its identifier looks like. */
function* addedString(text: string, targets: TargetSet): Generator<string | undefined> {
  if (text.length > MOST_OF_LINE) return yield TOO_LONG;
  for (const word of parseAddress(text) ? [text] : wordsOf(text)) yield addedWord(word, targets);
}

const TOO_LONG = 'the line is too long to be a code';

const AMBIGUOUS =
  'the identifier ends in a blank, which may or may not be a part of it: give the naddr1…, or a JSON string';

function addedWord(word: string, targets: TargetSet): string | undefined {
  return addedBy(
    () => parseTarget(word),
    targets,
    error => faultOfWord(word, error),
  );
}

/** A frame that holds an event, or a list of events and codes. */
function* addedOfList(list: readonly unknown[], targets: TargetSet): Generator<string | undefined> {
  if (list[0] === 'EVENT') return yield addedEvent(list.length === 2 ? list[1] : list[2], targets);
  for (const element of list) {
    if (typeof element === 'string') yield* addedString(element, targets);
    else yield addedEvent(element, targets);
  }
}

/** Undefined when it was added. */
function addedBy(
  parse: () => Target,
  targets: TargetSet,
  faultOf: (error: Error) => string,
): string | undefined {
  try {
    targets.add(parse());
    return undefined;
  } catch (error) {
    return faultOf(error as Error);
  }
}

/** What is no code may be a part of a secret: it is not quoted unless it claims to be one. */
function faultOfWord(word: string, error: Error): string {
  const isCode = /^(?:nostr:)?n(?:pub|profile|ote|event|addr)1/i.test(word) || LIKE_ADDRESS.test(word);
  return isCode || (error instanceof InvalidEntity && error.hasSuggestion)
    ? error.message
    : 'not a code such as nevent1… or naddr1…; it is not shown, for it may be a secret';
}
