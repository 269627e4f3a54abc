// `nost help scripting`: what scripts may rely on.

export const SCRIPTING = `Scripting

  nost req -k note -l 100 wss://relay.example | jq -r .content
  nost req --all -k 0 wss://old.example | nost publish - wss://new.example
  nost publish --results - wss://relay.example < events.jsonl |
    jq -c 'select(.ok | not)'
  nost req -f -k note wss://relay.example | while read -r event; do ...; done

Streams
  stdout is data: one JSON object per line, the same bytes on a terminal and in
  a pipe (control characters are escaped on a terminal). Events have their keys
  in the order id pubkey created_at kind tags content sig. stderr is for people.
  --log-format json makes each line one JSON object. -q prints errors only, -qq
  nothing, -v what happens on connections. stdin is read only for -, or by a
  command whose input is missing. It takes JSONL, pretty JSON, arrays, and EVENT
  frames. A bad line is reported with its number and skipped, and the exit code
  is 2; --fail-early stops there. A slow reader slows the relays down; memory
  stays flat.

How each relay ended: req --report FILE
  {"relay":"wss://a.example","end":"eose","complete":true,"events":12,
   "invalid":0,"duplicates":3,"reason":"","ms":241}
  end is eose, limit, idle, timeout, closed, refused (a NOTICE instead of an
  answer), auth_required, disconnect, unreachable, gap (not all could be paged)
  or interrupted. events is what was printed because this relay sent it first;
  duplicates came after another relay's; invalid was malformed, forged or not
  asked for. A time limit is never reported as an EOSE.

What each relay said of each event: publish --results
  {"id":"...","relay":"wss://a.example","ok":true,"status":"accepted",
   "message":"","attempts":1,"ms":35}
  status is accepted, duplicate, refused, auth_required, rate_limited, invalid,
  timeout, disconnect or unreachable. Without --results each event that enough
  relays accepted (--require) is printed.

Where an event came from: req --envelope
  {"relay":"wss://a.example","stored":true,"received_at":1700000000.123,
   "event":{...}}

Own lines: req --format '%{date} %{npub} %{content}'
  %{id} %{pubkey} %{created_at} %{date} %{kind} %{content} %{tags} %{sig}
  %{npub} %{note} %{nevent} %{relay} %{tag.NAME} %% \\n \\t \\\\
  Control characters and backslashes in values are escaped as in JSON, so that
  an event is one line.

Many events: publish -
  --pipeline events are in flight to each relay. A fast relay may be 1,000
  events ahead of a slow one. --state FILE records what was accepted, so that
  the same command goes on after a kill: at most what was in flight is sent
  again. It takes signed events: sign drafts first (nost publish --dry-run - <
  drafts.jsonl > signed.jsonl).

Retries
  --retry N retries transient failures: no connection, a lost connection, no OK
  in time, rate-limited: and error:. Waits double, with jitter. After a lost
  connection events go one by one, so that an event that breaks connections
  costs only itself. Other refusals are final.

Time limits
  --connect-timeout  DNS, proxy, TCP, TLS and the WebSocket handshake (5 s)
  --relay-timeout    silence while an answer is due (15 s)
  --timeout          the whole command (none)
  --idle             req ends when no event arrives for this long
  Durations have a unit (90s 15m 2h); a bare number is seconds.
`;
