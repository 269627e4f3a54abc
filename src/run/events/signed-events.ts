// Events that a command has signed itself, as a source for publishing: all at once, and nothing is read.

import type { Event } from '../../protocol/event.ts';
import { ParsedEvent } from '../../protocol/parsed-event.ts';
import type { CommandKey } from '../signing.ts';
import type { Deliver } from './event-source.ts';

export class SignedEvents {
  readonly key: CommandKey;
  readonly isBulk = false;
  isWhole = false;
  readonly #events: readonly Event[];

  constructor(events: readonly Event[], key: CommandKey) {
    this.#events = events;
    this.key = key;
  }

  stop(): void {}

  async deliver(to: Deliver): Promise<void> {
    this.isWhole = await to(this.#events.map(event => new ParsedEvent(event)));
  }
}
