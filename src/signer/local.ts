// A key held in this process: 32 bytes in a private field, zeroed by `close()`. Nothing that prints an object
// (JSON, template strings, util.inspect) can reach them.
import { SignerError } from '../errors.ts';
import { type Event, type EventTemplate, signEvent } from '../protocol/event.ts';
import { publicKeyOf } from '../protocol/keys.ts';
import type { Signer } from './signer.ts';

export class LocalSigner implements Signer {
  readonly publicKey: string;
  #secret: Uint8Array | undefined;

  /**
   * Takes the 32 bytes over, without a copy: whoever made them must not use them again.
   * Throws `InvalidKey` for bytes that are no key.
   */
  constructor(secret: Uint8Array) {
    this.publicKey = publicKeyOf(secret);
    this.#secret = secret;
  }

  async sign(template: EventTemplate): Promise<Event> {
    if (!this.#secret) throw new SignerError('the signer is closed', { code: 'signer_closed' });
    return signEvent(template, this.#secret);
  }

  close(): void {
    this.#secret?.fill(0);
    this.#secret = undefined;
  }

  toJSON(): { publicKey: string } {
    return { publicKey: this.publicKey };
  }

  toString(): string {
    return `LocalSigner(${this.publicKey})`;
  }
}
