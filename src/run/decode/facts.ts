// What `decode` prints of a thing: the type first, then what it holds.

/** One line of JSON; keys that are undefined are left out. */
export interface Facts {
  type: string;
  [field: string]: unknown;
}

/** What a word or a value is, or why it is nothing. */
export type Explanation = { facts: Facts; problem?: never } | { facts?: never; problem: string };

/** What may be told. */
export interface Wishes {
  /** Secrets, too. */
  reveal: boolean;
  /** What 64 hex digits are. */
  asId: boolean;
  asPubkey: boolean;
  /** Typed on the command line: there no secret may stand, so more can be told. */
  isTyped: boolean;
}
