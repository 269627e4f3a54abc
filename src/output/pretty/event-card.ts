// An event for people: a head with time, author and kind, the content wrapped, tags and id dimmed. All but the head is
// indented, so that no content can pass for the head of another event.
import type { Event } from '../../protocol/event.ts';
import { kindInfo } from '../../protocol/kind.ts';
import type { Style } from '../style.ts';
import { cut, shortCode, widthOf, wrap } from './measure.ts';
import { fieldLines } from './table.ts';
import { fieldsOf, safeLine, timeInWords } from './values.ts';

/** What a card is drawn with. */
export interface CardSettings {
  /** Of the terminal. */
  columns: number;
  style: Style;
  /** How the author is called. */
  name: string;
  /** What else stands in the head: the relay of an envelope. */
  notes?: readonly string[];
  /** Names of the user's own accounts by public key. */
  accounts?: ReadonlyMap<string, string>;
  /** Whether the content was decrypted, whatever its kind. */
  isOpened?: boolean;
}

const INDENT = '  ';
/** Longer lines are hard to read. */
const WIDEST_TEXT = 100;
/** More of a content is only counted. */
const MOST_CHARACTERS = 20_000;
const MOST_LINES = 500;
const MOST_TAG_LINES = 3;
/** Columns of one tag. */
const WIDEST_TAG = 40;

/** Their content is for its reader only. */
const ENCRYPTED_KINDS = [4, 13, 1059];

/** The lines of a card; a blank one ends it. */
export function eventCard(event: Event, settings: CardSettings): string[] {
  const { columns, style } = settings;
  const width = Math.max(Math.min(columns - INDENT.length, WIDEST_TEXT), 2);
  const indent = (line: string) => (line === '' ? '' : INDENT + line);
  return [
    ...headOf(event, settings),
    ...contentOf(event, { columns: width, style, isOpened: settings.isOpened === true }).map(indent),
    ...tagsOf(event, width, settings.accounts).map(line => indent(style.dim(line))),
    ...wrap(event.id, width).map(line => indent(style.dim(line))),
    '',
  ];
}

/** The parts flow onto further lines where the terminal is narrow. */
function headOf(event: Event, { columns, style, name, notes = [] }: CardSettings): string[] {
  const parts: [text: string, paint: (text: string) => string][] = [
    [timeInWords(event.created_at), style.dim],
    [name, style.strong],
    [kindOf(event.kind), style.accent],
    ...notes.map((note): [string, typeof style.dim] => [note, style.dim]),
  ];
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const [part, paint] of parts) {
    const text = cut(safeLine(part), columns);
    const gap = used === 0 ? 0 : 2;
    if (used > 0 && used + gap + widthOf(text) > columns) {
      lines.push(line);
      line = paint(text);
      used = widthOf(text);
    } else {
      line += ' '.repeat(gap) + paint(text);
      used += gap + widthOf(text);
    }
  }
  return [...lines, line];
}

function kindOf(kind: number): string {
  return kindInfo(kind)?.name ?? `kind ${kind}`;
}

interface ContentSettings {
  columns: number;
  style: Style;
  isOpened: boolean;
}

function contentOf({ kind, content, tags }: Event, settings: ContentSettings): string[] {
  const profile = kind === 0 ? profileOf(content) : undefined;
  if (profile) return fieldLines(fieldsOf(profile).slice(0, MOST_LINES), settings);
  const { columns: width, isOpened } = settings;
  const title = tags.find(([name]) => name === 'title')?.[1];
  const heading =
    title === undefined || title === '' ? [] : wrap(safeLine(title.slice(0, MOST_LINES)), width);
  if (ENCRYPTED_KINDS.includes(kind) && !isOpened)
    return [...heading, cut(`encrypted, ${content.length} characters`, width)];
  const text = content.slice(0, MOST_CHARACTERS).toWellFormed();
  const paragraphs = text.trimEnd().split(/\r?\n/);
  const lines = paragraphs.flatMap(paragraph => wrap(safeLine(paragraph).trimEnd(), width));
  const body = lines.filter((line, at) => line !== '' || lines[at - 1] !== ''); // one blank line is enough
  const hidden = content.length - text.length;
  return [
    ...heading,
    ...(body.length === 1 && body[0] === '' ? [] : body.slice(0, MOST_LINES)),
    ...(body.length > MOST_LINES ? [cut(`… ${body.length - MOST_LINES} more lines`, width)] : []),
    ...(hidden > 0 ? [cut(`… ${hidden} more characters`, width)] : []),
  ];
}

/** The object in the content of a profile; undefined for what is none. */
export function profileOf(content: string): object | undefined {
  try {
    const value: unknown = JSON.parse(content);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** All but the title, which stands above the content. */
function tagsOf(event: Event, width: number, accounts: CardSettings['accounts']): string[] {
  const tags = event.tags.filter(([name]) => name !== 'title');
  const shown = tags.slice(0, MOST_LINES).map(([name = '', value]) => {
    const called = name === 'p' && value !== undefined ? accounts?.get(value) : undefined;
    const text =
      value === undefined ? name : `${name}=${called ?? shortCode(value.slice(0, 2 * WIDEST_TAG))}`;
    return cut(safeLine(text.slice(0, 4 * WIDEST_TAG).toWellFormed()), Math.min(WIDEST_TAG, width));
  });
  const lines = wrap(shown.join('  '), width);
  if (tags.length === 0) return [];
  if (lines.length <= MOST_TAG_LINES && tags.length <= MOST_LINES) return lines;
  return [...lines.slice(0, MOST_TAG_LINES), cut(`… ${tags.length} tags`, width)];
}
