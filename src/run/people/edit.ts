// What an edit is: which event, how it is merged, and what it is done with.
import type { EditFlags, PlaceFlags } from '../../flags/edit-flags.ts';
import type { KeyFlags } from '../../flags/key-flags.ts';
import type { NetworkFlags } from '../../flags/network-flags.ts';
import type { Event } from '../../protocol/event.ts';
import type { Signer } from '../../signer/signer.ts';
import type { CommandEnd } from '../command-end.ts';
import type { CommandKey } from '../signing.ts';
import type { Version } from './changes.ts';
import type { Subject } from './newest.ts';
import type { Where } from './where.ts';

export interface EditRunFlags extends EditFlags, PlaceFlags, NetworkFlags, KeyFlags {
  /** Sign though the event would tell the world a secret key. */
  allowNsec?: boolean | undefined;
}

/** What is written, and how. */
export interface Edit {
  subject: Subject;
  /** What it is called in messages: `profile`, `relay list`. */
  noun: string;
  /** Whether it only takes out: then there is no first one to make. */
  removes?: boolean;
  /** The new version of what is there; undefined: there is none. What it does not speak of must stay as it is. */
  merge(current: Event | undefined, signer: Signer): Version | Promise<Version>;
  /** What changes, in lines for people; without it the tags and the content are compared. */
  changes?: ((before: Version, after: Version) => readonly string[]) | undefined;
  /** What helps where a newer version was written meanwhile; without it the same again, which is then merged into that. */
  again?: string | undefined;
  /** What is printed of the event that relays hold; without it the event itself. */
  line?: ((event: Event, holders: readonly string[]) => string) | undefined;
}

/** What an edit is done with. The caller closes the key. */
export interface Editing {
  flags: EditRunFlags;
  where: Where;
  key: CommandKey;
  end: CommandEnd;
}
