// The words of a command line that name the sides of a sync: relays, files, stdin and stdout.
import { fstat } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import { quote } from '../../protocol/quote.ts';
import { type Instead, isPath, notARelay, refuseEmpty } from '../network/relay-words.ts';
import { chooseRelays } from '../relays.ts';

/** What a word names; the name is a URL, a path, or `-`. */
export interface Place {
  isRelay: boolean;
  /** Whether it is read or written once, and not again: stdin, stdout, a pipe, a device. */
  isStream: boolean;
  name: string;
}

export interface Places {
  from: readonly Place[];
  to: Place;
}

/** What stands where a side should. */
const INSTEAD: Instead = {
  person: 'Events of a person: -a npub1…, before the sides.',
  event: 'An event by its id: -i nevent1…, before the sides.',
  hex: 'An event by its id: -i ID. Events of a person: -a KEY.',
  kind: 'Events of a kind: -k KIND, before the sides.',
  json: "A filter: --filter '{…}', before the sides.",
  text: 'A file is written with its folder: ./NAME.',
};

/** The sides that the words and --from name. Throws `UsageError`. */
export async function placesOf(
  args: readonly string[],
  more: readonly string[],
  context: Context,
): Promise<Places> {
  const words = [...args.slice(0, -1), ...more];
  const last = args.at(-1);
  refuseEmpty([...args, ...more]);
  if (args.length > 2) throw tooMany(args);
  if (last === undefined || words.length === 0)
    throw new UsageError('give two sides: FROM and TO', {
      code: 'bad_arguments',
      hint: 'Such as: nost sync wss://old.example wss://new.example, or ./backup.jsonl for a file.',
    });
  const from = (await Promise.all(words.map(word => placeOf(word, context)))).flat();
  const [to, second] = await placeOf(last, context);
  if (second) throw new UsageError('TO must be one relay or file', { code: 'bad_arguments' });
  if (to!.isStream && to!.name !== '-' && !(await isDevice(to!.name)))
    throw new UsageError(`${quote(to!.name)} is a pipe, and TO must be a relay or a file`, {
      code: 'bad_arguments',
      hint: 'TO may be -: stdout, which any pipe can read.',
    });
  checkDistinct(from, to!);
  await checkFiles(from, to!);
  return { from, to: to! };
}

/** One of them may be no side at all. */
function tooMany(args: readonly string[]): UsageError {
  for (const word of args) {
    const other = word === '-' || isPath(word) ? undefined : notARelay(word, INSTEAD);
    if (other) return other;
  }
  return new UsageError('more than two sides were given', {
    code: 'bad_arguments',
    hint: 'FROM and TO stand last; each further FROM is given with --from URL: nost sync --from A B TO',
  });
}

/** The sides that are compared with each other: from two to so many. Throws `UsageError`. */
export async function placesToCompare(
  args: readonly string[],
  most: number,
  context: Context,
): Promise<Place[]> {
  refuseEmpty(args);
  const places = (await Promise.all(args.map(word => placeOf(word, context)))).flat();
  if (places.length < 2 || places.length > most)
    throw new UsageError(`give two sides or more, at most ${most}`, {
      code: 'bad_arguments',
      hint: 'Such as: nost diff wss://a.example wss://b.example ./backup.jsonl',
    });
  checkEach(places);
  return places;
}

async function placeOf(word: string, context: Context): Promise<Place[]> {
  if (word === '-') return [{ isRelay: false, isStream: true, name: word }];
  if (isPath(word)) return [{ isRelay: false, isStream: await isStream(word), name: word }];
  const relays = await chooseRelays([word], context, {}, INSTEAD);
  return relays.map(name => ({ isRelay: true, isStream: false, name }));
}

/** What cannot be looked at is no stream: opening it tells why. */
async function isStream(path: string): Promise<boolean> {
  const stats = await stat(path).catch(() => undefined);
  return stats !== undefined && !stats.isFile() && !stats.isDirectory();
}

function checkDistinct(from: readonly Place[], to: Place): void {
  checkEach(from);
  if (to.name !== '-' && from.some(({ name }) => name === to.name))
    throw new UsageError(`${quote(to.name)} is FROM and TO`, {
      code: 'bad_arguments',
      hint: 'Give two that differ: nost sync FROM TO',
    });
}

/** One file may have two names, and stdout may lead into it: what is read would be written behind its end. */
async function checkFiles(from: readonly Place[], to: Place): Promise<void> {
  const target = await fileOf(to, STDOUT);
  if (target === undefined) return;
  for (const place of from)
    if ((await fileOf(place, STDIN)) === target)
      throw new UsageError(`${quote(place.name)} is FROM, and TO is the same file`, {
        code: 'bad_arguments',
      });
}

/** Throws `UsageError` where a file that a flag makes anew, such as --report, is one of the places: what is there would be lost. */
export async function checkApart(flag: string, path: string, { from, to }: Places): Promise<void> {
  const file = { isRelay: false, isStream: false, name: path };
  const [known, full] = [await fileOf(file, STDOUT), resolve(path)];
  for (const place of [...from, to]) {
    if (place.isRelay || place.isStream) continue;
    if (resolve(place.name) !== full && (known === undefined || (await fileOf(place, STDIN)) !== known))
      continue;
    const side = place === to ? 'TO' : 'FROM';
    const message = `${flag} ${quote(path)} would overwrite ${side}, which is the same file`;
    throw new UsageError(message, { code: 'bad_value', hint: `Name another file: ${flag} FILE` });
  }
}

const [STDIN, STDOUT] = [0, 1];

/** The file as the system knows it; undefined for what is none. `descriptor` is what `-` stands for. */
async function fileOf({ isRelay, name }: Place, descriptor: number): Promise<string | undefined> {
  if (isRelay) return undefined;
  const stats = await (name === '-' ? promisify(fstat)(descriptor) : stat(name)).catch(() => undefined);
  return stats?.isFile() ? `${stats.dev}:${stats.ino}` : undefined;
}

function checkEach(places: readonly Place[]): void {
  const names = places.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === '-') throw new UsageError('two sides are both to be read from stdin', { code: 'two_stdins' });
  if (twice !== undefined) throw new UsageError(`${quote(twice)} is given twice`, { code: 'bad_arguments' });
}

async function isDevice(path: string): Promise<boolean> {
  return (await stat(path)).isCharacterDevice();
}
