// A wallet over its relays (NIP-47): what it says it can do, requests, and the responses that are truly its own. The
// relays are those of the URI that the user was given, so they count as named. Each request is signed once: sent again on
// another connection it is the same event, which no wallet carries out twice.
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import type { NetworkFlags } from '../../flags/network-flags.ts';
import type { Event } from '../../protocol/event.ts';
import { parseReason } from '../../protocol/message.ts';
import { InvalidPayload } from '../../protocol/nip44.ts';
import {
  InvalidResponse,
  parseResponse,
  readWalletInfo,
  responseFault,
  stringifyRequest,
  WALLET_ERRORS,
  WALLET_INFO_KIND,
  WALLET_RESPONSE_KIND,
  type WalletEncryption,
  type WalletError,
  type WalletInfo,
  type WalletRequest,
  type WalletResponse,
  walletRequest,
} from '../../protocol/nip47.ts';
import { quote } from '../../protocol/quote.ts';
import { type EndReason, endingFailure } from '../../relay/link/outcome.ts';
import { RelayLink } from '../../relay/link/relay-link.ts';
import type { Signer } from '../../signer/signer.ts';
import { type Wallet, Wallets } from '../../signer/stores/wallets.ts';
import { openWallet } from '../../signer/wallet-secret.ts';
import { connectionOptions } from '../relays.ts';
import { signChallenge } from '../signing.ts';
import { NOBODY_LISTENS } from './delivery.ts';
import { type Answered, exchange } from './exchange.ts';
import { WalletRelays } from './wallet-relays.ts';

/** How the relays of a wallet are reached: it names them itself. */
export type WalletFlags = Omit<NetworkFlags, 'relaysFile'>;

/** A request that is signed, and can be sent as often as it takes. */
export interface SealedRequest {
  readonly method: WalletRequest['method'];
  readonly event: Event;
}

/** Relays of a wallet that are tried. */
const MOST_RELAYS = 5;

export class WalletClient {
  readonly wallet: Wallet;
  readonly #context: Context;
  readonly #flags: WalletFlags;
  readonly #signer: Signer;
  readonly #signal: AbortSignal;
  readonly #relays: WalletRelays;
  readonly #told = new Set<string>();
  #encryption: WalletEncryption = 'nip04';
  #isGuessed = false;

  private constructor(
    wallet: Wallet,
    parts: {
      context: Context;
      flags: WalletFlags;
      signer: Signer;
      signal: AbortSignal;
      relays: WalletRelays;
    },
  ) {
    this.wallet = wallet;
    this.#context = parts.context;
    this.#flags = parts.flags;
    this.#signer = parts.signer;
    this.#signal = parts.signal;
    this.#relays = parts.relays;
  }

  /** Opens the secret of the wallet that is named, or of the only one. Connects nowhere yet. Throws `SignerError`. */
  static async open(
    name: string | undefined,
    { context, flags, signal }: { context: Context; flags: WalletFlags; signal: AbortSignal },
  ): Promise<WalletClient> {
    const environment = { ...context.keys, signal };
    const wallet = await new Wallets(environment).find(name);
    const signer = await openWallet(wallet, environment);
    const own = Promise.resolve(signer);
    const urls = wallet.relays.slice(0, MOST_RELAYS);
    const connection = await connectionOptions(
      flags,
      context,
      // The key of the connection is known to nobody but the wallet: it tells nothing of its owner.
      (relay, challenge) => signChallenge(own, relay, challenge, context.now()),
      new Set(urls),
    );
    const newLink = (relay: string) =>
      new RelayLink(relay, {
        connection: { ...connection, signal },
        onRetry: (reason, waitMs) =>
          context.log.detail({ type: 'retry', relay, wait_ms: Math.round(waitMs), message: reason }),
      });
    const onUseless = (relay: string, { end, reason }: EndReason) =>
      context.log.detail({ type: 'end', relay, end, reason, message: reason || end });
    const relays = new WalletRelays({ relays: urls, retry: flags.retry, newLink, onUseless });
    return new WalletClient(wallet, { context, flags, signer, signal, relays });
  }

  /** What the wallet says it can do. Throws a `Failure` when it cannot be reached, or knows no encryption of ours. */
  async info(): Promise<WalletInfo | undefined> {
    const { wallet, name } = this.wallet;
    const answered = await this.#relays.ask(connection =>
      exchange<WalletInfo>(connection, {
        filter: { kinds: [WALLET_INFO_KIND], authors: [wallet], limit: 1 },
        event: undefined,
        take: event =>
          event.kind === WALLET_INFO_KIND && event.pubkey === wallet ? readWalletInfo(event) : undefined,
        timeout: this.#flags.relayTimeout,
        signal: this.#signal,
      }),
    );
    if (!('answer' in answered)) {
      if (answered.ended.end !== 'eose') throw this.#unreached(answered.ended);
      const message = `${name} does not say what it can do: NIP-04 is tried`;
      this.#context.log.note({ type: 'notice', message });
      this.#isGuessed = true;
      return undefined;
    }
    const { encryption } = answered.answer;
    if (encryption === undefined)
      throw new Failure('refused', `the wallet ${name} knows neither NIP-44 nor NIP-04`, {
        code: 'wallet_refused',
      });
    this.#encryption = encryption;
    return answered.answer;
  }

  /** Requests are encrypted in NIP-44 from now on; false where the wallet said what it knows. */
  tryNip44(): boolean {
    const isGuessed = this.#isGuessed;
    if (isGuessed) this.#encryption = 'nip44_v2';
    this.#isGuessed = false;
    return isGuessed;
  }

  /** Signs a request, which the wallet ignores after the time of `--relay-timeout`. */
  async seal(request: WalletRequest): Promise<SealedRequest> {
    const { wallet } = this.wallet;
    const text = stringifyRequest(request);
    const content =
      this.#encryption === 'nip04'
        ? await this.#signer.nip04Encrypt(wallet, text)
        : await this.#signer.nip44Encrypt(wallet, text);
    const now = Math.floor(this.#context.now() / 1000);
    const expiration = now + Math.max(Math.ceil(this.#flags.relayTimeout / 1000), SHORTEST_LIFE);
    const template = walletRequest({ wallet, content, encryption: this.#encryption, now, expiration });
    return { method: request.method, event: await this.#signer.sign(template) };
  }

  /** Sends a request, and waits at most so many milliseconds for a response: the first that concludes, where that is asked. */
  send(
    { event, method }: SealedRequest,
    timeout: number,
    {
      signal = this.#signal,
      concludes = () => true,
    }: { signal?: AbortSignal; concludes?: (response: WalletResponse) => boolean } = {},
  ): Promise<Answered<WalletResponse>> {
    const client = this.#signer.publicKey;
    const { wallet } = this.wallet;
    const asked = { client, request: event.id, method };
    return this.#relays.ask(connection =>
      exchange(connection, {
        filter: { kinds: [WALLET_RESPONSE_KIND], authors: [wallet], '#p': [client], '#e': [event.id] },
        event,
        take: async event => {
          const response = await this.#read(event, asked);
          return response && concludes(response) ? response : undefined;
        },
        timeout,
        signal,
      }),
    );
  }

  /** The result of a request that changes nothing. Throws a `Failure`. */
  async ask(request: WalletRequest): Promise<Record<string, unknown>> {
    const answered = await this.send(await this.seal(request), this.#flags.relayTimeout);
    if (!('answer' in answered)) throw this.#unreached(answered.ended);
    const { result, error } = answered.answer;
    if (result) return result;
    if (error?.code === UNSUPPORTED_ENCRYPTION && this.tryNip44()) return this.ask(request);
    throw walletRefused(this.wallet.name, error!);
  }

  /** Closes the connections, and forgets the secret. */
  async close(): Promise<void> {
    await this.#relays.close();
    this.#signer.close();
  }

  /** A response that is the wallet's, and to this; what cannot be read is told, and a better one may follow. */
  async #read(
    response: Event,
    asked: { client: string; request: string; method: WalletRequest['method'] },
  ): Promise<WalletResponse | undefined> {
    const fault = responseFault(response, { ...asked, wallet: this.wallet.wallet });
    if (fault !== undefined) return this.#ignored(`it is not for us: its ${fault} is another`);
    try {
      return parseResponse(await this.#decrypt(response.content), asked.method);
    } catch (error) {
      if (error instanceof InvalidPayload) return this.#ignored('it cannot be decrypted');
      if (error instanceof InvalidResponse) return this.#ignored(error.message);
      throw error;
    }
  }

  async #decrypt(content: string): Promise<string> {
    const { wallet } = this.wallet;
    const { isLegacyPayload } = await import('../../protocol/nip04.ts');
    return isLegacyPayload(content)
      ? this.#signer.nip04Decrypt(wallet, content)
      : this.#signer.nip44Decrypt(wallet, content);
  }

  /** Told once, however many there are. */
  #ignored(why: string): undefined {
    if (this.#told.has(why)) return;
    this.#told.add(why);
    const message = `a response of ${this.wallet.name} is ignored: ${why}`;
    this.#context.log.warn({ type: 'warning', message });
  }

  #unreached(ended: EndReason): Failure {
    this.#signal.throwIfAborted(); // then that is why
    return walletSilent(this.wallet.name, ended, this.#flags.relayTimeout);
  }
}

/** Seconds that a request is good for at least: clocks differ. */
const SHORTEST_LIFE = 10;

/** The error of a wallet that cannot read a request. */
export const UNSUPPORTED_ENCRYPTION = 'UNSUPPORTED_ENCRYPTION';

/** The wallet was reached, and said no. */
export function walletRefused(name: string, { code, message }: WalletError): Failure<'refused'> {
  const meaning = Object.hasOwn(WALLET_ERRORS, code) ? WALLET_ERRORS[code] : undefined;
  const word = /^[A-Z_]{1,40}$/.test(code) ? code : quote(code);
  const said = message === '' ? (meaning ?? 'it gives no reason') : quote(message, 200);
  const what = meaning === undefined || message === '' ? said : `${meaning}: ${said}`;
  return new Failure('refused', `the wallet ${name} refused (${word}): ${what}`, { code: 'wallet_refused' });
}

const IS_IT_ON = 'Is it switched on, and does the connection still exist there?';

/** What is said of a wallet that gave none within so many milliseconds. */
export function noAnswer(name: string, ms: number): string {
  return `the wallet ${name} does not answer within ${ms / 1000} s`;
}

/** The wallet gave no answer; where that is why, not within so many milliseconds. */
export function walletSilent(name: string, ended: EndReason, ms: number): Failure {
  const kind = endingFailure({ ...ended, complete: false });
  const why = ended.reason === '' ? ended.end : ended.reason;
  if (ended.end === 'timeout')
    return new Failure('timeout', noAnswer(name, ms), {
      hint: `${IS_IT_ON} --relay-timeout 1m waits longer.`,
    });
  if (parseReason(ended.reason).prefix === NOBODY_LISTENS)
    return new Failure('unreachable', `the wallet ${name} does not listen at its relay: ${why}`, {
      hint: IS_IT_ON,
    });
  if (kind === 'unreachable') return new Failure(kind, `the wallet ${name} cannot be reached: ${why}`);
  if (kind === 'auth') return new Failure(kind, `the relay of the wallet ${name} wants another key: ${why}`);
  return new Failure('refused', `the relay of the wallet ${name} refuses: ${why}`, {
    code: 'wallet_refused',
  });
}
