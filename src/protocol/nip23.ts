// NIP-23: articles, as an event and as a Markdown file with front matter. A file that is printed and published again is
// the same article, and the text below the front matter is the content of the event, character for character.
import { type Event, type Tag, tagValue } from './event.ts';
import { dateInDigits, implausibleTime, isTime } from './time.ts';

/** What stands above the text of an article. What is undefined is not there. */
export interface ArticleHead {
  /** Its identifier among the articles of its author. */
  d: string;
  title?: string | undefined;
  summary?: string | undefined;
  /** A URL. */
  image?: string | undefined;
  /** When it was first published, in unix seconds. */
  publishedAt?: number | undefined;
  /** Its `t` tags. */
  topics: readonly string[];
}

export interface Article extends ArticleHead {
  /** Markdown. */
  text: string;
}

/** Kinds that are articles: the old draft is one that everybody can read. */
export const ARTICLE = 30023;
export const OLD_DRAFT = 30024;

/** The fields that are a tag of the same name and one value. */
const TEXTS = ['title', 'summary', 'image'] as const;

/**
 * What an event says of an article: of each name the first tag that has a value. A time of first publication that is not
 * written as plain unix seconds is undefined, and so is one that looks like a date in digits (20240105).
 * @example
 * articleOf({ tags: [['d', 'rye'], ['title', 'On rye'], ['t', 'bread'], ['published_at', '17']], content: 'Bake.' }) // → { d: 'rye', title: 'On rye', summary: undefined, image: undefined, publishedAt: 17, topics: ['bread'], text: 'Bake.' }
 */
export function articleOf({ tags, content }: Pick<Event, 'tags' | 'content'>): Article {
  const valued = { tags: tags.filter(hasValue) };
  const [title, summary, image] = TEXTS.map(name => tagValue(valued, name));
  return {
    d: tagValue({ tags }, 'd') ?? '',
    title,
    summary,
    image,
    publishedAt: plainTime(tagValue(valued, 'published_at')),
    topics: valued.tags.filter(([name]) => name === 't').map(([, topic]) => topic!),
    text: content,
  };
}

function hasValue({ length }: Tag): boolean {
  return length > 1;
}

function plainTime(text = ''): number | undefined {
  const time = /^(?:0|[1-9]\d*)$/.test(text) ? Number(text) : Number.NaN;
  const isMeant = implausibleTime(time) === undefined && dateInDigits(text) === undefined;
  return isTime(time) && isMeant ? time : undefined;
}

/**
 * The tags of an event with that head. What is not a part of the head stays as it is in `before`, the tags of the version
 * that is replaced (undefined: there is none), and so does a tag that says the same already. A new topic is written in lower case (NIP-24), without a # before it. Without
 * `publishedAt` the time of the first publication stays.
 * @example
 * articleTags(undefined, { d: 'rye', title: 'On rye', topics: ['Bread'] }) // → [['d', 'rye'], ['title', 'On rye'], ['t', 'bread']]
 * articleTags([['d', 'x'], ['zap', 'ab'], ['title', 'Old'], ['published_at', '17']], { d: 'x', topics: [] }) // → [['d', 'x'], ['zap', 'ab'], ['published_at', '17']]
 */
export function articleTags(before: readonly Tag[] | undefined, head: ArticleHead): Tag[] {
  const isNamed = before && (head.d === '' || before.some(([name]) => name === 'd'));
  let tags = isNamed ? [...before] : [['d', head.d], ...(before ?? [])];
  for (const name of TEXTS) tags = withText(tags, name, head[name]);
  if (head.publishedAt !== undefined) tags = withText(tags, 'published_at', String(head.publishedAt));
  return withTopics(tags, head.topics);
}

function withText(tags: Tag[], name: string, value: string | undefined): Tag[] {
  const at = tags.findIndex(tag => tag[0] === name && hasValue(tag));
  if (value === undefined) return at < 0 ? tags : tags.filter(tag => tag[0] !== name || !hasValue(tag));
  if (at < 0) return [...tags, [name, value]];
  return tags[at]![1] === value ? tags : tags.with(at, [name, value]);
}

/** The topics take the places of those that were there; one more comes after the last of them, or at the end. */
function withTopics(tags: Tag[], topics: readonly string[]): Tag[] {
  const places = tags.flatMap((tag, at) => (tag[0] === 't' && hasValue(tag) ? [at] : []));
  const fresh = topicTags(
    places.map(at => tags[at]!),
    topics,
  );
  const last = places.at(-1) ?? tags.length - 1;
  const come = new Map(places.map((at, index) => [at, fresh.slice(index, index + 1)]));
  if (places.length > 0) come.get(last)!.push(...fresh.slice(places.length));
  const merged = tags.flatMap((tag, at) => come.get(at) ?? [tag]);
  return places.length > 0 ? merged : [...merged, ...fresh];
}

/** What stands behind a topic that was there stays with it. */
function topicTags(before: readonly Tag[], topics: readonly string[]): Tag[] {
  const known = new Map<string, Tag[]>();
  for (const tag of before) {
    const same = known.get(tag[1]!);
    if (same) same.push(tag);
    else known.set(tag[1]!, [tag]);
  }
  const taken = new Set<string>();
  return topics.flatMap(topic => {
    const word = known.has(topic) ? topic : topic.replace(/^#+(?=[^#])/, '').toLowerCase();
    const tag = known.get(word)?.shift();
    if (tag === undefined && taken.has(word)) return [];
    taken.add(word);
    return [tag ?? ['t', word]];
  });
}

/** Thrown for a text whose front matter has no end. */
export class InvalidMarkdown extends Error {
  override name = 'InvalidMarkdown';
}

/** A file in two. */
export interface MarkdownFile {
  /** What stands between the lines `---`, as it is written; undefined where the file does not begin with such a line. */
  front: string | undefined;
  /** All that follows. */
  text: string;
}

/**
 * Parts the front matter of a file from its text. Throws `InvalidMarkdown`.
 * @example
 * splitMarkdown('---\ntitle: On rye\n---\n# Rye\n') // → { front: 'title: On rye\n', text: '# Rye\n' }
 * splitMarkdown('# Rye\n---\n') // → { front: undefined, text: '# Rye\n---\n' }
 * splitMarkdown('---\n# Rye\n') // throws no line --- ends the front matter
 */
export function splitMarkdown(file: string): MarkdownFile {
  const [first] = /^---[ \t]*(?:\r?\n|$)/.exec(file) ?? [];
  if (first === undefined) return { front: undefined, text: file };
  const border = /(?<=\n)---[ \t]*(?:\r?\n|$)/g;
  border.lastIndex = first.length;
  const end = border.exec(file);
  if (!end) throw new InvalidMarkdown('no line --- ends the front matter that the first line begins');
  return { front: file.slice(first.length, end.index), text: file.slice(border.lastIndex) };
}

/**
 * The file of an article: front matter in a form that depends on the article alone, with the line ends of its text, and
 * the text as it is.
 * @example
 * formatMarkdown({ d: 'rye', title: 'Rye: why', publishedAt: 17, topics: ['bread', '2024'], text: 'Bake.' }) // → '---\ntitle: "Rye: why"\npublished_at: 17\ntags: [bread, "2024"]\nd: rye\n---\nBake.'
 */
export function formatMarkdown({ d, publishedAt, topics, text, ...texts }: Article): string {
  const lines = [
    '---',
    ...TEXTS.filter(name => texts[name] !== undefined).map(name => `${name}: ${scalar(texts[name]!)}`),
    ...(publishedAt === undefined ? [] : [`published_at: ${publishedAt}`]),
    ...(topics.length === 0 ? [] : [`tags: [${topics.map(scalarInList).join(', ')}]`]),
    `d: ${scalar(d)}`,
    '---',
  ];
  const lineEnd = /\r?\n/.exec(text)?.[0] ?? '\n';
  return lines.map(line => line + lineEnd).join('') + text;
}

/** What YAML takes for a text, whatever its version, and as it is. */
const PLAIN = /^[\p{L}\p{N}](?:[^\p{Cc}\p{Zl}\p{Zp}\p{Cs}\ufeff\ufffe\uffff]*[^\p{C}\p{Z}:])?$/u;

/** What some version of YAML takes for another value, or may. */
const NO_TEXT = /^(?:[\d][\da-fox_.:eEtTzZ+\- ]*|true|false|yes|no|on|off|y|n|null|nan|inf)$/i;

function scalar(text: string): string {
  const isPlain = PLAIN.test(text) && !NO_TEXT.test(text) && !/: | #/.test(text);
  return isPlain ? text : quoted(text);
}

function scalarInList(text: string): string {
  return /[[\]{},:]/.test(text) ? quoted(text) : scalar(text);
}

/** As JSON writes it; what YAML does not take as it is becomes an escape, too. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * An identifier made of the name of a file or of a title: its letters and digits in lower case, with a hyphen for
 * whatever stands between them. Empty where there are none.
 * @example
 * slugOf('Über Roggen, Teil 2!') // → 'über-roggen-teil-2'
 */
export function slugOf(text: string): string {
  return text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
}
