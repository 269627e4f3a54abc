// `nost fetch`: the events that codes name, wherever they are.
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import { type FlagsOf, flags, list, on } from '../../flags/flag.ts';
import { KEY_FLAGS } from '../../flags/key-flags.ts';
import { NETWORK_FLAGS } from '../../flags/network-flags.ts';
import { AccountName, keyOf, parsePerson } from '../../flags/people.ts';
import { isNip05Like, type Nip05Name, parseNip05 } from '../../protocol/nip05.ts';
import { InvalidEntity } from '../../protocol/nip19.ts';
import { quote } from '../../protocol/quote.ts';
import { normalizeRelayUrl } from '../../protocol/relay-url.ts';
import { type CommandEnd, untilEnd } from '../../run/command-end.ts';
import { BadLines, openLines, readInputLines } from '../../run/events/event-input.ts';
import { Fetch } from '../../run/lookup/fetch.ts';
import { NameLookups } from '../../run/lookup/name-lookups.ts';
import { inputOf } from '../../run/lookup/names.ts';
import { NoSuchName } from '../../run/lookup/nip05.ts';
import { parseWanted, type Wanted, wantedNowhere, wantedProfile } from '../../run/lookup/wanted.ts';
import { refuseFiles, refuseRelays } from '../../run/network/relay-words.ts';
import { relaysIfAny } from '../../run/relays.ts';
import { CommandKey, namesKey } from '../../run/signing.ts';
import { holdsNsec } from '../../signer/secret-text.ts';
import { command, type Invocation } from '../command.ts';

const FLAGS = {
  ...flags('Fetch', {
    relay: list('--relay <url>', 'also look here (repeatable; default: NOST_RELAYS)', normalizeRelayUrl),
    envelope: on('--envelope', 'print {"relay","stored","received_at","event"} instead of the bare event'),
    auth: on('--auth', 'authenticate to the relays you named when they ask (NIP-42)'),
  }),
  ...KEY_FLAGS,
  ...NETWORK_FLAGS,
};

type FetchFlags = FlagsOf<typeof FLAGS>;

export const fetch = command({
  examples: [
    {
      line: 'nost fetch nevent1…',
      about: 'an event, from the relays its code names or its author writes to',
    },
    { line: 'nost fetch npub1… | jq -r .content', about: "someone's profile" },
    { line: 'nost fetch naddr1… bob@example.com', about: 'several things at once' },
    { line: 'nost fetch - < codes.txt > events.jsonl', about: 'many, in few requests' },
  ],
  exits: ['refused', 'auth', 'unreachable', 'signer', 'io', 'timeout'],
  flags: FLAGS,
  args: [
    {
      spelling: '[code...]',
      description:
        'nevent, note, naddr, npub, nprofile, a hex id, name@domain, or an account of yours; - reads them from stdin',
    },
  ],
  run,
});

/** Codes that are looked for together. */
const AT_ONCE = 1000;

async function run(context: Context, { args, flags }: Invocation<FetchFlags>): Promise<void> {
  refuseRelays(args);
  refuseFiles(args, 'Codes in a file: nost fetch - < FILE.');
  await untilEnd(context.deadline, 'before everything was found', async end => {
    const relays = await relaysIfAny(flags.relay ?? [], context, flags);
    const fromStdin = args.length === 0 || args.includes('-');
    const key =
      flags.auth || namesKey(flags)
        ? await CommandKey.open(flags, context, fromStdin, end.signal)
        : undefined;
    const named = new Set(relays);
    const envelope = flags.envelope ?? false;
    const search = new Fetch(context, {
      flags,
      end,
      named,
      relays,
      envelope,
      key: flags.auth ? key : undefined,
    });
    const badLines = new BadLines('stdin', context, false);
    try {
      const codes = new Codes(context, flags, end);
      await search.some(await codes.ofArgs(args.filter(word => word !== '-')));
      if (fromStdin)
        for await (const some of codes.ofStdin(args.includes('-'), badLines)) await search.some(some);
    } finally {
      await key?.close();
    }
    (await end.flush(context.stdout))();
    if (context.signal.aborted) return;
    end.check('before everything was found');
    if (badLines.failure) throw badLines.failure;
    await search.conclude();
  });
}

/** What is asked for is shown to relays: an identifier may be any text. */
function withoutSecret(wanted: Wanted): Wanted {
  if (!holdsNsec(wanted.key)) return wanted;
  throw new Error('it holds a secret key (nsec), which relays would be shown');
}

/** What the words of the command line, or of stdin, ask for. */
class Codes {
  readonly #context: Context;
  readonly #flags: FetchFlags;
  readonly #end: CommandEnd;

  constructor(context: Context, flags: FetchFlags, end: CommandEnd) {
    this.#context = context;
    this.#flags = flags;
    this.#end = end;
  }

  /** Throws `UsageError` before anything is sent when one is wrong. */
  ofArgs(words: readonly string[]): Promise<Wanted[]> {
    const wanted = words.map(word => {
      try {
        return this.#parse(word, true);
      } catch (error) {
        throw new UsageError((error as Error).message, { code: 'bad_code', hint: TAKEN });
      }
    });
    return this.#resolve(wanted);
  }

  /** Some at a time; a bad word is reported and skipped. */
  async *ofStdin(explicit: boolean, badLines: BadLines): AsyncGenerator<Wanted[]> {
    const source = openLines(this.#context, explicit, 'no code: give codes, or - to read them from stdin');
    this.#end.signal.addEventListener('abort', () => source.destroy());
    let some: (Wanted | Name | Account)[] = [];
    for await (const lines of readInputLines(source, 'stdin')) {
      for (const { number, text, problem } of lines) {
        if (problem !== undefined) await badLines.report(number, problem);
        for (const word of text.split(/\s+/)) {
          if (word === '') continue;
          try {
            some.push(this.#parse(word, false));
          } catch (error) {
            await badLines.report(number, problemOnStdin(word, error as Error));
          }
          if (some.length < AT_ONCE) continue;
          yield await this.#resolve(some);
          some = [];
        }
      }
    }
    if (some.length > 0) yield await this.#resolve(some);
  }

  /** A word with a dot among others may be anything: only one that was typed is taken for a domain. */
  #parse(word: string, isTyped: boolean): Wanted | Name | Account {
    if (isNip05Like(word) && (isTyped || word.includes('@'))) return { text: word, name: parseNip05(word) };
    try {
      return withoutSecret(parseWanted(word));
    } catch (error) {
      const account = isTyped ? accountNamed(word) : undefined;
      if (account === undefined) throw error;
      return { text: word, account };
    }
  }

  #resolve(some: readonly (Wanted | Name | Account)[]): Promise<Wanted[]> {
    const lookups = new NameLookups(this.#context, this.#flags, this.#end.signal);
    return Promise.all(
      some.map(one => {
        if ('key' in one) return one;
        return 'account' in one ? this.#own(one) : this.#lookUp(one, lookups);
      }),
    );
  }

  /** The profile of one's own account. */
  async #own({ text, account }: Account): Promise<Wanted> {
    try {
      return wantedProfile(text, await keyOf(account, inputOf(this.#context, this.#end.signal)), []);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      throw new UsageError(`${quote(text)} is no code, and no account is called so`, {
        code: 'bad_code',
        hint: TAKEN,
      });
    }
  }

  /** A name that belongs to nobody is found nowhere. */
  async #lookUp({ text, name }: Name, lookups: NameLookups): Promise<Wanted> {
    try {
      const { pubkey, relays } = await lookups.find(name);
      return wantedProfile(text, pubkey, relays);
    } catch (error) {
      if (!(error instanceof NoSuchName)) throw error;
      this.#context.log.warn({ type: 'warning', message: error.message });
      return wantedNowhere(text);
    }
  }
}

interface Name {
  text: string;
  name: Nip05Name;
}

interface Account {
  text: string;
  account: AccountName;
}

/** What a word may be, for one that is none of it. */
const TAKEN =
  'fetch takes nevent, note, naddr, npub, nprofile, a hex id, kind:pubkey:identifier, a link that holds a code, name@domain, or an account.';

function accountNamed(word: string): AccountName | undefined {
  try {
    const person = parsePerson(word);
    return person instanceof AccountName ? person : undefined;
  } catch {
    return undefined;
  }
}

/** What is no code may be a part of a secret: it is not quoted unless it claims to be one. */
function problemOnStdin(word: string, error: Error): string {
  const isCode = /^(?:nostr:)?n(?:pub|profile|ote|event|addr)1/i.test(word) || isNip05Like(word);
  return isCode || (error instanceof InvalidEntity && error.hasSuggestion)
    ? error.message
    : 'not a code such as nevent1… or npub1…; it is not shown, for it may be a secret';
}
