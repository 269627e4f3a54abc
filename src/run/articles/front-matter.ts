// The front matter of an article: a flat mapping in YAML, every value of which is a text as it is written. Nothing that is
// written there is passed over: what an article does not have is an error that names the field.
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  type Node,
  type Pair,
  Parser,
  parseAllDocuments,
  type Scalar,
  type YAMLParseError,
} from 'yaml';
import { UsageError } from '../../errors.ts';
import type { ArticleHead } from '../../protocol/nip23.ts';
import { quote, withoutSecrets } from '../../protocol/quote.ts';
import { dateInDigits, InvalidTime, parseTime } from '../../protocol/time.ts';

/** What a file says; what it does not say is undefined. */
export interface FrontMatter extends Omit<ArticleHead, 'd'> {
  d?: string | undefined;
}

export interface FrontMatterOptions {
  /** What the file is called in errors. */
  name: string;
  /** Fields that are left out. */
  ignored: readonly string[];
}

/** Characters; all that an article has fits in a few hundred. */
const LONGEST = 2 ** 18;

const TEXTS = ['title', 'summary', 'image', 'd'] as const;
const FIELDS: readonly string[] = [...TEXTS, 'published_at', 'tags'];

/** What other programs call the fields, and what may be meant. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  date: 'Write published_at: …',
  publishdate: 'Write published_at: …',
  published: 'Write published_at: …',
  created_at: 'The time of this version is the present; that of the first one is published_at.',
  slug: 'Write d: …',
  id: 'Write d: …',
  identifier: 'Write d: …',
  description: 'Write summary: …',
  excerpt: 'Write summary: …',
  cover: 'Write image: …',
  banner: 'Write image: …',
  topics: 'Write tags: [one, two]',
  keywords: 'Write tags: [one, two]',
  categories: 'Write tags: [one, two]',
  draft: 'A draft is published with --draft.',
};

/** Thrown for a part that is wrong; `at` is where, in characters from the first. */
class Fault extends Error {
  readonly at: number;
  readonly hint: string | undefined;
  constructor(message: string, at: number, hint?: string) {
    super(message);
    this.at = at;
    this.hint = hint;
  }
}

/** Reads what stands between the lines `---`. Throws `UsageError` that names the line. */
export function parseFrontMatter(text: string, { name, ignored }: FrontMatterOptions): FrontMatter {
  try {
    if (text.length > LONGEST) throw new Fault(`front matter of more than ${LONGEST} characters`, 0);
    refuseDeep(text);
    return headOf(fieldsOf(text, ignored));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const line = text.slice(0, error.at).split('\n').length + 1;
    throw new UsageError(`${name}: line ${line}: ${error.message}`, {
      code: 'bad_front_matter',
      hint: error.hint,
    });
  }
}

/** Levels; an article needs two of them, and fields that are left out may have some more. */
const DEEPEST = 50;

/** The library calls itself for each level, until the process ends. Its parser of tokens does not. */
function refuseDeep(text: string): void {
  const parser = new Parser();
  let at = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const _ of parser.next(lexeme)); // a document, which is not needed
    if (parser.stack.length > 2 * DEEPEST) throw new Fault(`more than ${DEEPEST} levels of nesting`, at);
    at += lexeme.length;
  }
}

type Fields = ReadonlyMap<string, { value: Node | null; at: number }>;

/** The first of two fields of one name would be lost in what the library makes of them, so they are looked at here. */
function fieldsOf(text: string, ignored: readonly string[]): Fields {
  const options = { schema: 'failsafe', prettyErrors: false, uniqueKeys: false, logLevel: 'silent' } as const;
  const [document, another] = [...parseAllDocuments(text, options)];
  const [error] = document?.errors ?? [];
  if (error) throw faultOf(error, document!.contents);
  if (another) throw new Fault('it has an end (...), and something behind that', another.range[0]);
  const { contents } = document ?? {};
  if (!contents) return new Map();
  if (!isMap(contents))
    throw new Fault(`it is no mapping, as title: … is`, startOf(contents), NO_FRONT_MATTER);
  const fields = new Map<string, { value: Node | null; at: number }>();
  for (const { key, value } of contents.items as Pair<Node, Node | null>[]) {
    const at = startOf(key);
    const name = isText(key) ? key.value : undefined;
    if (name === undefined) throw new Fault('the name of a field is a text', at);
    if (ignored.includes(name)) continue;
    if (!FIELDS.includes(name)) throw unknownField(name, at, othersIn(contents.items, [...ignored, name]));
    if (fields.has(name)) throw new Fault(`${name} stands there twice`, at);
    fields.set(name, { value, at });
  }
  return fields;
}

/** A quote that is not closed takes all that follows: it is told where it begins, in the last field. */
function faultOf({ code, message, pos: [at] }: YAMLParseError, contents: unknown): Fault {
  const isOpen = code === 'MISSING_CHAR' && /^Missing closing (["'])quote/.exec(message);
  if (!isOpen) return new Fault(withoutSecrets(message), at, hintFor(code));
  const keys = isMap(contents) ? contents.items.map(({ key }) => startOf(key as Node)) : [];
  return new Fault(`a quote ${isOpen[1]} is not closed`, keys.filter(key => key <= at).at(-1) ?? at);
}

/** What helps where a text was taken for front matter. */
export const NO_FRONT_MATTER =
  'Where a text begins with a line --- of its own, give it front matter, which may be empty: two lines --- above.';

function hintFor(code: string): string | undefined {
  if (code === 'BLOCK_AS_IMPLICIT_KEY') return 'A text with a colon stands in quotes: title: "Rye: why"';
  return code === 'BAD_SCALAR_START' ? 'Such a text stands in quotes: title: "@rye"' : undefined;
}

/** The names of fields that nobody knows, so that all are left out at once. */
function othersIn(items: readonly Pair<unknown, unknown>[], told: readonly string[]): string[] {
  const names = items.flatMap(({ key }) => (isText(key as Node) ? [(key as Scalar<string>).value] : []));
  return names.filter(name => ![...told, ...FIELDS].includes(name) && meantBy(name) === undefined);
}

/** What is written instead of a field; undefined: nobody knows it. */
function meantBy(name: string): string | undefined {
  const lower = name.toLowerCase();
  if (FIELDS.includes(lower)) return `Write ${lower}: …`;
  return Object.hasOwn(OTHER_NAMES, lower) ? OTHER_NAMES[lower] : undefined;
}

/** Fields that are named one by one. */
const MOST_NAMED = 10;

function unknownField(name: string, at: number, others: readonly string[]): Fault {
  const meant = meantBy(name);
  const all = [...new Set([name, ...(meant === undefined ? others : [])])].slice(0, MOST_NAMED);
  const flags = all.map(each => `--ignore ${isPlain(each) ? each : 'FIELD'}`).join(' ');
  const hint = `${meant === undefined ? '' : `${meant} `}An article has ${FIELDS.join(', ')}; ${flags} leaves ${all.length > 1 ? 'them' : 'a field'} out.`;
  return new Fault(`unknown field ${quote(name)}`, at, hint);
}

/** Whether it stands in a line for the shell as it is; what may be a secret is no name to show. */
function isPlain(name: string): boolean {
  return /^[\w.-]+$/.test(name) && quote(name) === `"${name}"`;
}

function headOf(fields: Fields): FrontMatter {
  const text = (name: string) => {
    const { value = null, at = 0 } = fields.get(name) ?? {};
    return isNothing(value) ? undefined : textOf(value, `${name} is`, at);
  };
  const [title, summary, image, d] = TEXTS.map(text);
  const published = text('published_at');
  const { at = 0 } = fields.get('published_at') ?? {};
  return {
    title,
    summary,
    image,
    d,
    publishedAt: published === undefined ? undefined : timeOf(published, at),
    topics: topicsOf(fields.get('tags')),
  };
}

/** Seconds, or a date: what is said of the present changes each time the file is published. */
function timeOf(text: string, at: number): number {
  try {
    if (/[a-z]$/.test(text)) throw new InvalidTime(`not a time: ${quote(text)}`);
    const date = dateInDigits(text);
    if (date !== undefined) throw new InvalidTime(`${text} looks like a date; write it as ${date}`);
    return parseTime(text, 0);
  } catch (error) {
    if (!(error instanceof InvalidTime)) throw error;
    throw new Fault(
      `published_at: ${error.message.replace(/; write unix seconds, an ISO.*$/s, '')}`,
      at,
      'Write unix seconds, or a date such as 2026-11-29.',
    );
  }
}

/** A list, or one text with commas. */
function topicsOf({ value = null, at = 0 }: { value?: Node | null; at?: number } = {}): string[] {
  if (isNothing(value)) return [];
  if (!isSeq(value))
    return textOf(value, 'tags are', at)
      .split(',')
      .map(topic => topic.trim())
      .filter(topic => topic !== '');
  return value.items.map(item => textOf(item as Node | null, 'a tag is', at));
}

function textOf(node: Node | null, what: string, at: number): string {
  const start = node ? startOf(node) : at;
  if (node === null || isNothing(node)) throw new Fault(`${what} empty`, start, 'An empty text is ""');
  if (isText(node)) return node.value;
  if (isAlias(node)) throw new Fault(`${what} an alias (*), which is not taken`, start);
  const form = isSeq(node) ? 'a list' : isMap(node) ? 'a mapping' : 'of a type of its own';
  throw new Fault(`${what} ${form}, not a text`, start);
}

/** What YAML writes for no value: nothing, or one of these words without quotes. */
function isNothing(node: Node | null): boolean {
  return node === null || (isText(node) && node.type === 'PLAIN' && /^(?:~|null|)$/i.test(node.value));
}

/** What is written is a text, whatever else it looks like; `!!int 3` is another matter. */
function isText(node: Node): node is Scalar<string> {
  if (!isScalar(node) || typeof node.value !== 'string') return false;
  return node.tag === undefined || node.tag === 'tag:yaml.org,2002:str';
}

function startOf({ range }: Pick<Node, 'range'>): number {
  return range?.[0] ?? 0;
}
