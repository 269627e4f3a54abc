// `nost help relays`: naming relays, reaching them, and what happens while they answer or do not.

export const RELAYS = `Relays

  nost req -k note -l 20 wss://a.example wss://b.example
  nost req -k note -l 20 --relays-file relays.txt
  nost req -k note --proxy socks5h://127.0.0.1:9050 wss://relay.example
  nost req --all -a npub1... --report endings.jsonl wss://relay.example

Naming relays
  Relays stand last on the line.
  --relays-file FILE adds those in a file, one on each line; # starts a comment.
  If you name none, NOST_RELAYS is used (separated by spaces or commas).
  If that is empty, too, req asks the relays that its codes (-i -a -e -p and
  tags) or the domains of names hold, and says so. fetch begins with those.
  Hosts that others name are no private addresses without --allow-private.
  A relay is a URL (wss://relay.example) or a host name with a dot. A bare host
  name gets wss://, a loopback address and localhost get ws://. Any other word
  is an unknown relay: short names for relays (aliases) are not there yet.
  Two URLs that differ only in the slash of an empty path, the case of the host
  or the default port are one relay.

Proxies
  --proxy URL     http://, https://, socks5:// (nost resolves host names) or
                  socks5h:// (the proxy resolves them, so they do not reach your
                  DNS server; use it for Tor). HTTP proxies resolve them, too.
                  user:password@ may stand before the host. Ports default to
                  80, 443 and 1080. --proxy '' uses no proxy.
  Without it the variables of curl count: https_proxy or HTTPS_PROXY for wss://,
  http_proxy (lower case only) for ws://, all_proxy or ALL_PROXY for both.
  no_proxy or NO_PROXY lists exceptions: example.com (and all names below it),
  host:port, 10.0.0.0/8, or * for all.
  Two differences from curl: relays on this computer are never reached through
  a proxy from the environment, and --proxy is used for every relay, whatever
  no_proxy says. NIP-11 documents take the same way.

TLS
  --cacert FILE   also trust the authorities in this PEM file, for relays and
                  https:// proxies
  --insecure      accept any certificate of a relay; a warning says so

Headers and compression
  -H 'Name: value' goes with every handshake and HTTP request, but not to relays
  that codes, relay lists or domains name. Values are replaced on stderr and in
  traces, but other users of this computer can read the command line.
  --deflate offers compression. It saves traffic and costs time. A frame may not
  inflate to more than 16 MiB. HTTP redirects are not followed.

Outbox (NIP-65)
  People say in kind 10002 where they write and where they read. The relays you
  name, or NOST_RELAYS, are asked for these lists; nost outbox prints them.
  req --outbox asks at most 3 relays for each author, 100 in all, and your own
  for authors without a list.
  publish --outbox sends an event to its author's write relays (at most 10) and
  to the read relays (3 each) of those in its p tags, 20 in all; a follow list
  or another list of people addresses nobody, a gift wrap goes to its reader's
  inboxes (10050). The relays you name take what has no place else, and relay
  lists. --require counts the relays of each event. People without a list are
  named on stderr; --dry-run tells where events would go.
  profile and outbox ask those relays and where the person writes, and send what
  they write there; with --relay they write to the relays it names, and to no
  other.

Authentication (NIP-42)
  --auth signs the challenge of these relays with your key (nost help keys).
  Relays that others name (codes, relay lists) are not authenticated to.

Traces
  --trace prints every frame on stderr, cut after 2,000 characters. --trace=FILE
  writes whole frames with the date to a file that only you can read. The file
  needs the "=". With --log-format json a line on stderr is
  {"type":"trace","time":...,"relay":...,"what":...,"text":...};
  what: open sent received closed failed. Secrets are replaced.

Recordings
  --record FILE writes everything that passes into a file that only you can
  read: frames with their times, NIP-11 answers, endings. Secrets are replaced.
  nost serve --replay FILE plays the relays of it: the same command prints the
  same bytes again.

Streams: req --stream, req --new
  --stream prints stored events and then what comes; --new only what comes.
  After a disconnect, a restart, a sleep of the computer or an unanswered ping
  nost connects again, as often as needed. The waits grow up to a minute. What
  was missed is read in pages, starting five minutes before the newest event
  seen (two days for gift wraps, because their times are random), and printed
  once. In reports "complete" is false while the relay is away.
  A relay that never answered is tried again while another one answers. If none
  ever did, the command ends: with 5 if none could be reached. --retry N allows
  more attempts before that. A relay that refuses is not asked again.

Paging: req --all
  Relays send only so many events for one request. --all asks again for older
  ones until nothing comes. If one second holds more events than the relay sends
  at once, nost splits the request by the lists in the filter, by kind and by
  the authors seen. The second counts as complete only when each part was, or
  when the relay's COUNT agrees. The oldest second is treated the same way: with
  ten events or more, nothing else shows that the relay sent them all. If
  something may be missing, the relay ends with "gap" and the exit code is 3.
  --all --stream continues with what comes.

Limits of relays (NIP-11)
  A query that is too large for a relay is sent in several parts. --limit then
  holds for each part. nost relay-info shows the limits of a relay.

Verification
  Every event is checked, on all cores when there are many. nost uses
  libsecp256k1 if it is installed, after testing it with known answers:
    Debian, Ubuntu  apt install libsecp256k1-1
    Fedora          dnf install libsecp256k1
    Arch            pacman -S libsecp256k1
    macOS           brew install secp256k1
  Otherwise it uses WebAssembly or JavaScript, which are slower.
  nost --version --json tells which. NOST_VERIFY=native, wasm or noble forces
  one. req --no-verify does not check ids and signatures. The same library
  opens many encrypted messages (dm read), unless another one is forced.
`;
