// A person in the value of a flag: a key, or the name of one of the user's own accounts. Names are looked up when the
// whole line has been read, because that reads files.
import type { InputContext } from '../context.ts';
import { Failure, UsageError } from '../errors.ts';
import { quote } from '../protocol/quote.ts';
import { parsePubkey, parseTagValue } from './identifiers.ts';

/** A public key in hex, or the account that is meant. */
export type Person = string | AccountName;

/** A tag whose value may be a person. */
export type FlaggedTag = readonly [name: string, value: Person, ...more: string[]];

/** What may be the name of an account: a code of NIP-19 never is, however damaged. */
const NAME =
  /^(?!nostr:|n(?:pub|sec|cryptsec|profile|ote|event|addr)1)[\p{L}\p{N}_][\p{L}\p{N}._@+-]{0,63}$/iu;

/** The account that a word may name. */
export class AccountName {
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  /** Its public key. Throws `UsageError` when there is no such account, `SignerError` when several have the name. */
  async resolve({ accountKey }: InputContext): Promise<string> {
    try {
      return await accountKey(this.#name);
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'no_account') throw error;
      const message = `${quote(this.#name)} is not a public key (64 hex digits, npub or nprofile), and no account is called so`;
      throw new UsageError(message, { code: 'bad_value', hint: error.hint });
    }
  }
}

/** The person that hex, `npub`, `nprofile` or the name of an account stands for. */
export function parsePerson(text: string): Person {
  try {
    return parsePubkey(text);
  } catch (error) {
    if (NAME.test(text)) return new AccountName(text);
    throw error;
  }
}

/** The value of a tag: in a `p` it may be the name of an account, too. */
export function parseTaggedPerson(name: string, value: string): Person {
  return name === 'p' || name === 'P' ? parsePerson(value) : parseTagValue(name, value);
}

/** The keys of people. */
export function keysOf(people: readonly Person[], context: InputContext): Promise<string[]> {
  return Promise.all(people.map(person => keyOf(person, context)));
}

/** The key of a person; another text is left as it is. */
export async function keyOf(person: Person, context: InputContext): Promise<string> {
  return typeof person === 'string' ? person : person.resolve(context);
}
