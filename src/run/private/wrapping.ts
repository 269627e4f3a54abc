// Wraps for a command: the rumor that the flags describe, or each draft of stdin, for every recipient (NIP-59). All wraps
// of a rumor are made before one is printed; a draft that cannot be wrapped is reported and skipped.
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import { type EventFlags, type FlaggedEvent, readEventFlags } from '../../flags/event-flags.ts';
import type { KeyFlags } from '../../flags/key-flags.ts';
import type { LookupFlags } from '../../flags/network-flags.ts';
import { keysOf, type Person } from '../../flags/people.ts';
import type { EventItem } from '../../input/event-values.ts';
import { InvalidEvent, stringifyEvent } from '../../protocol/event.ts';
import { isHex32 } from '../../protocol/hex.ts';
import { CHAT, PRIVATE_KINDS } from '../../protocol/nip17.ts';
import { InvalidPayload } from '../../protocol/nip44.ts';
import {
  EPHEMERAL_WRAP_KIND,
  giftWrap,
  type Rumor,
  stringifyRumor,
  WRAP_KIND,
} from '../../protocol/nip59.ts';
import { quote } from '../../protocol/quote.ts';
import { untilEnd } from '../command-end.ts';
import {
  checkFlagged,
  completeEvent,
  type Draft,
  flagsFault,
  InvalidDraft,
  isSigned,
  readDraft,
} from '../events/draft.ts';
import { BadLines, openLines, readItems } from '../events/event-input.ts';
import { readsStdin } from '../events/event-source.ts';
import { inputOf } from '../lookup/names.ts';
import { CommandKey } from '../signing.ts';
import { extendedWarning } from './extended-warning.ts';

export interface WrapFlags extends EventFlags, KeyFlags, LookupFlags {
  ephemeral?: boolean | undefined;
  failEarly?: boolean | undefined;
}

/** Of a rumor. Its wrap is twice as long, and must be a line that unwrap reads: at most 16 MiB. */
const MOST_BYTES = 7 * 2 ** 20;

/** Prints the wraps. `to`: for whom; nobody: the `p` tags of each rumor. Throws the failure that bad lines amount to. */
export async function wrapRumors(
  context: Context,
  args: readonly string[],
  flags: WrapFlags,
  to: readonly Person[],
): Promise<void> {
  const { deadline, stdout } = context;
  const { signal } = deadline;
  const fromStdin = readsStdin(args, flags);
  const key = await CommandKey.open(flags, context, fromStdin || flags.contentFile === '-', signal);
  await untilEnd(deadline, UNWRAPPED, async end => {
    try {
      const input = inputOf(context, signal, flags);
      const flagged = await readEventFlags(flags, input);
      const wrapping = new Wrapping(context, flags, { flagged, to: await keysOf(to, input), key });
      if (fromStdin) await wrapping.drafts(args.includes('-'));
      else await wrapping.one();
      (await end.flush(stdout))();
      end.check(UNWRAPPED);
    } catch (error) {
      if (!context.signal.aborted && !stdout.readerGone.aborted) throw error;
    } finally {
      await key.close();
    }
  });
}

const UNWRAPPED = 'before everything was wrapped';

interface Parts {
  /** What the flags say of each rumor. */
  flagged: FlaggedEvent;
  /** Public keys. */
  to: readonly string[];
  key: CommandKey;
}

class Wrapping {
  readonly #context: Context;
  readonly #flags: WrapFlags;
  readonly #parts: Parts;
  readonly #tellLong: (payload: string) => void;

  constructor(context: Context, flags: WrapFlags, parts: Parts) {
    this.#context = context;
    this.#flags = flags;
    this.#parts = parts;
    this.#tellLong = extendedWarning(context, 'a sealed event');
  }

  /** Wraps what the flags describe. */
  async one(): Promise<void> {
    try {
      await this.#context.stdout.lines(await this.#wrap({ filled: this.#parts.flagged, claims: {} }));
    } catch (error) {
      if (error instanceof InvalidPayload) throw new UsageError(error.message, { code: 'bad_value' });
      throw flagsFault(error);
    }
  }

  /** Wraps each draft of stdin. */
  async drafts(explicit: boolean): Promise<void> {
    const { stdout } = this.#context;
    const { signal } = this.#context.deadline;
    const badLines = new BadLines('stdin', this.#context, this.#flags.failEarly ?? false);
    const input = openLines(this.#context, explicit, 'nothing to wrap: give -m TEXT, or drafts on stdin');
    const stop = () => input.destroy();
    for (const end of [signal, stdout.readerGone]) end.addEventListener('abort', stop);
    try {
      for await (const items of readItems(input, 'stdin')) {
        for (const item of items) {
          const wraps = await this.#draft(item, badLines);
          await stdout.lines(wraps);
          if (signal.aborted || stdout.readerGone.aborted) return;
        }
      }
    } catch (error) {
      throw badLines.over(error);
    }
    if (badLines.failure && !signal.aborted) throw badLines.failure;
  }

  /** The wraps of one draft; none when it is reported. */
  async #draft(item: EventItem, badLines: BadLines): Promise<string[]> {
    try {
      if ('problem' in item) throw new InvalidDraft(item.problem);
      if ('event' in item || isSigned(item.value)) throw new InvalidDraft(SIGNED);
      return await this.#wrap(readDraft(item.value, this.#parts.flagged));
    } catch (error) {
      const problem = problemOf(error);
      if (problem === undefined) throw error;
      await badLines.report(item.line, problem);
      return [];
    }
  }

  /** One line for each recipient. */
  async #wrap({ filled: { kind = CHAT, ...rest }, claims }: Draft): Promise<string[]> {
    checkFlagged({ kind, ...rest });
    const { key, to } = this.#parts;
    const signer = await key.signer();
    const now = () => Math.floor(this.#context.now() / 1000);
    const { allowNsec = false } = this.#flags;
    const addressed = withRecipients({ kind, ...rest }, to, signer.publicKey);
    const rumor = completeEvent(addressed, signer, { allowNsec, now }, claims);
    const lines: string[] = [];
    if (Buffer.byteLength(stringifyRumor(rumor)) > MOST_BYTES)
      throw new InvalidDraft(`it is larger than ${MOST_BYTES / 2 ** 20} MiB, too large for a wrap`);
    for (const recipient of recipientsOf(rumor, to)) {
      const kind = this.#flags.ephemeral ? EPHEMERAL_WRAP_KIND : WRAP_KIND;
      const wrap = await giftWrap(rumor, recipient, signer, { now: now(), kind });
      this.#tellLong(wrap.content);
      lines.push(stringifyEvent(wrap));
    }
    return lines;
  }
}

/** What makes a draft or a recipient unusable; undefined for any other error. */
function problemOf(error: unknown): string | undefined {
  const isOfDraft =
    error instanceof InvalidDraft || error instanceof InvalidEvent || error instanceof InvalidPayload;
  return isOfDraft ? error.message : undefined;
}

/** Nobody could deny it. */
const SIGNED = "it is signed, which a rumor must not be: take its sig away (jq -c 'del(.sig)')";

/** A chat message tells who takes part in it. */
function withRecipients(
  event: FlaggedEvent & { kind: number },
  to: readonly string[],
  own: string,
): FlaggedEvent {
  if (!PRIVATE_KINDS.includes(event.kind) || event.tags.some(([name]) => name === 'p')) return event;
  const others = to.filter(pubkey => pubkey !== own);
  const people = others.length > 0 ? others : to;
  return { ...event, tags: [...event.tags, ...people.map(pubkey => ['p', pubkey])] };
}

/** Each once. */
function recipientsOf({ tags }: Rumor, to: readonly string[]): Set<string> {
  if (to.length > 0) return new Set(to);
  const people = tags.filter(([name]) => name === 'p').map(([, pubkey]) => pubkey);
  const wrong = people.find(pubkey => !isHex32(pubkey));
  if (people.includes(undefined) || wrong !== undefined)
    throw new InvalidDraft(`a p tag must hold a public key, not ${quote(wrong)}`);
  if (people.length === 0)
    throw new InvalidDraft('nobody to wrap it for: name a recipient with --to KEY, or in a p tag');
  return new Set(people as string[]);
}
