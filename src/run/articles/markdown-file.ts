// Reads an article from a file or stdin: its front matter, its text byte for byte, and an identifier where none is written.
import { parse } from 'node:path';
import type { Context } from '../../context.ts';
import { decodeText, firstBadByte } from '../../encoding.ts';
import { UsageError } from '../../errors.ts';
import { readNamedFile, readStdin } from '../../input/named-file.ts';
import {
  type Article,
  InvalidMarkdown,
  type MarkdownFile,
  slugOf,
  splitMarkdown,
} from '../../protocol/nip23.ts';
import { quote } from '../../protocol/quote.ts';
import { holdsNsec } from '../../signer/secret-text.ts';
import { openInput } from '../events/event-input.ts';
import { refuseOther } from '../events/given-file.ts';
import { type FrontMatter, NO_FRONT_MATTER, parseFrontMatter } from './front-matter.ts';

/** No relay takes nearly so much. */
const MOST_BYTES = 16 * 1024 * 1024;

/** NIP-19 has one byte for the length of an identifier. */
const LONGEST_IDENTIFIER = 255;

export interface MarkdownOptions {
  /** Ends the reading. */
  signal: AbortSignal;
  /** The identifier that the line gives; it goes before that of the file. */
  d: string | undefined;
  /** Fields that are left out. */
  ignored: readonly string[];
  /** A draft may be without a text. */
  isDraft: boolean;
  /** --allow-nsec: take it though it holds a secret key. */
  allowNsec: boolean;
}

/** `word` is a path, or - for stdin. Throws `UsageError` and `IoError`. */
export async function readArticle(
  context: Context,
  word: string,
  { signal, d, ignored, isDraft, allowNsec }: MarkdownOptions,
): Promise<Article> {
  refuseOther(word, {
    relay: 'Relays are given with --relay URL.',
    json: 'An event is published by: nost publish -',
  });
  const name = word === '-' ? 'stdin' : quote(word);
  const limits = { most: MOST_BYTES, signal };
  const bytes = await (word === '-'
    ? readStdin(undefined, openInput(context, true, ''), limits)
    : readNamedFile(undefined, word, limits));
  const file = textOf(bytes, name);
  if (!allowNsec && holdsNsec(file))
    // here before anybody is asked, and again before it is signed
    throw new UsageError(`${name} holds a secret key (nsec); --allow-nsec signs it all the same`, {
      code: 'bad_event',
    });
  const { front, text } = parted(file, name);
  if (front === undefined) refuseMisplaced(text, name);
  const head: FrontMatter = front === undefined ? { topics: [] } : parseFrontMatter(front, { name, ignored });
  if (text.trim() === '' && !isDraft)
    throw new UsageError(`there is no text in ${name}`, {
      code: 'no_content',
      hint: 'The text stands below the front matter. A draft may be without: --draft.',
    });
  return { ...head, d: checked(d ?? head.d ?? namedBy(context, word, head.title)), text };
}

function textOf(bytes: Buffer, name: string): string {
  try {
    return decodeText(bytes);
  } catch (error) {
    const place = firstBadByte(bytes);
    const line = bytes.subarray(0, place).toString('latin1').split('\n').length;
    const where = place === undefined ? '' : ` (in line ${line}, byte ${place + 1} of the file)`;
    throw new UsageError(`${name} is ${(error as Error).message}${where}`, { code: 'bad_content' });
  }
}

function parted(file: string, name: string): MarkdownFile {
  try {
    return splitMarkdown(file);
  } catch (error) {
    if (!(error instanceof InvalidMarkdown)) throw error;
    throw new UsageError(`${name}: ${error.message}`, { code: 'bad_front_matter', hint: NO_FRONT_MATTER });
  }
}

/** What begins like front matter and is none would be published as a text. */
const MISPLACED: readonly (readonly [RegExp, string])[] = [
  [/^---[ \t]*\r(?!\n)/, 'lines end with LF or CR LF, not with CR alone'],
  [
    /^\s+---[ \t]*\r?\n[ \t]*[\w-]+[ \t]*:/,
    'front matter begins with the first line, without empty lines or blanks before it',
  ],
];

/** Characters at the beginning. */
const LOOKED_AT = 1000;

function refuseMisplaced(text: string, name: string): void {
  const start = text.slice(0, LOOKED_AT);
  const isToml = /^\+\+\+[ \t]*\r?\n/.test(start) && /\n\+\+\+[ \t]*(?:\r?\n|$)/.test(text);
  const [, found] = MISPLACED.find(([form]) => form.test(start)) ?? [];
  const message = isToml ? 'front matter is YAML between two lines ---, not TOML (+++)' : found;
  if (message === undefined) return;
  throw new UsageError(`${name}: ${message}`, { code: 'bad_front_matter', hint: NO_FRONT_MATTER });
}

/** An identifier where nobody gives one: of a file its name, of stdin the title. */
function namedBy({ keys }: Context, word: string, title = ''): string {
  const d = slugOf(word === '-' ? title : parse(word).name);
  if (d === '')
    throw new UsageError(
      'the article has no identifier: write d: NAME in its front matter, or give -d NAME',
      {
        code: 'bad_front_matter',
      },
    );
  keys.noteAtTerminal(`the identifier of the article is ${quote(d)}, for the front matter has no d`);
  return d;
}

function checked(d: string): string {
  const size = Buffer.byteLength(d);
  if (size <= LONGEST_IDENTIFIER) return d;
  throw new UsageError(
    `the identifier (d) is ${size} bytes long, above ${LONGEST_IDENTIFIER}: no naddr can name it`,
    {
      code: 'bad_front_matter',
    },
  );
}
