// `--format`: prints each event by a template of the user. In a value, control characters and the backslash are escaped
// as in JSON, so that each event is one line, and `printf %b` restores the text.
import { type Event, tagValue } from '../protocol/event.ts';
import { encodeEntity } from '../protocol/nip19.ts';
import { quote } from '../protocol/quote.ts';
import { isoTime } from '../protocol/time.ts';
import type { EventFormatter } from './event-lines.ts';

/** One piece of a line: fixed text, or a function that prints a field of the event. */
type Piece = (event: Event, relay: string) => string;

/** The pieces of a line, in order. */
export type Template = readonly Piece[];

/** The text is not a template; the message lists what it may contain. */
export class InvalidTemplate extends Error {
  override name = 'InvalidTemplate';
}

const FIELDS: Readonly<Record<string, Piece>> = {
  id: event => event.id,
  pubkey: event => event.pubkey,
  created_at: event => String(event.created_at),
  kind: event => String(event.kind),
  tags: event => JSON.stringify(event.tags),
  content: event => escapeValue(event.content),
  sig: event => event.sig,
  npub: event => encodeEntity({ type: 'npub', pubkey: event.pubkey }),
  note: event => encodeEntity({ type: 'note', id: event.id }),
  nevent: ({ id, pubkey, kind }, relay) =>
    encodeEntity({ type: 'nevent', id, relays: hints(relay), author: pubkey, kind }),
  relay: (_, relay) => relay,
  date: event => isoTime(event.created_at),
};

const ESCAPES: Readonly<Record<string, string>> = { '\\n': '\n', '\\t': '\t', '\\\\': '\\', '%%': '%' };

/** A field, an escape, or a `%` or backslash that begins neither. */
const SPECIAL = /%\{([^}]*)\}|%%|\\.|[%\\]/gs;

/**
 * Parses a template: `%{field}`, `%{tag.NAME}` (the first value of the first such tag), `%%`, `\n`, `\t`, `\\`.
 * Throws `InvalidTemplate`.
 */
export function parseTemplate(text: string): Template {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(SPECIAL)) {
    pieces.push(literal(text.slice(end, match.index)), pieceOf(match[0], match[1]));
    end = match.index + match[0].length;
  }
  return [...pieces, literal(text.slice(end))];
}

/** Prints each event by the template, one line for each. */
export function templateFormatter(template: Template): EventFormatter {
  return ({ relay, events }) => {
    const lines = events.map(received => {
      const event = received.toEvent();
      return template.map(piece => piece(event, relay)).join('');
    });
    return [Buffer.from(lines.map(line => `${line}\n`).join(''))];
  };
}

function literal(text: string): Piece {
  return () => text;
}

function pieceOf(sign: string, field: string | undefined): Piece {
  if (field !== undefined) return fieldPiece(field);
  const character = ESCAPES[sign];
  if (character === undefined)
    throw new InvalidTemplate(`${quote(sign)} means nothing; there are %{field}, %%, \\n, \\t and \\\\`);
  return literal(character);
}

function fieldPiece(name: string): Piece {
  if (Object.hasOwn(FIELDS, name)) return FIELDS[name]!;
  const tag = /^tag\.(.+)$/s.exec(name)?.[1];
  if (tag !== undefined) return event => escapeValue(tagValue(event, tag) ?? '');
  const known = Object.keys(FIELDS).join(', ');
  throw new InvalidTemplate(`there is no field ${quote(name)}; there are ${known} and tag.NAME`);
}

function escapeValue(text: string): string {
  return text.replace(/[\\\u0000-\u001f]/g, character => JSON.stringify(character).slice(1, -1));
}

/** NIP-19 has one byte for the length of a relay hint. */
function hints(relay: string): string[] {
  return relay.length > 255 ? [] : [relay];
}
