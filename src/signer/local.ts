// Signs with a key in this process: 32 bytes in a private field, zeroed by `close()`. Nothing that prints an object
// (JSON, template strings, util.inspect) can show them.
import { SignerError } from '../errors.ts';
import { type Event, type EventTemplate, eventId } from '../protocol/event.ts';
import { publicKeyOf } from '../protocol/keys.ts';
import { KnownSecrets } from '../protocol/known-secrets.ts';
import type { Agree } from '../protocol/nip44.ts';
import { signId } from '../protocol/signature.ts';
import type { Agreement, Machine } from './agreement.ts';
import type { SignId } from './bulk-signing.ts';
import { ConversationKeys } from './conversation-keys.ts';
import type { Signer } from './signer.ts';

/** With more events than these what signs a bulk is opened, which takes as long as so many signatures. */
const FEW = 8;

/** The same for agreements with others. */
const FEW_AGREEMENTS = 4;

export class LocalSigner implements Signer {
  readonly publicKey: string;
  #secret: Uint8Array | undefined;
  /** The same secret by its hashes. */
  #own: KnownSecrets | undefined;
  #signatures = 0;
  #signId: SignId = signId;
  readonly #conversations = new ConversationKeys();
  readonly #machine: Machine | undefined;
  #agreements = 0;
  #opening: Promise<void> | undefined;
  #fast: Agreement | undefined;

  /**
   * Takes ownership of the 32 bytes without a copy: the caller must not use them again. `machine` says what there may be that
   * is faster than JavaScript; undefined: nothing.
   * Throws `InvalidKey` for bytes that are not a valid key.
   */
  constructor(secret: Uint8Array, machine?: Machine) {
    this.publicKey = publicKeyOf(secret);
    this.#secret = secret;
    this.#machine = machine;
  }

  async sign(template: EventTemplate): Promise<Event> {
    if (++this.#signatures === FEW) await this.#openBulk();
    const { created_at, kind, tags, content } = template;
    const unsigned = { pubkey: this.publicKey, created_at, kind, tags, content };
    const id = eventId(unsigned);
    return { id, ...unsigned, sig: this.#signId(id, this.#open()) };
  }

  async #openBulk(): Promise<void> {
    const { openBulkSigning } = await import('./bulk-signing.ts');
    this.#signId = (await openBulkSigning()) ?? signId;
  }

  async nip44Encrypt(peer: string, text: string): Promise<string> {
    const { conversationKey, encryptPayload } = await import('../protocol/nip44.ts');
    const agree = await this.#agree();
    const secret = this.#open();
    return encryptPayload(
      text,
      this.#conversations.of(peer, () => conversationKey(secret, peer, agree)),
    );
  }

  async nip44Decrypt(peer: string, payload: string): Promise<string> {
    const { conversationKey, decryptPayload } = await import('../protocol/nip44.ts');
    const agree = await this.#agree();
    const secret = this.#open();
    return decryptPayload(
      payload,
      this.#conversations.of(peer, () => conversationKey(secret, peer, agree)),
    );
  }

  async nip04Encrypt(peer: string, text: string): Promise<string> {
    const { encryptLegacy } = await import('../protocol/nip04.ts');
    return encryptLegacy(text, this.#open(), peer);
  }

  async nip04Decrypt(peer: string, payload: string): Promise<string> {
    const { decryptLegacy } = await import('../protocol/nip04.ts');
    const agree = await this.#agree();
    return decryptLegacy(payload, this.#open(), peer, agree);
  }

  /** What agrees faster than JavaScript, where that pays; undefined: nothing. */
  async #agree(): Promise<Agree | undefined> {
    if (this.#machine && ++this.#agreements >= FEW_AGREEMENTS) {
      this.#opening ??= this.#openAgreement(this.#machine);
      await this.#opening;
    }
    return this.#fast?.agree;
  }

  async #openAgreement(machine: Machine): Promise<void> {
    const { openAgreement } = await import('./agreement.ts');
    const opened = await openAgreement(machine);
    if (this.#secret) this.#fast = opened;
  }

  isRevealedBy(text: string): boolean {
    if (!this.#own) {
      this.#own = new KnownSecrets();
      this.#own.add(this.#open());
    }
    return this.#own.areIn(text);
  }

  close(): void {
    this.#secret?.fill(0);
    this.#conversations.clear();
    this.#fast?.close();
    this.#secret = undefined;
  }

  #open(): Uint8Array {
    if (!this.#secret) throw new SignerError('the signer is closed', { code: 'signer_closed' });
    return this.#secret;
  }

  toJSON(): { publicKey: string } {
    return { publicKey: this.publicKey };
  }

  toString(): string {
    return `LocalSigner(${this.publicKey})`;
  }
}
