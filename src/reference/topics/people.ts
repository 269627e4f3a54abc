// `nost help people`: profiles, relay lists, lists of things, articles, deletions, zaps, and how each is written on the line.

export const PEOPLE = `People

  nost profile npub1... | jq -r .profile.about
  nost profile --set name=bob --set about='Bread and boats.'
  nost outbox --set-write wss://relay.example
  nost list follows add npub1... bob@example.com
  nost article publish rye.md
  nost delete naddr1... --reason 'a new one is coming'
  nost zap send npub1... 21

Who: profile, outbox, list NAME show, article, zap
  npub, nprofile, hex, name@domain, or an account of yours. Where nobody is
  named, all but zap are about you: the author of the key that would sign (nost
  help keys). zap takes events, too: note, nevent, naddr; so does article show.

Where
  Asked are the relays in NOST_RELAYS or those of --relay, those that a code
  names, and those that the person writes to (outbox). The newest valid version
  counts. Your own goes to where you write; --relay writes there alone.

Changes: profile --set, outbox --set-write, list add, article publish
  What you do not speak of stays as it is. At a terminal you see what changes
  and are asked; --yes is for scripts, --dry-run signs and prints, sending
  nothing.
  1  there is none yet: --create makes the first; or a newer one was written
     meanwhile: run the same again
  2  nobody to ask, and no --yes; or the answer was no
  3  a relay did not answer, and may have a newer one: nothing was written.
     --require N says how many answers are enough

Items of lists: list NAME add, list NAME remove
  npub1... bob@example.com me   people, in p tags
  note1... nevent1...           events (e)
  naddr1...                     articles and what else has an address (a)
  '#bread'                      hashtags (t), quoted for the shell
  word:lottery                  words, of mutes
  wss://relay.example           relays (r or relay)
  https://example.com/page      pages and servers (r or server)
  p=HEX e=HEX                   hex, where a list holds both
  'p=npub1...;wss://relay.example;bob'     with a relay and a petname
  'emoji=cat;https://example.com/cat.png'  an emoji
  'group=ID;wss://relay.example'           a group
  '["p","..."]'                 any tag, as JSON
  -                             such lines on stdin, also as list prints them
  nost list prints the names of the lists and which tags they hold. Of sets
  there are many: -d NAME. --private adds what only you can read, and removes
  from that alone; without it remove takes an item out wherever it is.

Articles: article publish, article show, article list
  A file is Markdown. Above it, between two lines ---, YAML says its title,
  summary, image, tags, published_at and d, its identifier (default: from the
  name of the file). What it does not name of these goes, but for published_at;
  every other tag stays. A first one needs no --create. article show prints such
  a file: published and shown again it is the same, byte for byte. --draft is
  for a draft that only you can read.

Deletions: delete
  nevent, note, naddr, a hex id or kind:pubkey:identifier, or - with such codes
  or events on stdin: nost req -k note -a me -t t=x | nost delete -. Only your
  own, and gift wraps that are for you. It is a request that stays public, and
  relays may keep what they have: --check asks them whether it is gone.
  1  no relay has it; with --check: it is still served
  2  it is somebody else's, or a deletion; or nobody to ask, and no --yes
  3  with --check: gone at some relays

Zaps and wallets
  AMOUNT is 21, 21sat or 1500msat, a comment is given with -m. zap send prints
  an invoice that was checked; with --pay a wallet pays it (nost wallet add).
  1  no lightning address, a wrong invoice, or the wallet refused
  3  some who share it were paid, not all
  124  it is not known whether the wallet paid: look there before you pay again

Output
  profile         nost help scripting
  outbox          {"pubkey":...,"read":[...],"write":[...],"inbox":[...],
                  "found":[...]}; found: the relays that have these lists
  list NAME       {"type":"p","value":...,"npub":...,"relay":...,
                  "petname":...,"private":false,"tag":[...]} for each item, with
                  npub, relay and petname where it has them
  list            {"name":"mutes","kind":10000,"names":[...],"holds":[...],
                  "private":true,"set":false} for each kind of list
  article publish naddr1... with relays that took it
  article show    the file
  article list    {"naddr":...,"d":...,"title":...,"summary":...,
                  "published_at":...,"created_at":...,"tags":[...],
                  "relays":[...],"draft":false} for each, the newest first
  delete          the request, an event of kind 5; with --check
                  {"id" or "address":...,"relay":...,"gone":true,
                  "request":...,"kept":true,"reason":...} for each relay
  zap send        the invoice; with --pay
                  {"invoice":...,"amount_msat":...,"recipient":...,
                  "paid":true,"preimage":...,"fees_msat":...,"receipt":...}
  zap list        {"id":...,"valid":true,"amount_msat":...,"sender":...,
                  "recipient":...,"comment":...,"created_at":...,"relay":...}
                  for each receipt, "reason" where it is not valid; then
                  {"receipts":3,"valid":3,"total_msat":63000}
  wallet balance  {"name":...,"balance_msat":...}
`;
