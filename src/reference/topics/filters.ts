// `nost help filters`: how a query says which events it wants.

export const FILTERS = `Filters

  nost req -k note -a npub1... -l 20 wss://relay.example
  nost req -k 1,6 -t t=nostr -t t=bitcoin --since 2h wss://relay.example
  nost req --filter '{"kinds":[0],"limit":5}' wss://relay.example
  nost req --filter @filters.json -a npub1... wss://relay.example
  generate-filters | nost req --filter - wss://relay.example

Flags
  Values of one flag are alternatives. Different flags must all match.
    nost req -k note -k article -a npub1...    notes or articles, by this author
  Most flags can be repeated. Without any flag a filter matches every event.

Identifiers
  -i, -e and e tags    64 hex digits, note or nevent
  -a, -p and p tags    64 hex digits, npub, nprofile, a NIP-05 name
                       (name@domain, or a domain alone), or an account of
                       yours, in this order
  a tags               kind:pubkey:identifier or naddr
  "nostr:" in front of a code is accepted, and the link of a web client that
  holds a code (https://njump.me/nevent1...); the host is not asked. A code with
  a typing error is a usage error and is never sent.

Kinds
  -k takes numbers, names, ranges and commas: -k 1,7 -k article -k 30000-30009
  One filter can hold 1000 kinds. nost help kinds lists the names.

Tags
  -t NAME=VALUE matches a tag. Relays index only names of one letter.
  -e ID is -t e=ID, -p KEY is -t p=KEY, -d TEXT is -t d=TEXT.

Times
  --since and --until include their ends. They take
    1700000000                    unix seconds
    2024-05-01, 2024-05-01T12:00Z ISO 8601; UTC unless a zone is given
    90s 15m 2h30m 3d 1w           this long before now
    now, today, yesterday         the last two: their midnight, UTC
  A time in milliseconds, and a --since later than --until, are usage errors.

How many
  -l, --limit N   each relay sends at most N stored events
  --all           all stored events, page by page; --limit is the page size
  -n N            nost ends after N events, counted over all relays

Whole filters
  --filter JSON, --filter @FILE or --filter - (stdin) gives filters as in
  NIP-01: an object, an array, or one object on each line. All of them go into
  one REQ. The other flags narrow each of them: lists are intersected, the
  later --since, the earlier --until and the smaller --limit are used.
    nost req --filter '{"kinds":[1],"#t":["nostr"]}' --since 1d

Search
  --search TEXT asks relays for full text search (NIP-50).

What comes back is checked: an event with a wrong id or signature, or one that
does not match the filter, is dropped and counted as invalid.
`;
