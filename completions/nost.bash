# bash completion for nost. Generated from the command definitions: npm run generate.
_nost() {
  # The line as it was typed: COMP_WORDS is split at = and :, which flags and URLs hold.
  local line=${COMP_LINE:0:COMP_POINT} words cur prev before at=1 command behind=0
  [[ -n $line ]] || line="${COMP_WORDS[*]:0:COMP_CWORD+1}"
  read -ra words <<<"$line"
  cur=${line##*[[:space:]]}
  before=("${words[@]:0:${#words[@]} - (${#cur} > 0 ? 1 : 0)}")
  prev=${before[${#before[@]} - 1]}
  if [[ $cur == --*=* ]]; then
    prev=${cur%%=*} cur=${cur#*=}
  fi
  COMPREPLY=()
  while [[ ${before[at]} == -* ]]; do
    case ${before[at]} in --log-format|--color) ((at++)) ;; esac
    ((at++))
  done
  command=${before[at]}
  case "$command ${before[at + 1]}" in
    'key list'|'key show'|'key use'|'key import'|'key export'|'key encrypt'|'key decrypt'|'key rename'|'key remove'|'key doctor'|'dm send'|'dm read'|'article publish'|'article show'|'article list'|'zap send'|'zap list'|'wallet add'|'wallet balance'|'wallet remove'|'help key'|'help dm'|'help article'|'help zap'|'help wallet'|'help kind') command+=" ${before[at + 1]}"; ((at++)) ;;
  esac
  # The words between the command and its first flag.
  while [[ -n ${before[at + 1 + behind]} && ${before[at + 1 + behind]} != -* ]]; do ((behind++)); done
  _nost_offer
  # readline replaces only what stands after the last colon.
  if [[ $cur == *:* && $COMP_WORDBREAKS == *:* ]]; then
    local i head=${cur%"${cur##*:}"}
    for i in "${!COMPREPLY[@]}"; do COMPREPLY[i]=${COMPREPLY[i]#"$head"}; done
  fi
}

_nost_words() {
  COMPREPLY=($(compgen -W "$1" -- "$cur"))
}

_nost_files() {
  compopt -o filenames 2>/dev/null
  COMPREPLY=($(compgen -f -- "$cur"))
}

_nost_names() {
  _nost_words "$(sed -n 's/.*"name":"\([^"]*\)".*/\1/p')"
}

_nost_accounts() {
  _nost_names < <(nost key list 2>/dev/null)
}

_nost_wallets() {
  _nost_names < <(cat /dev/null "${XDG_CONFIG_HOME:-$HOME/.config}"/nost/wallets/*.json 2>/dev/null)
}

_nost_offer() {
  case $command in
    '')
      case $prev in
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '-q --quiet -v --verbose --log-format --pretty --color --help --version'
      else
        _nost_words 'keygen publish req decode relay-info key encode sign match verify fetch count relay-ping relay-wait relay-check relay-test serve sync mirror diff encrypt decrypt wrap unwrap dm nip05 profile outbox list article delete zap wallet help completion'
      fi
      ;;
    'keygen')
      case $prev in
        --name) :; return ;;
        --store) _nost_words 'auto keychain file plain'; return ;;
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '--name --store --insecure --print-secret -q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        :
      fi
      ;;
    'publish')
      case $prev in
        -k|--kind) if [[ -n $cur ]]; then _nost_words 'profile note follows encrypted-dm delete repost reaction badge-award chat thread seal dm file-message generic-repost website-reaction picture video short-video public-message internal-reference web-reference hardcopy-reference prompt-reference channel-create channel-metadata channel-message channel-hide-message channel-mute-user podcast-episode vanish chess application-data mls-key-package mls-welcome mls-group-event merge-request poll-response bid bid-confirmation open-timestamps gift-wrap file-metadata poll comment voice draft-checkpoint voice-comment live-chat code-snippet patch pull-request pull-request-update issue git-reply problem-tracker report label embeddings torrent torrent-comment coinjoin-pool community-approval nsite-snapshot cashu-reserved-tokens cashu-tokens cashu-history geocache-log geocache-proof-of-find add-member remove-member zap-goal nutzap zap-request zap highlight mute-list pin-list relay-list bookmark-list communities-list channel-list blocked-relays search-relays profile-badges group-list external-identities favorite-relays private-relays interest-list nutzap-info media-follows emoji-list dm-relays key-package-relays favorite-podcasts blossom-servers authored-podcasts file-servers wiki-authors wiki-relays podcast-metadata relay-monitor room-presence wallet-info membership-list nsite cashu-wallet auth wallet-request wallet-response nostr-connect blossom-auth http-auth join-request invite-request leave-request follow-set relay-set bookmark-set curation-set video-set picture-set kind-mute-set badge-set badge interest-set stall product marketplace auction article article-draft emoji-set publication-index publication-content release-artifacts app-data relay-discovery app-curation live-event interactive-room conference-event user-status trusted-user-assertion trusted-event-assertion trusted-address-assertion classified classified-draft repository repository-state wiki wiki-redirect draft calendar-date-event calendar-time-event calendar calendar-rsvp handler-recommendation handler software legacy-nsite addressable-video addressable-short-video community named-nsite geocache geocache-list cashu-mint fedimint p2p-order group-metadata group-admins group-members group-roles group-state starter-pack media-starter-pack web-bookmark'; else _nost_words 'profile note follows delete repost reaction dm gift-wrap comment report zap mute-list relay-list dm-relays article'; fi; return ;;
        -m|--content|-t|--tag|--tag-json|-e|-d|--created-at|--pow|--expires|--require|--pipeline|--sec-fd|--connect-timeout|--relay-timeout|--timeout|--retry|-H|--header|--proxy) :; return ;;
        --content-file|--state|--sec-file|--relays-file|--cacert|--record) _nost_files; return ;;
        -p|--as) _nost_accounts; return ;;
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '-k --kind -m --content --content-file -t --tag --tag-json -e -p -d --created-at --pow --expires --protected --allow-nsec --require --results --pipeline --outbox --state --dry-run --auth --fail-early --as --sec-file --sec-fd --prompt-sec --relays-file --connect-timeout --relay-timeout --timeout --retry -H --header --cacert --proxy --allow-private --insecure --trace --record --deflate -q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        _nost_words "${NOST_RELAYS//,/ }"
      fi
      ;;
    'req')
      case $prev in
        -i|--id|-t|--tag|-e|-d|--since|--until|-l|--limit|--search|-n|--max-events|--idle|--require|--format|--sec-fd|--connect-timeout|--relay-timeout|--timeout|--retry|-H|--header|--proxy) :; return ;;
        -a|--author|-p|--as) _nost_accounts; return ;;
        -k|--kind) if [[ -n $cur ]]; then _nost_words 'profile note follows encrypted-dm delete repost reaction badge-award chat thread seal dm file-message generic-repost website-reaction picture video short-video public-message internal-reference web-reference hardcopy-reference prompt-reference channel-create channel-metadata channel-message channel-hide-message channel-mute-user podcast-episode vanish chess application-data mls-key-package mls-welcome mls-group-event merge-request poll-response bid bid-confirmation open-timestamps gift-wrap file-metadata poll comment voice draft-checkpoint voice-comment live-chat code-snippet patch pull-request pull-request-update issue git-reply problem-tracker report label embeddings torrent torrent-comment coinjoin-pool community-approval nsite-snapshot cashu-reserved-tokens cashu-tokens cashu-history geocache-log geocache-proof-of-find add-member remove-member zap-goal nutzap zap-request zap highlight mute-list pin-list relay-list bookmark-list communities-list channel-list blocked-relays search-relays profile-badges group-list external-identities favorite-relays private-relays interest-list nutzap-info media-follows emoji-list dm-relays key-package-relays favorite-podcasts blossom-servers authored-podcasts file-servers wiki-authors wiki-relays podcast-metadata relay-monitor room-presence wallet-info membership-list nsite cashu-wallet auth wallet-request wallet-response nostr-connect blossom-auth http-auth join-request invite-request leave-request follow-set relay-set bookmark-set curation-set video-set picture-set kind-mute-set badge-set badge interest-set stall product marketplace auction article article-draft emoji-set publication-index publication-content release-artifacts app-data relay-discovery app-curation live-event interactive-room conference-event user-status trusted-user-assertion trusted-event-assertion trusted-address-assertion classified classified-draft repository repository-state wiki wiki-redirect draft calendar-date-event calendar-time-event calendar calendar-rsvp handler-recommendation handler software legacy-nsite addressable-video addressable-short-video community named-nsite geocache geocache-list cashu-mint fedimint p2p-order group-metadata group-admins group-members group-roles group-state starter-pack media-starter-pack web-bookmark'; else _nost_words 'profile note follows delete repost reaction dm gift-wrap comment report zap mute-list relay-list dm-relays article'; fi; return ;;
        --filter|--report|--sec-file|--relays-file|--cacert|--record) _nost_files; return ;;
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '-i --id -a --author -k --kind -t --tag -e -p -d --since --until -l --limit --search --filter -f --stream --new --all --outbox -n --max-events --idle --require --fail-on-empty --envelope --format --report --auth --dry-run --no-verify --no-dedupe --as --sec-file --sec-fd --prompt-sec --relays-file --connect-timeout --relay-timeout --timeout --retry -H --header --cacert --proxy --allow-private --insecure --trace --record --deflate -q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        _nost_words "${NOST_RELAYS//,/ }"
      fi
      ;;
    'decode')
      case $prev in
        --field) _nost_words 'type id pubkey npub note nevent naddr author kind identifier relays relay address kind_name description class nip created_at date tags content valid id_valid sig_valid problem secret_key has_secret secret client_pubkey lud16 permissions name url image network amount_msat description_hash payment_hash payment_secret payee expires_at expires min_final_cltv_expiry features fallbacks routes metadata version log_n key_security'; return ;;
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '--field --as-id --as-pubkey --reveal -q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        :
      fi
      ;;
    'relay-info')
      case $prev in
        --as) _nost_accounts; return ;;
        --sec-file|--relays-file|--cacert|--record) _nost_files; return ;;
        --sec-fd|--connect-timeout|--relay-timeout|--timeout|--retry|-H|--header|--proxy) :; return ;;
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '--lint --json --as --sec-file --sec-fd --prompt-sec --throwaway --relays-file --connect-timeout --relay-timeout --timeout --retry -H --header --cacert --proxy --allow-private --insecure --trace --record --deflate -q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        _nost_words "${NOST_RELAYS//,/ }"
      fi
      ;;
    'key list')
      case $prev in
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '-q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        :
      fi
      ;;
    'key show')
      case $prev in
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '-q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        _nost_accounts
      fi
      ;;
    'key use')
      case $prev in
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '-q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        _nost_accounts
      fi
      ;;
    'key import')
      case $prev in
        --name|--mnemonic-account|--command|--sec-fd) :; return ;;
        --store) _nost_words 'auto keychain file plain'; return ;;
        --sec-file) _nost_files; return ;;
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '--name --store --insecure --mnemonic --mnemonic-account --command --sec-file --sec-fd --prompt-sec -q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        :
      fi
      ;;
    'key export')
      case $prev in
        --log-n) :; return ;;
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '--reveal --yes --log-n -q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        _nost_accounts
      fi
      ;;
    'key encrypt')
      case $prev in
        --log-n|--sec-fd) :; return ;;
        --sec-file) _nost_files; return ;;
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '--log-n --sec-file --sec-fd --prompt-sec -q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        :
      fi
      ;;
    'key decrypt')
      case $prev in
        --sec-file) _nost_files; return ;;
        --sec-fd) :; return ;;
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '--reveal --sec-file --sec-fd --prompt-sec -q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        :
      fi
      ;;
    'key rename')
      case $prev in
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '-q --quiet -v --verbose --log-format --pretty --color -h --help'
      elif ((behind == 0)); then
        _nost_accounts
      else
        :
      fi
      ;;
    'key remove')
      case $prev in
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '--yes -q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        _nost_accounts
      fi
      ;;
    'key doctor')
      case $prev in
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '--json -q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        :
      fi
      ;;
    'encode')
      case $prev in
        --relay|-d|--identifier) :; return ;;
        --author) _nost_accounts; return ;;
        -k|--kind) if [[ -n $cur ]]; then _nost_words 'profile note follows encrypted-dm delete repost reaction badge-award chat thread seal dm file-message generic-repost website-reaction picture video short-video public-message internal-reference web-reference hardcopy-reference prompt-reference channel-create channel-metadata channel-message channel-hide-message channel-mute-user podcast-episode vanish chess application-data mls-key-package mls-welcome mls-group-event merge-request poll-response bid bid-confirmation open-timestamps gift-wrap file-metadata poll comment voice draft-checkpoint voice-comment live-chat code-snippet patch pull-request pull-request-update issue git-reply problem-tracker report label embeddings torrent torrent-comment coinjoin-pool community-approval nsite-snapshot cashu-reserved-tokens cashu-tokens cashu-history geocache-log geocache-proof-of-find add-member remove-member zap-goal nutzap zap-request zap highlight mute-list pin-list relay-list bookmark-list communities-list channel-list blocked-relays search-relays profile-badges group-list external-identities favorite-relays private-relays interest-list nutzap-info media-follows emoji-list dm-relays key-package-relays favorite-podcasts blossom-servers authored-podcasts file-servers wiki-authors wiki-relays podcast-metadata relay-monitor room-presence wallet-info membership-list nsite cashu-wallet auth wallet-request wallet-response nostr-connect blossom-auth http-auth join-request invite-request leave-request follow-set relay-set bookmark-set curation-set video-set picture-set kind-mute-set badge-set badge interest-set stall product marketplace auction article article-draft emoji-set publication-index publication-content release-artifacts app-data relay-discovery app-curation live-event interactive-room conference-event user-status trusted-user-assertion trusted-event-assertion trusted-address-assertion classified classified-draft repository repository-state wiki wiki-redirect draft calendar-date-event calendar-time-event calendar calendar-rsvp handler-recommendation handler software legacy-nsite addressable-video addressable-short-video community named-nsite geocache geocache-list cashu-mint fedimint p2p-order group-metadata group-admins group-members group-roles group-state starter-pack media-starter-pack web-bookmark'; else _nost_words 'profile note follows delete repost reaction dm gift-wrap comment report zap mute-list relay-list dm-relays article'; fi; return ;;
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '--relay --author -k --kind -d --identifier -q --quiet -v --verbose --log-format --pretty --color -h --help'
      elif ((behind == 0)); then
        _nost_words 'npub nsec note nprofile nevent naddr'
      else
        :
      fi
      ;;
    'sign')
      case $prev in
        -k|--kind) if [[ -n $cur ]]; then _nost_words 'profile note follows encrypted-dm delete repost reaction badge-award chat thread seal dm file-message generic-repost website-reaction picture video short-video public-message internal-reference web-reference hardcopy-reference prompt-reference channel-create channel-metadata channel-message channel-hide-message channel-mute-user podcast-episode vanish chess application-data mls-key-package mls-welcome mls-group-event merge-request poll-response bid bid-confirmation open-timestamps gift-wrap file-metadata poll comment voice draft-checkpoint voice-comment live-chat code-snippet patch pull-request pull-request-update issue git-reply problem-tracker report label embeddings torrent torrent-comment coinjoin-pool community-approval nsite-snapshot cashu-reserved-tokens cashu-tokens cashu-history geocache-log geocache-proof-of-find add-member remove-member zap-goal nutzap zap-request zap highlight mute-list pin-list relay-list bookmark-list communities-list channel-list blocked-relays search-relays profile-badges group-list external-identities favorite-relays private-relays interest-list nutzap-info media-follows emoji-list dm-relays key-package-relays favorite-podcasts blossom-servers authored-podcasts file-servers wiki-authors wiki-relays podcast-metadata relay-monitor room-presence wallet-info membership-list nsite cashu-wallet auth wallet-request wallet-response nostr-connect blossom-auth http-auth join-request invite-request leave-request follow-set relay-set bookmark-set curation-set video-set picture-set kind-mute-set badge-set badge interest-set stall product marketplace auction article article-draft emoji-set publication-index publication-content release-artifacts app-data relay-discovery app-curation live-event interactive-room conference-event user-status trusted-user-assertion trusted-event-assertion trusted-address-assertion classified classified-draft repository repository-state wiki wiki-redirect draft calendar-date-event calendar-time-event calendar calendar-rsvp handler-recommendation handler software legacy-nsite addressable-video addressable-short-video community named-nsite geocache geocache-list cashu-mint fedimint p2p-order group-metadata group-admins group-members group-roles group-state starter-pack media-starter-pack web-bookmark'; else _nost_words 'profile note follows delete repost reaction dm gift-wrap comment report zap mute-list relay-list dm-relays article'; fi; return ;;
        -m|--content|-t|--tag|--tag-json|-e|-d|--created-at|--pow|--expires|--timeout|--sec-fd) :; return ;;
        --content-file|--sec-file) _nost_files; return ;;
        -p|--as) _nost_accounts; return ;;
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '-k --kind -m --content --content-file -t --tag --tag-json -e -p -d --created-at --pow --expires --protected --allow-nsec --fail-early --timeout --as --sec-file --sec-fd --prompt-sec -q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        :
      fi
      ;;
    'match')
      case $prev in
        -i|--id|-t|--tag|-e|-d|--since|--until|-l|--limit|--search) :; return ;;
        -a|--author|-p) _nost_accounts; return ;;
        -k|--kind) if [[ -n $cur ]]; then _nost_words 'profile note follows encrypted-dm delete repost reaction badge-award chat thread seal dm file-message generic-repost website-reaction picture video short-video public-message internal-reference web-reference hardcopy-reference prompt-reference channel-create channel-metadata channel-message channel-hide-message channel-mute-user podcast-episode vanish chess application-data mls-key-package mls-welcome mls-group-event merge-request poll-response bid bid-confirmation open-timestamps gift-wrap file-metadata poll comment voice draft-checkpoint voice-comment live-chat code-snippet patch pull-request pull-request-update issue git-reply problem-tracker report label embeddings torrent torrent-comment coinjoin-pool community-approval nsite-snapshot cashu-reserved-tokens cashu-tokens cashu-history geocache-log geocache-proof-of-find add-member remove-member zap-goal nutzap zap-request zap highlight mute-list pin-list relay-list bookmark-list communities-list channel-list blocked-relays search-relays profile-badges group-list external-identities favorite-relays private-relays interest-list nutzap-info media-follows emoji-list dm-relays key-package-relays favorite-podcasts blossom-servers authored-podcasts file-servers wiki-authors wiki-relays podcast-metadata relay-monitor room-presence wallet-info membership-list nsite cashu-wallet auth wallet-request wallet-response nostr-connect blossom-auth http-auth join-request invite-request leave-request follow-set relay-set bookmark-set curation-set video-set picture-set kind-mute-set badge-set badge interest-set stall product marketplace auction article article-draft emoji-set publication-index publication-content release-artifacts app-data relay-discovery app-curation live-event interactive-room conference-event user-status trusted-user-assertion trusted-event-assertion trusted-address-assertion classified classified-draft repository repository-state wiki wiki-redirect draft calendar-date-event calendar-time-event calendar calendar-rsvp handler-recommendation handler software legacy-nsite addressable-video addressable-short-video community named-nsite geocache geocache-list cashu-mint fedimint p2p-order group-metadata group-admins group-members group-roles group-state starter-pack media-starter-pack web-bookmark'; else _nost_words 'profile note follows delete repost reaction dm gift-wrap comment report zap mute-list relay-list dm-relays article'; fi; return ;;
        --filter) _nost_files; return ;;
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '-i --id -a --author -k --kind -t --tag -e -p -d --since --until -l --limit --search --filter --invert --count --no-verify --fail-early -q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        _nost_files
      fi
      ;;
    'verify')
      case $prev in
        --min-pow) :; return ;;
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '--results --min-pow --fail-early -q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        _nost_files
      fi
      ;;
    'fetch')
      case $prev in
        --relay|--sec-fd|--connect-timeout|--relay-timeout|--timeout|--retry|-H|--header|--proxy) :; return ;;
        --as) _nost_accounts; return ;;
        --sec-file|--relays-file|--cacert|--record) _nost_files; return ;;
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '--relay --envelope --auth --as --sec-file --sec-fd --prompt-sec --relays-file --connect-timeout --relay-timeout --timeout --retry -H --header --cacert --proxy --allow-private --insecure --trace --record --deflate -q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        :
      fi
      ;;
    'count')
      case $prev in
        -i|--id|-t|--tag|-e|-d|--since|--until|-l|--limit|--search|--require|--sec-fd|--connect-timeout|--relay-timeout|--timeout|--retry|-H|--header|--proxy) :; return ;;
        -a|--author|-p|--as) _nost_accounts; return ;;
        -k|--kind) if [[ -n $cur ]]; then _nost_words 'profile note follows encrypted-dm delete repost reaction badge-award chat thread seal dm file-message generic-repost website-reaction picture video short-video public-message internal-reference web-reference hardcopy-reference prompt-reference channel-create channel-metadata channel-message channel-hide-message channel-mute-user podcast-episode vanish chess application-data mls-key-package mls-welcome mls-group-event merge-request poll-response bid bid-confirmation open-timestamps gift-wrap file-metadata poll comment voice draft-checkpoint voice-comment live-chat code-snippet patch pull-request pull-request-update issue git-reply problem-tracker report label embeddings torrent torrent-comment coinjoin-pool community-approval nsite-snapshot cashu-reserved-tokens cashu-tokens cashu-history geocache-log geocache-proof-of-find add-member remove-member zap-goal nutzap zap-request zap highlight mute-list pin-list relay-list bookmark-list communities-list channel-list blocked-relays search-relays profile-badges group-list external-identities favorite-relays private-relays interest-list nutzap-info media-follows emoji-list dm-relays key-package-relays favorite-podcasts blossom-servers authored-podcasts file-servers wiki-authors wiki-relays podcast-metadata relay-monitor room-presence wallet-info membership-list nsite cashu-wallet auth wallet-request wallet-response nostr-connect blossom-auth http-auth join-request invite-request leave-request follow-set relay-set bookmark-set curation-set video-set picture-set kind-mute-set badge-set badge interest-set stall product marketplace auction article article-draft emoji-set publication-index publication-content release-artifacts app-data relay-discovery app-curation live-event interactive-room conference-event user-status trusted-user-assertion trusted-event-assertion trusted-address-assertion classified classified-draft repository repository-state wiki wiki-redirect draft calendar-date-event calendar-time-event calendar calendar-rsvp handler-recommendation handler software legacy-nsite addressable-video addressable-short-video community named-nsite geocache geocache-list cashu-mint fedimint p2p-order group-metadata group-admins group-members group-roles group-state starter-pack media-starter-pack web-bookmark'; else _nost_words 'profile note follows delete repost reaction dm gift-wrap comment report zap mute-list relay-list dm-relays article'; fi; return ;;
        --filter|--report|--sec-file|--relays-file|--cacert|--record) _nost_files; return ;;
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '-i --id -a --author -k --kind -t --tag -e -p -d --since --until -l --limit --search --filter --exact --require --report --auth --as --sec-file --sec-fd --prompt-sec --relays-file --connect-timeout --relay-timeout --timeout --retry -H --header --cacert --proxy --allow-private --insecure --trace --record --deflate -q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        _nost_words "${NOST_RELAYS//,/ }"
      fi
      ;;
    'relay-ping')
      case $prev in
        -c|--count|--interval|--sec-fd|--connect-timeout|--relay-timeout|--timeout|-H|--header|--proxy) :; return ;;
        --as) _nost_accounts; return ;;
        --sec-file|--relays-file|--cacert|--record) _nost_files; return ;;
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '-c --count --interval --json --as --sec-file --sec-fd --prompt-sec --throwaway --relays-file --connect-timeout --relay-timeout --timeout -H --header --cacert --proxy --allow-private --insecure --trace --record --deflate -q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        _nost_words "${NOST_RELAYS//,/ }"
      fi
      ;;
    'relay-wait')
      case $prev in
        --timeout|--connect-timeout|--relay-timeout|-H|--header|--proxy) :; return ;;
        --relays-file|--cacert|--record) _nost_files; return ;;
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '--timeout --no-retry --relays-file --connect-timeout --relay-timeout -H --header --cacert --proxy --allow-private --insecure --trace --record --deflate -q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        _nost_words "${NOST_RELAYS//,/ }"
      fi
      ;;
    'relay-check')
      case $prev in
        --warn|--crit|--cert-warn|--cert-crit|--fresh|-i|--id|-t|--tag|-e|-d|--since|--until|--search|--sec-fd|--connect-timeout|--relay-timeout|--timeout|-H|--header|--proxy) :; return ;;
        --format) _nost_words 'text json prometheus nagios'; return ;;
        -a|--author|-p|--as) _nost_accounts; return ;;
        -k|--kind) if [[ -n $cur ]]; then _nost_words 'profile note follows encrypted-dm delete repost reaction badge-award chat thread seal dm file-message generic-repost website-reaction picture video short-video public-message internal-reference web-reference hardcopy-reference prompt-reference channel-create channel-metadata channel-message channel-hide-message channel-mute-user podcast-episode vanish chess application-data mls-key-package mls-welcome mls-group-event merge-request poll-response bid bid-confirmation open-timestamps gift-wrap file-metadata poll comment voice draft-checkpoint voice-comment live-chat code-snippet patch pull-request pull-request-update issue git-reply problem-tracker report label embeddings torrent torrent-comment coinjoin-pool community-approval nsite-snapshot cashu-reserved-tokens cashu-tokens cashu-history geocache-log geocache-proof-of-find add-member remove-member zap-goal nutzap zap-request zap highlight mute-list pin-list relay-list bookmark-list communities-list channel-list blocked-relays search-relays profile-badges group-list external-identities favorite-relays private-relays interest-list nutzap-info media-follows emoji-list dm-relays key-package-relays favorite-podcasts blossom-servers authored-podcasts file-servers wiki-authors wiki-relays podcast-metadata relay-monitor room-presence wallet-info membership-list nsite cashu-wallet auth wallet-request wallet-response nostr-connect blossom-auth http-auth join-request invite-request leave-request follow-set relay-set bookmark-set curation-set video-set picture-set kind-mute-set badge-set badge interest-set stall product marketplace auction article article-draft emoji-set publication-index publication-content release-artifacts app-data relay-discovery app-curation live-event interactive-room conference-event user-status trusted-user-assertion trusted-event-assertion trusted-address-assertion classified classified-draft repository repository-state wiki wiki-redirect draft calendar-date-event calendar-time-event calendar calendar-rsvp handler-recommendation handler software legacy-nsite addressable-video addressable-short-video community named-nsite geocache geocache-list cashu-mint fedimint p2p-order group-metadata group-admins group-members group-roles group-state starter-pack media-starter-pack web-bookmark'; else _nost_words 'profile note follows delete repost reaction dm gift-wrap comment report zap mute-list relay-list dm-relays article'; fi; return ;;
        --filter|--sec-file|--relays-file|--cacert|--record) _nost_files; return ;;
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '--warn --crit --cert-warn --cert-crit --fresh --format -i --id -a --author -k --kind -t --tag -e -p -d --since --until --search --filter --as --sec-file --sec-fd --prompt-sec --throwaway --relays-file --connect-timeout --relay-timeout --timeout -H --header --cacert --proxy --allow-private --insecure --trace --record --deflate -q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        _nost_words "${NOST_RELAYS//,/ }"
      fi
      ;;
    'relay-test')
      case $prev in
        --nip|--only|--case-timeout|--sec-fd|--connect-timeout|--timeout|-H|--header|--proxy) :; return ;;
        --format) _nost_words 'text tap junit json'; return ;;
        --baseline|--sec-file|--cacert|--record) _nost_files; return ;;
        --as) _nost_accounts; return ;;
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '--nip --only --list --case-timeout --format --baseline --watch --as --sec-file --sec-fd --prompt-sec --throwaway --connect-timeout --timeout -H --header --cacert --proxy --insecure --trace --record --deflate -q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        _nost_words "${NOST_RELAYS//,/ }"
      fi
      ;;
    'serve')
      case $prev in
        --host|--port|--url|--allow-host|--allow-origin|--store|--replay-speed|--max-limit|--max-rate|--policy|--min-pow|--metrics|--fault-seed|--control) :; return ;;
        --tls-cert|--tls-key|--seed|--import|--export|--replay) _nost_files; return ;;
        --allow-kind|--deny-kind) if [[ -n $cur ]]; then _nost_words 'profile note follows encrypted-dm delete repost reaction badge-award chat thread seal dm file-message generic-repost website-reaction picture video short-video public-message internal-reference web-reference hardcopy-reference prompt-reference channel-create channel-metadata channel-message channel-hide-message channel-mute-user podcast-episode vanish chess application-data mls-key-package mls-welcome mls-group-event merge-request poll-response bid bid-confirmation open-timestamps gift-wrap file-metadata poll comment voice draft-checkpoint voice-comment live-chat code-snippet patch pull-request pull-request-update issue git-reply problem-tracker report label embeddings torrent torrent-comment coinjoin-pool community-approval nsite-snapshot cashu-reserved-tokens cashu-tokens cashu-history geocache-log geocache-proof-of-find add-member remove-member zap-goal nutzap zap-request zap highlight mute-list pin-list relay-list bookmark-list communities-list channel-list blocked-relays search-relays profile-badges group-list external-identities favorite-relays private-relays interest-list nutzap-info media-follows emoji-list dm-relays key-package-relays favorite-podcasts blossom-servers authored-podcasts file-servers wiki-authors wiki-relays podcast-metadata relay-monitor room-presence wallet-info membership-list nsite cashu-wallet auth wallet-request wallet-response nostr-connect blossom-auth http-auth join-request invite-request leave-request follow-set relay-set bookmark-set curation-set video-set picture-set kind-mute-set badge-set badge interest-set stall product marketplace auction article article-draft emoji-set publication-index publication-content release-artifacts app-data relay-discovery app-curation live-event interactive-room conference-event user-status trusted-user-assertion trusted-event-assertion trusted-address-assertion classified classified-draft repository repository-state wiki wiki-redirect draft calendar-date-event calendar-time-event calendar calendar-rsvp handler-recommendation handler software legacy-nsite addressable-video addressable-short-video community named-nsite geocache geocache-list cashu-mint fedimint p2p-order group-metadata group-admins group-members group-roles group-state starter-pack media-starter-pack web-bookmark'; else _nost_words 'profile note follows delete repost reaction dm gift-wrap comment report zap mute-list relay-list dm-relays article'; fi; return ;;
        --allow-author|--deny-author|--admin) _nost_accounts; return ;;
        --fault) _nost_words 'eose-delay no-eose closed drop-after ok-delay ok-never reject bad-sig dup reorder garbage half-frame rst slow ignore-limit cut notice'; return ;;
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '--host --port --json --url --tls-cert --tls-key --allow-host --allow-origin --store --seed --import --export --replay --replay-speed --auth --max-limit --eose-hint --read-only --allow-kind --deny-kind --allow-author --deny-author --max-rate --policy --min-pow --metrics --admin --fault --fault-seed --control -q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        :
      fi
      ;;
    'sync')
      case $prev in
        -i|--id|-t|--tag|-e|-d|--since|--until|-l|--limit|--from|--limit-rate|--shard|--require|--sec-fd|--connect-timeout|--relay-timeout|--timeout|--retry|-H|--header|--proxy) :; return ;;
        -a|--author|-p|--as) _nost_accounts; return ;;
        -k|--kind) if [[ -n $cur ]]; then _nost_words 'profile note follows encrypted-dm delete repost reaction badge-award chat thread seal dm file-message generic-repost website-reaction picture video short-video public-message internal-reference web-reference hardcopy-reference prompt-reference channel-create channel-metadata channel-message channel-hide-message channel-mute-user podcast-episode vanish chess application-data mls-key-package mls-welcome mls-group-event merge-request poll-response bid bid-confirmation open-timestamps gift-wrap file-metadata poll comment voice draft-checkpoint voice-comment live-chat code-snippet patch pull-request pull-request-update issue git-reply problem-tracker report label embeddings torrent torrent-comment coinjoin-pool community-approval nsite-snapshot cashu-reserved-tokens cashu-tokens cashu-history geocache-log geocache-proof-of-find add-member remove-member zap-goal nutzap zap-request zap highlight mute-list pin-list relay-list bookmark-list communities-list channel-list blocked-relays search-relays profile-badges group-list external-identities favorite-relays private-relays interest-list nutzap-info media-follows emoji-list dm-relays key-package-relays favorite-podcasts blossom-servers authored-podcasts file-servers wiki-authors wiki-relays podcast-metadata relay-monitor room-presence wallet-info membership-list nsite cashu-wallet auth wallet-request wallet-response nostr-connect blossom-auth http-auth join-request invite-request leave-request follow-set relay-set bookmark-set curation-set video-set picture-set kind-mute-set badge-set badge interest-set stall product marketplace auction article article-draft emoji-set publication-index publication-content release-artifacts app-data relay-discovery app-curation live-event interactive-room conference-event user-status trusted-user-assertion trusted-event-assertion trusted-address-assertion classified classified-draft repository repository-state wiki wiki-redirect draft calendar-date-event calendar-time-event calendar calendar-rsvp handler-recommendation handler software legacy-nsite addressable-video addressable-short-video community named-nsite geocache geocache-list cashu-mint fedimint p2p-order group-metadata group-admins group-members group-roles group-state starter-pack media-starter-pack web-bookmark'; else _nost_words 'profile note follows delete repost reaction dm gift-wrap comment report zap mute-list relay-list dm-relays article'; fi; return ;;
        --filter|--state|--report|--sec-file|--cacert|--record) _nost_files; return ;;
        --method) _nost_words 'auto negentropy ids scan'; return ;;
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '-i --id -a --author -k --kind -t --tag -e -p -d --since --until -l --limit --filter --from --both --method --dry-run --print-missing --prove --limit-rate --shard --state --require --report --auth --as --sec-file --sec-fd --prompt-sec --connect-timeout --relay-timeout --timeout --retry -H --header --cacert --proxy --allow-private --insecure --trace --record --deflate -q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        :
      fi
      ;;
    'mirror')
      case $prev in
        -i|--id|-t|--tag|-e|-d|--since|--until|-l|--limit|--to|--outbox|--spool-max|--exec|--sec-fd|--connect-timeout|--relay-timeout|--timeout|--retry|-H|--header|--proxy) :; return ;;
        -a|--author|-p|--as) _nost_accounts; return ;;
        -k|--kind) if [[ -n $cur ]]; then _nost_words 'profile note follows encrypted-dm delete repost reaction badge-award chat thread seal dm file-message generic-repost website-reaction picture video short-video public-message internal-reference web-reference hardcopy-reference prompt-reference channel-create channel-metadata channel-message channel-hide-message channel-mute-user podcast-episode vanish chess application-data mls-key-package mls-welcome mls-group-event merge-request poll-response bid bid-confirmation open-timestamps gift-wrap file-metadata poll comment voice draft-checkpoint voice-comment live-chat code-snippet patch pull-request pull-request-update issue git-reply problem-tracker report label embeddings torrent torrent-comment coinjoin-pool community-approval nsite-snapshot cashu-reserved-tokens cashu-tokens cashu-history geocache-log geocache-proof-of-find add-member remove-member zap-goal nutzap zap-request zap highlight mute-list pin-list relay-list bookmark-list communities-list channel-list blocked-relays search-relays profile-badges group-list external-identities favorite-relays private-relays interest-list nutzap-info media-follows emoji-list dm-relays key-package-relays favorite-podcasts blossom-servers authored-podcasts file-servers wiki-authors wiki-relays podcast-metadata relay-monitor room-presence wallet-info membership-list nsite cashu-wallet auth wallet-request wallet-response nostr-connect blossom-auth http-auth join-request invite-request leave-request follow-set relay-set bookmark-set curation-set video-set picture-set kind-mute-set badge-set badge interest-set stall product marketplace auction article article-draft emoji-set publication-index publication-content release-artifacts app-data relay-discovery app-curation live-event interactive-room conference-event user-status trusted-user-assertion trusted-event-assertion trusted-address-assertion classified classified-draft repository repository-state wiki wiki-redirect draft calendar-date-event calendar-time-event calendar calendar-rsvp handler-recommendation handler software legacy-nsite addressable-video addressable-short-video community named-nsite geocache geocache-list cashu-mint fedimint p2p-order group-metadata group-admins group-members group-roles group-state starter-pack media-starter-pack web-bookmark'; else _nost_words 'profile note follows delete repost reaction dm gift-wrap comment report zap mute-list relay-list dm-relays article'; fi; return ;;
        --filter|--state|--status|--spool|--sec-file|--cacert|--record) _nost_files; return ;;
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '-i --id -a --author -k --kind -t --tag -e -p -d --since --until -l --limit --filter --to --outbox --state --status --spool --spool-max --exec --auth --as --sec-file --sec-fd --prompt-sec --connect-timeout --relay-timeout --timeout --retry -H --header --cacert --proxy --allow-private --insecure --trace --record --deflate -q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        _nost_words "${NOST_RELAYS//,/ }"
      fi
      ;;
    'diff')
      case $prev in
        -i|--id|-t|--tag|-e|-d|--since|--until|-l|--limit|--sec-fd|--connect-timeout|--relay-timeout|--timeout|--retry|-H|--header|--proxy) :; return ;;
        -a|--author|-p|--as) _nost_accounts; return ;;
        -k|--kind) if [[ -n $cur ]]; then _nost_words 'profile note follows encrypted-dm delete repost reaction badge-award chat thread seal dm file-message generic-repost website-reaction picture video short-video public-message internal-reference web-reference hardcopy-reference prompt-reference channel-create channel-metadata channel-message channel-hide-message channel-mute-user podcast-episode vanish chess application-data mls-key-package mls-welcome mls-group-event merge-request poll-response bid bid-confirmation open-timestamps gift-wrap file-metadata poll comment voice draft-checkpoint voice-comment live-chat code-snippet patch pull-request pull-request-update issue git-reply problem-tracker report label embeddings torrent torrent-comment coinjoin-pool community-approval nsite-snapshot cashu-reserved-tokens cashu-tokens cashu-history geocache-log geocache-proof-of-find add-member remove-member zap-goal nutzap zap-request zap highlight mute-list pin-list relay-list bookmark-list communities-list channel-list blocked-relays search-relays profile-badges group-list external-identities favorite-relays private-relays interest-list nutzap-info media-follows emoji-list dm-relays key-package-relays favorite-podcasts blossom-servers authored-podcasts file-servers wiki-authors wiki-relays podcast-metadata relay-monitor room-presence wallet-info membership-list nsite cashu-wallet auth wallet-request wallet-response nostr-connect blossom-auth http-auth join-request invite-request leave-request follow-set relay-set bookmark-set curation-set video-set picture-set kind-mute-set badge-set badge interest-set stall product marketplace auction article article-draft emoji-set publication-index publication-content release-artifacts app-data relay-discovery app-curation live-event interactive-room conference-event user-status trusted-user-assertion trusted-event-assertion trusted-address-assertion classified classified-draft repository repository-state wiki wiki-redirect draft calendar-date-event calendar-time-event calendar calendar-rsvp handler-recommendation handler software legacy-nsite addressable-video addressable-short-video community named-nsite geocache geocache-list cashu-mint fedimint p2p-order group-metadata group-admins group-members group-roles group-state starter-pack media-starter-pack web-bookmark'; else _nost_words 'profile note follows delete repost reaction dm gift-wrap comment report zap mute-list relay-list dm-relays article'; fi; return ;;
        --filter|--sec-file|--cacert|--record) _nost_files; return ;;
        --method) _nost_words 'auto negentropy ids'; return ;;
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '-i --id -a --author -k --kind -t --tag -e -p -d --since --until -l --limit --filter --ids --method --auth --as --sec-file --sec-fd --prompt-sec --connect-timeout --relay-timeout --timeout --retry -H --header --cacert --proxy --allow-private --insecure --trace --record --deflate -q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        :
      fi
      ;;
    'encrypt')
      case $prev in
        --to|--as) _nost_accounts; return ;;
        --sec-file|--cacert) _nost_files; return ;;
        --sec-fd|--connect-timeout|--relay-timeout|--timeout|-H|--header|--proxy) :; return ;;
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '--to --jsonl --fail-early --nip04 --as --sec-file --sec-fd --prompt-sec --connect-timeout --relay-timeout --timeout -H --header --cacert --proxy --allow-private --insecure --trace -q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        :
      fi
      ;;
    'decrypt')
      case $prev in
        --from|--to|--as) _nost_accounts; return ;;
        --sec-file|--cacert) _nost_files; return ;;
        --sec-fd|--connect-timeout|--relay-timeout|--timeout|-H|--header|--proxy) :; return ;;
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '--from --to --jsonl --fail-early --as --sec-file --sec-fd --prompt-sec --connect-timeout --relay-timeout --timeout -H --header --cacert --proxy --allow-private --insecure --trace -q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        :
      fi
      ;;
    'wrap')
      case $prev in
        --to|-p|--as) _nost_accounts; return ;;
        -k|--kind) if [[ -n $cur ]]; then _nost_words 'profile note follows encrypted-dm delete repost reaction badge-award chat thread seal dm file-message generic-repost website-reaction picture video short-video public-message internal-reference web-reference hardcopy-reference prompt-reference channel-create channel-metadata channel-message channel-hide-message channel-mute-user podcast-episode vanish chess application-data mls-key-package mls-welcome mls-group-event merge-request poll-response bid bid-confirmation open-timestamps gift-wrap file-metadata poll comment voice draft-checkpoint voice-comment live-chat code-snippet patch pull-request pull-request-update issue git-reply problem-tracker report label embeddings torrent torrent-comment coinjoin-pool community-approval nsite-snapshot cashu-reserved-tokens cashu-tokens cashu-history geocache-log geocache-proof-of-find add-member remove-member zap-goal nutzap zap-request zap highlight mute-list pin-list relay-list bookmark-list communities-list channel-list blocked-relays search-relays profile-badges group-list external-identities favorite-relays private-relays interest-list nutzap-info media-follows emoji-list dm-relays key-package-relays favorite-podcasts blossom-servers authored-podcasts file-servers wiki-authors wiki-relays podcast-metadata relay-monitor room-presence wallet-info membership-list nsite cashu-wallet auth wallet-request wallet-response nostr-connect blossom-auth http-auth join-request invite-request leave-request follow-set relay-set bookmark-set curation-set video-set picture-set kind-mute-set badge-set badge interest-set stall product marketplace auction article article-draft emoji-set publication-index publication-content release-artifacts app-data relay-discovery app-curation live-event interactive-room conference-event user-status trusted-user-assertion trusted-event-assertion trusted-address-assertion classified classified-draft repository repository-state wiki wiki-redirect draft calendar-date-event calendar-time-event calendar calendar-rsvp handler-recommendation handler software legacy-nsite addressable-video addressable-short-video community named-nsite geocache geocache-list cashu-mint fedimint p2p-order group-metadata group-admins group-members group-roles group-state starter-pack media-starter-pack web-bookmark'; else _nost_words 'profile note follows delete repost reaction dm gift-wrap comment report zap mute-list relay-list dm-relays article'; fi; return ;;
        -m|--content|-t|--tag|--tag-json|-e|-d|--created-at|--sec-fd|--connect-timeout|--relay-timeout|--timeout|-H|--header|--proxy) :; return ;;
        --content-file|--sec-file|--cacert) _nost_files; return ;;
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '--to --ephemeral --fail-early -k --kind -m --content --content-file -t --tag --tag-json -e -p -d --created-at --allow-nsec --as --sec-file --sec-fd --prompt-sec --connect-timeout --relay-timeout --timeout -H --header --cacert --proxy --allow-private --insecure --trace -q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        :
      fi
      ;;
    'unwrap')
      case $prev in
        --as) _nost_accounts; return ;;
        --sec-file) _nost_files; return ;;
        --sec-fd) :; return ;;
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '--results --fail-early --as --sec-file --sec-fd --prompt-sec -q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        _nost_files
      fi
      ;;
    'dm send')
      case $prev in
        -m|--content|--subject|--reply|--expires|-t|--tag|--tag-json|--relay|--require|--sec-fd|--connect-timeout|--relay-timeout|--timeout|--retry|-H|--header|--proxy) :; return ;;
        --content-file|--sec-file|--relays-file|--cacert|--record) _nost_files; return ;;
        --as) _nost_accounts; return ;;
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '-m --content --content-file --subject --reply --expires -t --tag --tag-json --allow-nsec --relay --auth --require --dry-run --results --as --sec-file --sec-fd --prompt-sec --relays-file --connect-timeout --relay-timeout --timeout --retry -H --header --cacert --proxy --allow-private --insecure --trace --record --deflate -q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        _nost_accounts
      fi
      ;;
    'dm read')
      case $prev in
        --since|--until|-n|--max-events|--idle|--relay|--require|--sec-fd|--connect-timeout|--relay-timeout|--timeout|--retry|-H|--header|--proxy) :; return ;;
        -k|--kind) if [[ -n $cur ]]; then _nost_words 'profile note follows encrypted-dm delete repost reaction badge-award chat thread seal dm file-message generic-repost website-reaction picture video short-video public-message internal-reference web-reference hardcopy-reference prompt-reference channel-create channel-metadata channel-message channel-hide-message channel-mute-user podcast-episode vanish chess application-data mls-key-package mls-welcome mls-group-event merge-request poll-response bid bid-confirmation open-timestamps gift-wrap file-metadata poll comment voice draft-checkpoint voice-comment live-chat code-snippet patch pull-request pull-request-update issue git-reply problem-tracker report label embeddings torrent torrent-comment coinjoin-pool community-approval nsite-snapshot cashu-reserved-tokens cashu-tokens cashu-history geocache-log geocache-proof-of-find add-member remove-member zap-goal nutzap zap-request zap highlight mute-list pin-list relay-list bookmark-list communities-list channel-list blocked-relays search-relays profile-badges group-list external-identities favorite-relays private-relays interest-list nutzap-info media-follows emoji-list dm-relays key-package-relays favorite-podcasts blossom-servers authored-podcasts file-servers wiki-authors wiki-relays podcast-metadata relay-monitor room-presence wallet-info membership-list nsite cashu-wallet auth wallet-request wallet-response nostr-connect blossom-auth http-auth join-request invite-request leave-request follow-set relay-set bookmark-set curation-set video-set picture-set kind-mute-set badge-set badge interest-set stall product marketplace auction article article-draft emoji-set publication-index publication-content release-artifacts app-data relay-discovery app-curation live-event interactive-room conference-event user-status trusted-user-assertion trusted-event-assertion trusted-address-assertion classified classified-draft repository repository-state wiki wiki-redirect draft calendar-date-event calendar-time-event calendar calendar-rsvp handler-recommendation handler software legacy-nsite addressable-video addressable-short-video community named-nsite geocache geocache-list cashu-mint fedimint p2p-order group-metadata group-admins group-members group-roles group-state starter-pack media-starter-pack web-bookmark'; else _nost_words 'profile note follows delete repost reaction dm gift-wrap comment report zap mute-list relay-list dm-relays article'; fi; return ;;
        --report|--sec-file|--relays-file|--cacert|--record) _nost_files; return ;;
        --as) _nost_accounts; return ;;
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '--since --until -k --kind --received --legacy -f --stream --new -n --max-events --idle --relay --auth --require --fail-on-empty --report --as --sec-file --sec-fd --prompt-sec --relays-file --connect-timeout --relay-timeout --timeout --retry -H --header --cacert --proxy --allow-private --insecure --trace --record --deflate -q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        _nost_accounts
      fi
      ;;
    'nip05')
      case $prev in
        --verify) _nost_accounts; return ;;
        --connect-timeout|--relay-timeout|--timeout|-H|--header|--proxy) :; return ;;
        --cacert) _nost_files; return ;;
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '--verify --connect-timeout --relay-timeout --timeout -H --header --cacert --proxy --allow-private --insecure --trace -q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        :
      fi
      ;;
    'profile')
      case $prev in
        --set|--require|--relay|--sec-fd|--connect-timeout|--relay-timeout|--timeout|--retry|-H|--header|--proxy) :; return ;;
        --unset) _nost_words 'name display_name about picture banner website nip05 lud16 bot'; return ;;
        --as) _nost_accounts; return ;;
        --sec-file|--relays-file|--cacert|--record) _nost_files; return ;;
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '--set --unset --check --create --require --yes --dry-run --results --relay --auth --as --sec-file --sec-fd --prompt-sec --relays-file --connect-timeout --relay-timeout --timeout --retry -H --header --cacert --proxy --allow-private --insecure --trace --record --deflate -q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        _nost_accounts
      fi
      ;;
    'outbox')
      case $prev in
        --set-read|--set-write|--remove|--set-inbox|--remove-inbox|--require|--relay|--sec-fd|--connect-timeout|--relay-timeout|--timeout|--retry|-H|--header|--proxy) :; return ;;
        --as) _nost_accounts; return ;;
        --sec-file|--relays-file|--cacert|--record) _nost_files; return ;;
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '--set-read --set-write --remove --set-inbox --remove-inbox --create --require --yes --dry-run --results --relay --auth --as --sec-file --sec-fd --prompt-sec --relays-file --connect-timeout --relay-timeout --timeout --retry -H --header --cacert --proxy --allow-private --insecure --trace --record --deflate -q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        _nost_accounts
      fi
      ;;
    'list')
      case $prev in
        -d|--require|--relay|--sec-fd|--connect-timeout|--relay-timeout|--timeout|--retry|-H|--header|--proxy) :; return ;;
        --as) _nost_accounts; return ;;
        --sec-file|--relays-file|--cacert|--record) _nost_files; return ;;
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '-d --private --create --require --yes --dry-run --results --relay --auth --as --sec-file --sec-fd --prompt-sec --relays-file --connect-timeout --relay-timeout --timeout --retry -H --header --cacert --proxy --allow-private --insecure --trace --record --deflate -q --quiet -v --verbose --log-format --pretty --color -h --help'
      elif ((behind == 0)); then
        _nost_words 'follows mutes pins relays bookmarks communities public-chats blocked-relays search-relays profile-badges user-groups favorite-relays private-relays interests media-follows emojis dm-relays favorite-podcasts blossom-servers authored-podcasts wiki-authors wiki-relays follow-sets relay-sets bookmark-sets curation-sets video-sets picture-sets kind-mute-sets badge-sets interest-sets emoji-sets release-artifacts app-curation calendar starter-pack media-starter-pack'
      elif ((behind == 1)); then
        _nost_words 'show add remove'
      else
        _nost_accounts
      fi
      ;;
    'article publish')
      case $prev in
        -d|--ignore|--require|--relay|--sec-fd|--connect-timeout|--relay-timeout|--timeout|--retry|-H|--header|--proxy) :; return ;;
        --as) _nost_accounts; return ;;
        --sec-file|--relays-file|--cacert|--record) _nost_files; return ;;
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '--draft -d --ignore --allow-nsec --require --yes --dry-run --results --relay --auth --as --sec-file --sec-fd --prompt-sec --relays-file --connect-timeout --relay-timeout --timeout --retry -H --header --cacert --proxy --allow-private --insecure --trace --record --deflate -q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        _nost_files
      fi
      ;;
    'article show')
      case $prev in
        -d|--relay|--sec-fd|--connect-timeout|--relay-timeout|--timeout|--retry|-H|--header|--proxy) :; return ;;
        --as) _nost_accounts; return ;;
        --sec-file|--relays-file|--cacert|--record) _nost_files; return ;;
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '-d --draft --relay --auth --as --sec-file --sec-fd --prompt-sec --relays-file --connect-timeout --relay-timeout --timeout --retry -H --header --cacert --proxy --allow-private --insecure --trace --record --deflate -q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        _nost_accounts
      fi
      ;;
    'article list')
      case $prev in
        --relay|--sec-fd|--connect-timeout|--relay-timeout|--timeout|--retry|-H|--header|--proxy) :; return ;;
        --as) _nost_accounts; return ;;
        --sec-file|--relays-file|--cacert|--record) _nost_files; return ;;
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '--drafts --relay --auth --as --sec-file --sec-fd --prompt-sec --relays-file --connect-timeout --relay-timeout --timeout --retry -H --header --cacert --proxy --allow-private --insecure --trace --record --deflate -q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        _nost_accounts
      fi
      ;;
    'delete')
      case $prev in
        --reason|--require|--relay|--sec-fd|--connect-timeout|--relay-timeout|--timeout|--retry|-H|--header|--proxy) :; return ;;
        --as) _nost_accounts; return ;;
        --sec-file|--relays-file|--cacert|--record) _nost_files; return ;;
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '--reason --check --require --yes --dry-run --results --allow-nsec --relay --auth --as --sec-file --sec-fd --prompt-sec --relays-file --connect-timeout --relay-timeout --timeout --retry -H --header --cacert --proxy --allow-private --insecure --trace --record --deflate -q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        :
      fi
      ;;
    'zap send')
      case $prev in
        -m|--content|--relay|--wait|--sec-fd|--connect-timeout|--relay-timeout|--timeout|--retry|-H|--header|--proxy) :; return ;;
        --wallet) _nost_wallets; return ;;
        --as) _nost_accounts; return ;;
        --sec-file|--relays-file|--cacert|--record) _nost_files; return ;;
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '-m --content --relay --pay --wallet --wait --allow-nsec --as --sec-file --sec-fd --prompt-sec --relays-file --connect-timeout --relay-timeout --timeout --retry -H --header --cacert --proxy --allow-private --insecure --trace --record --deflate -q --quiet -v --verbose --log-format --pretty --color -h --help'
      elif ((behind == 0)); then
        _nost_accounts
      else
        :
      fi
      ;;
    'zap list')
      case $prev in
        --relay|--since|--until|--connect-timeout|--relay-timeout|--timeout|--retry|-H|--header|--proxy) :; return ;;
        --relays-file|--cacert|--record) _nost_files; return ;;
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '--relay --since --until --relays-file --connect-timeout --relay-timeout --timeout --retry -H --header --cacert --proxy --allow-private --insecure --trace --record --deflate -q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        _nost_accounts
      fi
      ;;
    'wallet add')
      case $prev in
        --store) _nost_words 'auto keychain file plain'; return ;;
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '--store --insecure -q --quiet -v --verbose --log-format --pretty --color -h --help'
      elif ((behind == 0)); then
        :
      else
        :
      fi
      ;;
    'wallet balance')
      case $prev in
        --connect-timeout|--relay-timeout|--timeout|--retry|-H|--header|--proxy) :; return ;;
        --cacert|--record) _nost_files; return ;;
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '--connect-timeout --relay-timeout --timeout --retry -H --header --cacert --proxy --allow-private --insecure --trace --record --deflate -q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        _nost_wallets
      fi
      ;;
    'wallet remove')
      case $prev in
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '--yes -q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        _nost_wallets
      fi
      ;;
    'help')
      case $prev in
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '-q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        _nost_words 'exit-codes errors scripting filters relays keys people private faults kinds environment kind keygen publish req decode relay-info key encode sign match verify fetch count relay-ping relay-wait relay-check relay-test serve sync mirror diff encrypt decrypt wrap unwrap dm nip05 profile outbox list article delete zap wallet help completion'
      fi
      ;;
    'completion')
      case $prev in
        --log-format) _nost_words 'text json'; return ;;
        --color) _nost_words 'auto always never'; return ;;
      esac
      if [[ $cur == -* ]]; then
        _nost_words '-q --quiet -v --verbose --log-format --pretty --color -h --help'
      else
        _nost_words 'bash zsh fish powershell'
      fi
      ;;
    'key')
      if [[ $cur == -* ]]; then
        _nost_words '--help'
      else
        _nost_words 'list show use import export encrypt decrypt rename remove doctor'
      fi
      ;;
    'dm')
      if [[ $cur == -* ]]; then
        _nost_words '--help'
      else
        _nost_words 'send read'
      fi
      ;;
    'article')
      if [[ $cur == -* ]]; then
        _nost_words '--help'
      else
        _nost_words 'publish show list'
      fi
      ;;
    'zap')
      if [[ $cur == -* ]]; then
        _nost_words '--help'
      else
        _nost_words 'send list'
      fi
      ;;
    'wallet')
      if [[ $cur == -* ]]; then
        _nost_words '--help'
      else
        _nost_words 'add balance remove'
      fi
      ;;
    'help key')
      if [[ $cur == -* ]]; then
        _nost_words ''
      else
        _nost_words 'list show use import export encrypt decrypt rename remove doctor'
      fi
      ;;
    'help dm')
      if [[ $cur == -* ]]; then
        _nost_words ''
      else
        _nost_words 'send read'
      fi
      ;;
    'help article')
      if [[ $cur == -* ]]; then
        _nost_words ''
      else
        _nost_words 'publish show list'
      fi
      ;;
    'help zap')
      if [[ $cur == -* ]]; then
        _nost_words ''
      else
        _nost_words 'send list'
      fi
      ;;
    'help wallet')
      if [[ $cur == -* ]]; then
        _nost_words ''
      else
        _nost_words 'add balance remove'
      fi
      ;;
    'help kind')
      if [[ $cur == -* ]]; then
        _nost_words ''
      else
        if [[ -n $cur ]]; then _nost_words 'profile note follows encrypted-dm delete repost reaction badge-award chat thread seal dm file-message generic-repost website-reaction picture video short-video public-message internal-reference web-reference hardcopy-reference prompt-reference channel-create channel-metadata channel-message channel-hide-message channel-mute-user podcast-episode vanish chess application-data mls-key-package mls-welcome mls-group-event merge-request poll-response bid bid-confirmation open-timestamps gift-wrap file-metadata poll comment voice draft-checkpoint voice-comment live-chat code-snippet patch pull-request pull-request-update issue git-reply problem-tracker report label embeddings torrent torrent-comment coinjoin-pool community-approval nsite-snapshot cashu-reserved-tokens cashu-tokens cashu-history geocache-log geocache-proof-of-find add-member remove-member zap-goal nutzap zap-request zap highlight mute-list pin-list relay-list bookmark-list communities-list channel-list blocked-relays search-relays profile-badges group-list external-identities favorite-relays private-relays interest-list nutzap-info media-follows emoji-list dm-relays key-package-relays favorite-podcasts blossom-servers authored-podcasts file-servers wiki-authors wiki-relays podcast-metadata relay-monitor room-presence wallet-info membership-list nsite cashu-wallet auth wallet-request wallet-response nostr-connect blossom-auth http-auth join-request invite-request leave-request follow-set relay-set bookmark-set curation-set video-set picture-set kind-mute-set badge-set badge interest-set stall product marketplace auction article article-draft emoji-set publication-index publication-content release-artifacts app-data relay-discovery app-curation live-event interactive-room conference-event user-status trusted-user-assertion trusted-event-assertion trusted-address-assertion classified classified-draft repository repository-state wiki wiki-redirect draft calendar-date-event calendar-time-event calendar calendar-rsvp handler-recommendation handler software legacy-nsite addressable-video addressable-short-video community named-nsite geocache geocache-list cashu-mint fedimint p2p-order group-metadata group-admins group-members group-roles group-state starter-pack media-starter-pack web-bookmark'; else _nost_words 'profile note follows delete repost reaction dm gift-wrap comment report zap mute-list relay-list dm-relays article'; fi
      fi
      ;;
  esac
}
complete -F _nost nost
