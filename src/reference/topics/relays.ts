// `nost help relays`.

export const RELAYS = `Relays

  nost req -k note -l 20 wss://a.example wss://b.example
  nost req -k note -l 20 --relays-file relays.txt
  nost req -k note --proxy socks5h://127.0.0.1:9050 wss://relay.example
  nost req --all -a npub1... --report endings.jsonl wss://relay.example

Naming relays
  They stand last on the line. --relays-file adds those of a file, one per line;
  what follows # is a comment. Where none is named, NOST_RELAYS counts. A host
  name with a dot gets wss://, an address of this machine gets ws://.

Proxies
  --proxy takes http://, https://, socks5:// (names are resolved here) and
  socks5h:// (names are resolved there), with user:password@ where needed;
  --proxy '' uses none. Without it the variables of curl count: https_proxy,
  http_proxy, all_proxy and no_proxy. Relays on this machine are never reached
  by a proxy of the environment. Redirects are not followed.

Certificates and headers
  --cacert FILE trusts the authorities in a PEM file too. --insecure accepts any
  certificate. -H 'Name: value' is sent with every handshake and HTTP request.

Traces
  --trace prints every frame to stderr, cut after 2,000 characters. --trace=FILE
  writes whole frames to a file that only you can read. Secrets are redacted.

All stored events (--all)
  Pages go on until nothing older comes. A second with more events than the
  relay sends at once is asked for again in parts: by the lists of the filter,
  by kind and by author. It counts as complete only when each part was, or when
  the relay's COUNT agrees. What may be missing is a gap: exit 3. A query too
  large for the relay is sent in several requests, by the limits of its
  information document; --limit then holds for each of them.

Streams (--stream, --new)
  They reconnect for ever, with waits that grow to a minute. What was missed is
  paged through, from five minutes before the newest event seen (two days for
  gift wraps, whose times are made up). A relay that was never reached is tried
  again while another one answers. A relay that refuses is not asked again.
  --all --stream goes on with new events after the stored ones.

Several relays are one stream
  Each event is verified, then printed once. An event is recognised as a
  repetition while fewer than 250,000 others lie between.
`;
