// `nost help filters`.

export const FILTERS = `Filters

  nost req -k note -a npub1... -l 20 wss://relay.example
  nost req -k 1,6 -t t=nostr -t t=bitcoin --since 2h wss://relay.example
  nost req --filter '{"kinds":[0],"limit":5}' wss://relay.example
  nost req --filter @filters.json -a npub1... wss://relay.example
  generate-filters | nost req --filter - wss://relay.example

Values of one flag are alternatives; different flags must all hold.
  -i --id        event ids: hex, note or nevent
  -a --author    authors: hex, npub or nprofile
  -k --kind      kinds: numbers, ranges and names (nost help kinds)
  -t --tag       NAME=VALUE for tags of a single letter
  -e -p -d       short for -t e=, -t p=, -t d=
  --since        the oldest time, inclusive
  --until        the newest time, inclusive
  -l --limit     how many stored events at most
  --search       full text search, on relays that have it (NIP-50)

--filter gives whole filters; it can be repeated, and the other flags narrow
each of them. It takes JSON, @FILE, or - for stdin: one filter or an array of
filters.

Times are unix seconds, ISO 8601 (UTC unless it names a zone), or a duration
back from now: 90s 15m 2h 3d 1w.

Identifiers may be nostr: URIs. One that cannot be decoded is an error (exit 2);
nothing is sent.

A relay may send more than it was asked for: events that do not match are
dropped and counted as invalid.
`;
