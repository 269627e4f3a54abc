// A person in the value of a flag: a code, a NIP-05 name, or the name of one of the user's own accounts, in this order.
// Names are looked up when the whole line has been read, because that reads files and asks domains.
import type { InputContext } from '../context.ts';
import { Failure, UsageError } from '../errors.ts';
import { hexFault } from '../protocol/mistyped.ts';
import { formatNip05, isNip05Like, type Nip05Name, parseNip05 } from '../protocol/nip05.ts';
import { InvalidEntity } from '../protocol/nip19.ts';
import { quote } from '../protocol/quote.ts';
import type { FlagTable } from './flag.ts';
import { hintsIn, notAsked, parsePubkey, parseTagValue } from './identifiers.ts';
import { UNSET } from './values.ts';

/** A value as it goes on the wire, and relays that a code or a domain names for it. */
export interface Located {
  value: string;
  hints: readonly string[];
}

/** What is known only when files or domains have been asked. */
export interface Named {
  locate(context: InputContext): Promise<Located>;
}

/** A value without hints, one with them, or a name. */
export type Person = string | Located | Named;

/** A tag whose value may be a person. */
export type FlaggedTag = readonly [name: string, value: Person, ...more: string[]];

/** How a person may be written, for descriptions. */
export const PERSON = 'hex, npub, nprofile, name@domain or own account';

/** The same in a command that asks nobody. */
const PERSON_OFFLINE = 'hex, npub, nprofile or own account';

/** Flags for a command that asks no domain: their descriptions do not speak of names that domains give. */
export function offline<T extends FlagTable>(table: T): T {
  const told = Object.entries(table).map(([name, flag]) => [
    name,
    { ...flag, description: flag.description.replace(PERSON, PERSON_OFFLINE) },
  ]);
  return Object.fromEntries(told) as T;
}

/** What may be the name of an account: a code of NIP-19 never is, however damaged. */
const NAME =
  /^(?!nostr:|n(?:pub|sec|cryptsec|profile|ote|event|addr)1)[\p{L}\p{N}_][\p{L}\p{N}._@+-]{0,63}$/iu;

/** The account that a word may name. */
export class AccountName implements Named {
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  get name(): string {
    return this.#name;
  }

  /** Its public key. Throws `UsageError` when there is no such account, `SignerError` when several have the name. */
  async locate({ accountKey }: InputContext): Promise<Located> {
    try {
      return { value: await accountKey(this.#name), hints: [] };
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'no_account') throw error;
      const slip = hexFault(this.#name) ?? nameFault(this.#name);
      if (slip !== undefined) throw new UsageError(slip, { code: 'bad_value' });
      const message = `${quote(this.#name)} is not a public key (64 hex digits, npub or nprofile), and no account is called so`;
      const hint = /^(?:me|my|myself|self|i)$/i.test(this.#name) ? ONESELF : error.hint;
      throw new UsageError(message, { code: 'bad_value', hint });
    }
  }
}

const ONESELF =
  'nost key list shows your accounts. profile, outbox, list and article are about you without a name.';

/** What is wrong with a text that has the @ of a NIP-05 name, and is none. */
function nameFault(text: string): string | undefined {
  if (!/^[^@\s]+@[^@\s]*$/.test(text)) return undefined;
  try {
    parseNip05(text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** A name that a domain gives a key (NIP-05). */
export class DomainName implements Named {
  readonly #name: Nip05Name;

  constructor(name: Nip05Name) {
    this.#name = name;
  }

  /** What the domain says. Throws `UsageError` in a command that asks nobody, `NoSuchName` when there is no such name. */
  async locate({ askDomain }: InputContext): Promise<Located> {
    if (askDomain) return askDomain(this.#name);
    throw new UsageError(notAsked(formatNip05(this.#name)), { code: 'bad_value' });
  }
}

/** The person that hex, `npub`, `nprofile`, a NIP-05 name or the name of an account stands for. */
export function parsePerson(text: string): Person {
  try {
    return withHints(parsePubkey)(text);
  } catch (error) {
    if (error instanceof InvalidEntity && error.hasSuggestion) throw error;
    if (isNip05Like(text)) return new DomainName(parseNip05(text));
    if (NAME.test(text)) return new AccountName(text);
    const slip = nameFault(text);
    throw slip === undefined ? error : new Error(slip);
  }
}

/** The person that a word names. Throws `UsageError`. */
export function personOf(word: string): Person {
  return meaningOf(word, parsePerson, { name: 'WHO', hint: WHO });
}

/** What a word stands for. Throws `UsageError`, and where the word is no broken code the hint says what it may be. */
export function meaningOf<T>(
  word: string,
  parse: (word: string) => T,
  { name, hint }: { name: string; hint: string },
): T {
  try {
    return parse(word);
  } catch (error) {
    if (error instanceof Failure) throw error;
    const isCode = /^(?:nostr:)?n(?:pub|profile|ote|event|addr)1/i.test(word);
    const told = word.trim() === '' ? UNSET : hint;
    throw new UsageError(`${name}: ${(error as Error).message}`, {
      code: 'bad_value',
      ...(!isCode && { hint: told }),
    });
  }
}

const WHO = 'WHO is an npub, name@domain, or an account of yours: nost key list.';

/** A parser of codes that keeps the relays they name. */
export function withHints(parse: (text: string) => string): (text: string) => string | Located {
  return text => {
    const value = parse(text);
    const hints = value === text ? [] : hintsIn(text); // what stays as it was is no code
    return hints.length === 0 ? value : { value, hints };
  };
}

/** The value of a tag: in a `p` it may be a name, too. */
export function parseTaggedPerson(name: string, value: string): Person {
  return name === 'p' || name === 'P'
    ? parsePerson(value)
    : withHints(text => parseTagValue(name, text))(value);
}

/** The value of a person, and where to find them; another text is left as it is. */
export async function locate(person: Person, context: InputContext): Promise<Located> {
  if (typeof person === 'string') return { value: person, hints: [] };
  return 'locate' in person ? person.locate(context) : person;
}

/** The keys of people. */
export function keysOf(people: readonly Person[], context: InputContext): Promise<string[]> {
  return Promise.all(people.map(person => keyOf(person, context)));
}

/** The keys of the people that a flag names. What is wrong with one begins with the flag. */
export async function keysOfFlag(flag: string, people: readonly Person[], context: InputContext) {
  try {
    return await keysOf(people, context);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const { message, code, hint } = error;
    throw new UsageError(`${flag}: ${message}`, { code, ...(hint !== undefined && { hint }) });
  }
}

/** The key of a person; another text is left as it is. */
export async function keyOf(person: Person, context: InputContext): Promise<string> {
  return (await locate(person, context)).value;
}
