// Wraps for a command: the rumor that the flags describe, or each draft of stdin, for every recipient (NIP-59). All wraps
// of a rumor are made before one is printed; a draft that cannot be wrapped is reported and skipped.
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import { type EventFlags, type FlaggedEvent, readEventFlags } from '../../flags/event-flags.ts';
import type { KeyFlags } from '../../flags/key-flags.ts';
import type { EventItem } from '../../input/event-values.ts';
import { InvalidEvent, stringifyEvent } from '../../protocol/event.ts';
import { isHex32 } from '../../protocol/hex.ts';
import { InvalidPayload } from '../../protocol/nip44.ts';
import {
  EPHEMERAL_WRAP_KIND,
  giftWrap,
  type Rumor,
  stringifyRumor,
  WRAP_KIND,
} from '../../protocol/nip59.ts';
import { quote } from '../../protocol/quote.ts';
import {
  checkFlagged,
  completeEvent,
  type Draft,
  InvalidDraft,
  isSigned,
  readDraft,
} from '../events/draft.ts';
import { BadLines, openInput, readItems } from '../events/event-input.ts';
import { flagsFault, readsStdin } from '../events/event-source.ts';
import { CommandKey } from '../signing.ts';
import { extendedWarning } from './extended-warning.ts';

export interface WrapFlags extends EventFlags, KeyFlags {
  ephemeral?: boolean | undefined;
  failEarly?: boolean | undefined;
}

/** The kind of a rumor that says none: a chat message (NIP-17). */
const CHAT = 14;

/** Of a rumor. Its wrap is twice as long, and must be a line that unwrap reads: at most 16 MiB. */
const MOST_BYTES = 7 * 2 ** 20;

/** Chat messages and files: their `p` tags say who takes part (NIP-17). */
const CHAT_KINDS = [CHAT, 15];

/** Prints the wraps. `to`: public keys; none: the `p` tags of each rumor. Throws the failure that bad lines amount to. */
export async function wrapRumors(
  context: Context,
  args: readonly string[],
  flags: WrapFlags,
  to: readonly string[],
): Promise<void> {
  const { signal, stdout } = context;
  const fromStdin = readsStdin(args, flags);
  const key = await CommandKey.open(flags, context, fromStdin || flags.contentFile === '-', signal);
  const wrapping = new Wrapping(context, flags, to, key);
  try {
    if (fromStdin) await wrapping.drafts(args.includes('-'));
    else await wrapping.one();
  } catch (error) {
    if (!signal.aborted && !stdout.readerGone.aborted) throw error;
  } finally {
    await key.close();
  }
}

class Wrapping {
  readonly #context: Context;
  readonly #flags: WrapFlags;
  readonly #to: readonly string[];
  readonly #key: CommandKey;
  readonly #tellLong: (payload: string) => void;

  constructor(context: Context, flags: WrapFlags, to: readonly string[], key: CommandKey) {
    this.#context = context;
    this.#flags = flags;
    this.#to = to;
    this.#key = key;
    this.#tellLong = extendedWarning(context, 'a sealed event');
  }

  /** Wraps what the flags describe. */
  async one(): Promise<void> {
    const flagged = await readEventFlags(this.#flags, this.#context);
    try {
      await this.#context.stdout.lines(await this.#wrap({ filled: flagged, claims: {} }));
    } catch (error) {
      if (error instanceof InvalidPayload) throw new UsageError(error.message, { code: 'bad_value' });
      throw flagsFault(error);
    }
  }

  /** Wraps each draft of stdin. */
  async drafts(explicit: boolean): Promise<void> {
    const { signal, stdout } = this.#context;
    const flagged = await readEventFlags(this.#flags, this.#context);
    const badLines = new BadLines('stdin', this.#context, this.#flags.failEarly ?? false);
    const input = openInput(this.#context, explicit, 'nothing to wrap: give -m TEXT, or drafts on stdin');
    const stop = () => input.destroy();
    for (const end of [signal, stdout.readerGone]) end.addEventListener('abort', stop);
    try {
      for await (const items of readItems(input, 'stdin')) {
        for (const item of items) {
          const wraps = await this.#draft(item, flagged, badLines);
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
  async #draft(item: EventItem, flagged: FlaggedEvent, badLines: BadLines): Promise<string[]> {
    try {
      if ('problem' in item) throw new InvalidDraft(item.problem);
      if ('event' in item || isSigned(item.value)) throw new InvalidDraft(SIGNED);
      return await this.#wrap(readDraft(item.value, flagged));
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
    const signer = await this.#key.signer();
    const now = () => Math.floor(this.#context.now() / 1000);
    const { allowNsec } = this.#flags;
    const addressed = withRecipients({ kind, ...rest }, this.#to, signer.publicKey);
    const rumor = completeEvent(addressed, signer, { allowNsec, now }, claims);
    const lines: string[] = [];
    if (Buffer.byteLength(stringifyRumor(rumor)) > MOST_BYTES)
      throw new InvalidDraft(`it is larger than ${MOST_BYTES / 2 ** 20} MiB, too large for a wrap`);
    for (const recipient of recipientsOf(rumor, this.#to)) {
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
  if (!CHAT_KINDS.includes(event.kind) || event.tags.some(([name]) => name === 'p')) return event;
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
  if (people.length === 0) throw new InvalidDraft('nobody to wrap it for: give --to KEY, or it a p tag');
  return new Set(people as string[]);
}
