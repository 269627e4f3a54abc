// `nost help scripting`: what scripts may rely on. It is tested; a promise here is never quietly changed.

export const SCRIPTING = `Scripting

  nost req -k note -l 100 wss://relay.example | jq -r .content
  nost req --all -k 0 wss://old.example | nost publish - wss://new.example
  nost publish --results - wss://relay.example < events.jsonl |
    jq -c 'select(.ok | not)'
  nost req -f -k note wss://relay.example | while read -r event; do ...; done

Streams
  stdout  data only. Events are JSONL: one event on each line, without spaces,
          keys in the order id pubkey created_at kind tags content sig.
  stderr  messages for people. --log-format json (or NOST_LOG=json) makes each
          line one JSON object with a "type". A command that fails ends with
          {"type":"error","code":...,"message":...,"hint":...}
          (nost help errors).
  -q      only errors on stderr; -qq nothing; -v connections and relay messages
  stdin   is read for "-", and by commands that need input when you name none.
          req reads it only for --filter -. An open, silent stdin never blocks
          a command that does not need it.
  Exit codes: nost help exit-codes. Traces of all frames: nost help relays.

How each relay ended: req --report FILE
  {"relay":"wss://a.example","end":"eose","complete":true,"events":12,
   "invalid":0,"duplicates":3,"reason":"","ms":241}      (on one line)
  end         eose           the relay sent all it has
              limit          -n was reached
              idle, timeout  a time limit ended it
              closed         the relay ended the subscription
              refused        the relay answered with a NOTICE
              auth_required  the relay requires authentication (--auth)
              disconnect     the connection broke
              unreachable    there was no connection
              gap            --all could not read everything
              interrupted    a signal, or the reader of stdout went away
  complete    true only if the relay did its part. A timeout is never EOSE.
  events      printed because this relay sent them first: the sum over all
              relays is the number of lines
  invalid     wrong id or signature, malformed, or not asked for; not printed
  duplicates  another relay sent them first; not printed. Recognized while
              fewer than 250,000 other events lie between them
  ms          from the start of the connection to the end
  With --log-format json the same object is on stderr, with "type":"end".

What each relay said to each event: publish --results
  {"id":...,"relay":...,"ok":true,"status":"accepted","message":"","attempts":1,
   "ms":38}                                              (on one line)
  status      accepted duplicate refused auth_required rate_limited invalid
              timeout disconnect unreachable
  ok          true for accepted and duplicate
  attempts    how often it was sent; 0: accepted in an earlier run (--state)
  Without --results publish prints each event as soon as enough relays accepted
  it (--require), so that commands can be chained:
    nost publish - wss://a.example < events.jsonl |
      nost publish - wss://b.example

Other shapes
  req --envelope    {"relay":...,"stored":true,"received_at":...,"event":{...}}
  keygen            {"npub":...,"pubkey":...,"name":...,"store":...,"path":...}
  decode            {"type":"nevent","id":...,"relays":[...],"author":...,
                    "kind":...}; an event {"type":"event","valid":...,
                    "kind":...,"kind_name":...,"class":...,"tags":[...]}, an
                    invoice {"type":"bolt11","amount_msat":...}; --field NAME
                    prints one value bare, a list one item a line; exit
                    code 1 when there is none
  verify --results  {"line":1,"id":...,"valid":false,"layer":"signature",
                    "reason":...}; layer: json format id signature pow
  unwrap            events without "sig"; --results: nost help private
  relay-info        the NIP-11 document of the relay, and "url"
  relay-check       --format json: {"relay":...,"status":"ok","findings":[...],
                    "ms":{...,"round_trip":...},"certificate_days":...,
                    "newest_event":...,"age":...,"auth":"none"}
                    status: ok warning critical unknown; findings have check,
                    status and message; auth: none required accepted refused.
                    Critical is exit code 1, or 4, 5, 124 where there was no
                    answer; --format nagios alone has 0 ok, 1 warning,
                    2 critical, 3 unknown
  relay-ping        {"type":"ping","relay":...,"seq":1,"ok":true,"ms":{
                    "dns":...,"tcp":...,"tls":...,"upgrade":...,
                    "connect":...,"req":...,
                    "publish":...,"delivery":...}}; what did not come to an end
                    is missing, and "end" and "reason" say why; through a proxy
                    "proxy" stands for dns, tcp and tls. Then for each relay
                    {"type":"summary","relay":...,"sent":4,"answered":4,
                    "loss":0,"ms":{"req":{"min":...,"avg":...,"p50":...,
                    "p95":...,"p99":...,"max":...},...}}
  relay-wait        {"relay":...,"answer":"eose","attempts":3,"ms":240} when it
                    answers; answer: eose, or auth_required
  sync              --report, and stderr with --log-format json, for each side:
                    {"type":"sync","relay":...,"method":"negentropy","had":12,
                    "needed":3,"sent":3,"accepted":3,"refused":0,"hidden":0,
                    "ms":38}. had: only it had them; needed: it lacked them;
                    hidden: it lists their ids and does not give them; method:
                    negentropy ids scan file. Where there are such: "skipped",
                    not for relays, and "superseded", part of refused: the
                    relay has a newer version, or they were deleted there.
                    --print-missing prints {"id":...,"have":...,"need":...}
  diff              {"relay":...,"method":...,"events":9,"only_here":1,
                    "missing_here":2,"not_on":{RELAY:3}} for each side; exit
                    code 1 where they differ; --ids:
                    {"id":...,"on":[...],"missing":[...]}
  profile           {"pubkey":...,"npub":...,"id":...,"created_at":...,
                    "relays":[...],"profile":{...}}: the relays that have this
                    version, and its fields as they were written; --check adds
                    "checks":{"nip05":{"value":...,"ok":true},"lud16":{...}}
  dm send, dm read  nost help private
  outbox, list, article, delete, zap, wallet
                    nost help people
  key list          one object for each account
  serve --json      {"url":...,"pid":...}

Input
  publish -, wrap -, unwrap, verify and serve --seed read JSONL, pretty-printed
  JSON, a JSON array, and ["EVENT",{...}] or ["EVENT","sub",{...}] frames. CRLF,
  a BOM, blank lines and a missing last newline are fine.
  A bad line is reported with its number and skipped; the exit code is then 2.
  --fail-early stops at the first one; serve --seed does not start with one.
  Empty input is no error.

Drafts: publish -
  A signed event is sent as it is. A draft gets what it lacks from the flags and
  is signed. The key is read at the first draft.

What can be replaced: profile --set, outbox --set-write, list add
  The newest version is read from every relay that may hold it; the new one has
  all that you do not speak of. Nothing is written when a relay did not answer
  (3; --require N: how many are enough), when none did (5, 124, 4), or when none
  has a version (1; --create makes the first). Without a terminal it takes
  --yes. stdout has the new event when a relay took it, the old one when nothing
  changes; stderr the replaced one with -v and in the JSON log ("previous").

Lines of your own: req --format TEMPLATE
  %{id} %{pubkey} %{npub} %{note} %{nevent} %{kind} %{created_at} %{date}
  %{content} %{tags} %{sig} %{relay}   fields of the event
  %{tag.NAME}                          the first value of the first such tag
  %% \\n \\t \\\\                          a percent sign, newline, tab, backslash
  In values, control characters and backslashes are escaped as in JSON: one
  event is always one line. printf %b gives the text back.

Time limits
  --connect-timeout  DNS, proxy, TCP, TLS and the WebSocket handshake (5 s)
  --relay-timeout    silence while an answer is due (15 s)
  --timeout          the whole command (no limit)
  --idle             req: end when no event came for this long
  A duration is a number with ms, s, m, h, d or w; a bare number is seconds.
  fetch, outbox and --outbox give a relay that sends on and on the time of four
  silences, and req gives it to relays that you did not name.
  While the reader of stdout is slow, nost reads more slowly from the relay and
  the time limits of the relay stop. Memory stays flat.

Retries: --retry N (default 0)
  Retries transient failures only: no connection, a broken connection, no answer
  in time, "rate-limited:" and "error:". publish counts the attempts for each
  event, and the failed connections in a row for each relay. The wait doubles
  each time and is random below that bound (full jitter). Other refusals are
  final. A relay that limits the rate gets fewer events at a time.

Many events: publish
  stdout has the events in the order of the input, each when enough relays have
  accepted it. stderr names what fewer accepted, and who did.
  When the connection breaks, it is opened again without --retry as long as the
  relay answers in between. The open events are then sent one by one: only the
  one that breaks it twice is given up. A frame over the max_message_length that
  a relay announces is not sent there (invalid).
  So many events are in flight to each relay as it answers without delay, 50
  at first and at most 1000; --pipeline N fixes that. A fast relay can be 1000
  events ahead of a slow one; then the input waits. Memory stays flat.

Proof of work: publish --pow BITS (NIP-13)
  Mines each draft on all cores before it is signed; the nonce tag commits to
  BITS. created_at is the time of the find, unless it was given. One more bit
  takes twice as long, and luck decides: a search may take several times the
  average. --timeout ends it with 124. Signed events pass as they are, and a
  draft whose nonce does as much is not mined again: the work may be done by
  somebody who has no key. A relay that asks for work says so in
  relay-info, .limitation.min_pow_difficulty.
  verify --min-pow BITS counts what the author committed to, not luck.

Resume a bulk: publish --state FILE
  Run the same command again after a crash: what a relay has accepted is not
  sent there again. It needs signed events, because a draft gets another id
  each time. Sign first:
    nost publish --dry-run - < drafts.jsonl > signed.jsonl
    nost publish --state done.jsonl - wss://a.example < signed.jsonl
  The order of the input may change. Each line of the file is
  {"relay":...,"accepted":[ids]}. It is written before the event is printed.
  After kill -9, only what was in flight is sent again; after a power failure,
  what the system had not yet written to disk. Refused events are tried again.
  Two commands may share one file.

Terminals
  The bytes on stdout are the same in a pipe and on a terminal, except that on a
  terminal control characters are escaped and the keys of JSON are dim. Progress
  is shown on stderr, and only on a terminal.
  --pretty shows cards and tables for people instead. NOST_PRETTY=auto does so
  at a terminal, and never in a pipe; --pretty=never overrides it. Colours of
  data in a pipe are there with --color always alone.
    nost req --pretty -k note -l 5 wss://relay.example
    nost relay-info --pretty wss://a.example wss://b.example
`;
