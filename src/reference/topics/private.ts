// `nost help private`: texts and events that only two keys can read.

export const PRIVATE = `Private texts and messages

  nost outbox --set-inbox wss://inbox.example --create
  nost dm send npub1... -m 'see you at nine'
  nost dm read npub1... --since 2d | jq -r .content
  printf '%s' 'see you at nine' | nost encrypt --to npub1... > payload
  nost decrypt --from npub1... < payload

Messages to people: dm send, dm read (NIP-17)
  Who takes private messages has a list of inboxes, the relays they are sent to:
  nost outbox --set-inbox makes yours, nost outbox WHO shows that of others.
  send    WHO is an npub, an nprofile, hex, name@domain or an account of yours.
          Who has no list gets nothing, and then nobody does (1). An inbox that
          asks who you are is told with --auth. It prints
          {"id":...,"created_at":...,"to":[{"pubkey":...,"relays":[...]}],
          "copy":[...]}; copy: your own inboxes that keep what you sent.
  read    prints {"id","pubkey","created_at","kind","tags","content","relay",
          "wrap","expiry"} for each message, what you sent among them:
          --received leaves that out. WHO is for messages that all of them take
          part in, those to more people too. They are in the order they were
          written, with --stream as they come. --new is for bots:
            nost dm read --new --received -k dm --as bot |
              while read -r message; do
                who=$(jq -r .pubkey <<< "$message")
                nost dm send "$who" -m 'got it' --as bot
              done
  To take messages out of an inbox, delete their wraps there:
    nost dm read npub1... | jq -r .wrap |
      nost delete - --relay wss://inbox.example --auth

Texts: encrypt, decrypt (NIP-44)
  All of stdin is one text, byte for byte, up to 16 MiB of UTF-8. A newline at
  its end is part of it: printf writes none, echo does. decrypt prints the same
  bytes; at a terminal control characters are escaped, and a newline is added.
  --from says who encrypted it; --to, for whom you did it yourself.
  --jsonl  many texts: a JSON string in each line of stdin. encrypt prints a
           payload in each line; decrypt reads these and prints JSON strings.
  NIP-44 tells that a text is from one of the two keys and was not altered. Of
  which of them, and when, the signature of the event around it tells.
  Texts of more than 65,535 bytes take the extended lengths of NIP-44; older
  programs cannot read them, so encrypt warns.

Old payloads (NIP-04)
  decrypt knows them by their "?iv=". They are not authenticated: an altered one
  may give another text. encrypt --nip04 writes one, and warns.

Gift wraps: wrap, unwrap (NIP-59)
  What dm send and dm read do, step by step, and for events of any kind:
    nost wrap --to npub1... -m hello | nost publish - wss://inbox.example
    nost req -k 1059 -p me --auth wss://inbox.example | nost unwrap
  A draft becomes a rumor: an event with an id and without a signature. It is
  sealed by your key and wrapped by a key used once: a relay sees the recipient
  and a time moved back by up to two days, and not who wrote it.
  wrap    takes the event flags, or drafts on stdin (-), and prints one wrap for
          each recipient: --to, or else the p tags. The kind is 14 unless it is
          given. A message (14, 15) without p tags gets one for each --to.
          Nobody is added: for your own copy give --to with your own key, too.
          Send a wrap to the relays where its recipient reads messages.
          --ephemeral makes wraps that relays do not store (kind 21059). A rumor
          of more than 7 MiB is refused: its wrap would be too long to read.
  unwrap  prints the rumors: events without "sig", the author in "pubkey". It
          refuses a wrap unless all of this holds: kinds, ids and signatures of
          wrap and seal; no tags in the seal but an expiration; no signature in
          the rumor, the right id, and the author who sealed it.
  --results prints a line for each wrap instead:
    {"line":1,"id":...,"valid":false,"layer":"seal","reason":...}
    {"line":2,"id":...,"valid":true,"rumor":{...}}     (id: of the wrap)
    layer: json format wrap seal rumor

When it fails
  dm send: nost help exit-codes. dm read tells a wrap that must not be believed,
  and goes on; it ends with 1 where you have no list of inboxes.
  A bad line or wrap is told with its number and skipped; none stops the others.
  1  a payload or wrap that your key does not open, or that must not be believed
  2  what is no payload and no JSON, an empty text, nobody to send to
  6  no key. It is chosen as for publish: nost help keys
  No message of decrypt and unwrap repeats what was decrypted.
`;
