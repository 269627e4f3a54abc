# bash completion for nost. Generated from the command definitions: npm run generate.
_nost() {
  # The line as it was typed: COMP_WORDS is split at = and :, which flags and URLs hold.
  local line=${COMP_LINE:0:COMP_POINT} words cur prev
  [[ -n $line ]] || line="${COMP_WORDS[*]:0:COMP_CWORD+1}"
  read -ra words <<<"$line"
  cur=${line##*[[:space:]]}
  prev=${words[${#words[@]} - (${#cur} > 0 ? 2 : 1)]}
  if [[ $cur == --*=* ]]; then
    prev=${cur%%=*} cur=${cur#*=}
  fi
  COMPREPLY=()
  if ((${#words[@]} - (${#cur} > 0 ? 1 : 0) == 1)); then
    COMPREPLY=($(compgen -W 'keygen publish req decode relay-info key verify serve help completion --help --version' -- "$cur"))
    return
  fi
  _nost_command
  # readline replaces only what stands after the last colon.
  if [[ $cur == *:* && $COMP_WORDBREAKS == *:* ]]; then
    local i head=${cur%"${cur##*:}"}
    for i in "${!COMPREPLY[@]}"; do COMPREPLY[i]=${COMPREPLY[i]#"$head"}; done
  fi
}

_nost_command() {
  local command=${words[1]}
  if [[ $command == key ]]; then
    if ((${#words[@]} - (${#cur} > 0 ? 1 : 0) == 2)); then
      COMPREPLY=($(compgen -W 'list show use import export encrypt decrypt rename remove doctor --help' -- "$cur"))
      return
    fi
    command+=" ${words[2]}"
  fi
  case $command in
    keygen)
      case $prev in
        --name) :; return ;;
        --store) COMPREPLY=($(compgen -W 'auto keychain file plain' -- "$cur")); return ;;
        --log-format) COMPREPLY=($(compgen -W 'text json' -- "$cur")); return ;;
        --color) COMPREPLY=($(compgen -W 'auto always never' -- "$cur")); return ;;
      esac
      if [[ $cur == -* ]]; then
        COMPREPLY=($(compgen -W '--name --store --insecure --print-secret -q --quiet -v --verbose --log-format --pretty --color -h --help' -- "$cur"))
      else
        :
      fi
      ;;
    publish)
      case $prev in
        -k|--kind) COMPREPLY=($(compgen -W 'profile note follows encrypted-dm delete repost reaction badge-award chat thread seal dm file-message generic-repost website-reaction picture video short-video public-message internal-reference web-reference hardcopy-reference prompt-reference channel-create channel-metadata channel-message channel-hide-message channel-mute-user podcast-episode vanish chess application-data mls-key-package mls-welcome mls-group-event merge-request poll-response bid bid-confirmation open-timestamps gift-wrap file-metadata poll comment voice draft-checkpoint voice-comment live-chat code-snippet patch pull-request pull-request-update issue git-reply problem-tracker report label embeddings torrent torrent-comment coinjoin-pool community-approval nsite-snapshot cashu-reserved-tokens cashu-tokens cashu-history geocache-log geocache-proof-of-find add-member remove-member zap-goal nutzap zap-request zap highlight mute-list pin-list relay-list bookmark-list communities-list channel-list blocked-relays search-relays profile-badges group-list external-identities favorite-relays private-relays interest-list nutzap-info media-follows emoji-list dm-relays key-package-relays favorite-podcasts blossom-servers authored-podcasts file-servers podcast-metadata relay-monitor room-presence wallet-info membership-list nsite cashu-wallet auth wallet-request wallet-response nostr-connect blossom-auth http-auth join-request invite-request leave-request follow-set relay-set bookmark-set curation-set video-set picture-set kind-mute-set badge-set badge interest-set stall product marketplace auction article article-draft emoji-set publication-index publication-content release-artifacts app-data relay-discovery app-curation live-event interactive-room conference-event user-status trusted-user-assertion trusted-event-assertion trusted-address-assertion classified classified-draft repository repository-state wiki wiki-redirect draft calendar-date-event calendar-time-event calendar calendar-rsvp handler-recommendation handler software legacy-nsite addressable-video addressable-short-video community named-nsite geocache geocache-list cashu-mint fedimint p2p-order group-metadata group-admins group-members group-roles group-state starter-pack media-starter-pack web-bookmark' -- "$cur")); return ;;
        -m|--content) :; return ;;
        --content-file) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur")); return ;;
        -t|--tag) :; return ;;
        --tag-json) :; return ;;
        -e) :; return ;;
        -p) :; return ;;
        -d) :; return ;;
        --created-at) :; return ;;
        --pow) :; return ;;
        --expires) :; return ;;
        --require) :; return ;;
        --pipeline) :; return ;;
        --state) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur")); return ;;
        --as) :; return ;;
        --sec-file) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur")); return ;;
        --sec-fd) :; return ;;
        --relays-file) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur")); return ;;
        --connect-timeout) :; return ;;
        --relay-timeout) :; return ;;
        --timeout) :; return ;;
        --retry) :; return ;;
        -H|--header) :; return ;;
        --cacert) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur")); return ;;
        --proxy) :; return ;;
        --log-format) COMPREPLY=($(compgen -W 'text json' -- "$cur")); return ;;
        --color) COMPREPLY=($(compgen -W 'auto always never' -- "$cur")); return ;;
      esac
      if [[ $cur == -* ]]; then
        COMPREPLY=($(compgen -W '-k --kind -m --content --content-file -t --tag --tag-json -e -p -d --created-at --pow --expires --protected --allow-nsec --require --results --pipeline --state --dry-run --auth --fail-early --as --sec-file --sec-fd --prompt-sec --relays-file --connect-timeout --relay-timeout --timeout --retry -H --header --cacert --proxy --insecure --trace --deflate -q --quiet -v --verbose --log-format --pretty --color -h --help' -- "$cur"))
      else
        COMPREPLY=($(compgen -W "${NOST_RELAYS//,/ }" -- "$cur"))
      fi
      ;;
    req)
      case $prev in
        -i|--id) :; return ;;
        -a|--author) :; return ;;
        -k|--kind) COMPREPLY=($(compgen -W 'profile note follows encrypted-dm delete repost reaction badge-award chat thread seal dm file-message generic-repost website-reaction picture video short-video public-message internal-reference web-reference hardcopy-reference prompt-reference channel-create channel-metadata channel-message channel-hide-message channel-mute-user podcast-episode vanish chess application-data mls-key-package mls-welcome mls-group-event merge-request poll-response bid bid-confirmation open-timestamps gift-wrap file-metadata poll comment voice draft-checkpoint voice-comment live-chat code-snippet patch pull-request pull-request-update issue git-reply problem-tracker report label embeddings torrent torrent-comment coinjoin-pool community-approval nsite-snapshot cashu-reserved-tokens cashu-tokens cashu-history geocache-log geocache-proof-of-find add-member remove-member zap-goal nutzap zap-request zap highlight mute-list pin-list relay-list bookmark-list communities-list channel-list blocked-relays search-relays profile-badges group-list external-identities favorite-relays private-relays interest-list nutzap-info media-follows emoji-list dm-relays key-package-relays favorite-podcasts blossom-servers authored-podcasts file-servers podcast-metadata relay-monitor room-presence wallet-info membership-list nsite cashu-wallet auth wallet-request wallet-response nostr-connect blossom-auth http-auth join-request invite-request leave-request follow-set relay-set bookmark-set curation-set video-set picture-set kind-mute-set badge-set badge interest-set stall product marketplace auction article article-draft emoji-set publication-index publication-content release-artifacts app-data relay-discovery app-curation live-event interactive-room conference-event user-status trusted-user-assertion trusted-event-assertion trusted-address-assertion classified classified-draft repository repository-state wiki wiki-redirect draft calendar-date-event calendar-time-event calendar calendar-rsvp handler-recommendation handler software legacy-nsite addressable-video addressable-short-video community named-nsite geocache geocache-list cashu-mint fedimint p2p-order group-metadata group-admins group-members group-roles group-state starter-pack media-starter-pack web-bookmark' -- "$cur")); return ;;
        -t|--tag) :; return ;;
        -e) :; return ;;
        -p) :; return ;;
        -d) :; return ;;
        --since) :; return ;;
        --until) :; return ;;
        -l|--limit) :; return ;;
        --search) :; return ;;
        --filter) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur")); return ;;
        -n|--max-events) :; return ;;
        --idle) :; return ;;
        --require) :; return ;;
        --format) :; return ;;
        --report) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur")); return ;;
        --as) :; return ;;
        --sec-file) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur")); return ;;
        --sec-fd) :; return ;;
        --relays-file) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur")); return ;;
        --connect-timeout) :; return ;;
        --relay-timeout) :; return ;;
        --timeout) :; return ;;
        --retry) :; return ;;
        -H|--header) :; return ;;
        --cacert) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur")); return ;;
        --proxy) :; return ;;
        --log-format) COMPREPLY=($(compgen -W 'text json' -- "$cur")); return ;;
        --color) COMPREPLY=($(compgen -W 'auto always never' -- "$cur")); return ;;
      esac
      if [[ $cur == -* ]]; then
        COMPREPLY=($(compgen -W '-i --id -a --author -k --kind -t --tag -e -p -d --since --until -l --limit --search --filter -f --stream --new --all -n --max-events --idle --require --fail-on-empty --envelope --format --report --auth --no-verify --no-dedupe --as --sec-file --sec-fd --prompt-sec --relays-file --connect-timeout --relay-timeout --timeout --retry -H --header --cacert --proxy --insecure --trace --deflate -q --quiet -v --verbose --log-format --pretty --color -h --help' -- "$cur"))
      else
        COMPREPLY=($(compgen -W "${NOST_RELAYS//,/ }" -- "$cur"))
      fi
      ;;
    decode)
      case $prev in
        --log-format) COMPREPLY=($(compgen -W 'text json' -- "$cur")); return ;;
        --color) COMPREPLY=($(compgen -W 'auto always never' -- "$cur")); return ;;
      esac
      if [[ $cur == -* ]]; then
        COMPREPLY=($(compgen -W '--reveal -q --quiet -v --verbose --log-format --pretty --color -h --help' -- "$cur"))
      else
        :
      fi
      ;;
    relay-info)
      case $prev in
        --relays-file) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur")); return ;;
        --connect-timeout) :; return ;;
        --relay-timeout) :; return ;;
        --timeout) :; return ;;
        --retry) :; return ;;
        -H|--header) :; return ;;
        --cacert) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur")); return ;;
        --proxy) :; return ;;
        --log-format) COMPREPLY=($(compgen -W 'text json' -- "$cur")); return ;;
        --color) COMPREPLY=($(compgen -W 'auto always never' -- "$cur")); return ;;
      esac
      if [[ $cur == -* ]]; then
        COMPREPLY=($(compgen -W '--lint --json --relays-file --connect-timeout --relay-timeout --timeout --retry -H --header --cacert --proxy --insecure --trace --deflate -q --quiet -v --verbose --log-format --pretty --color -h --help' -- "$cur"))
      else
        COMPREPLY=($(compgen -W "${NOST_RELAYS//,/ }" -- "$cur"))
      fi
      ;;
    key\ list)
      case $prev in
        --log-format) COMPREPLY=($(compgen -W 'text json' -- "$cur")); return ;;
        --color) COMPREPLY=($(compgen -W 'auto always never' -- "$cur")); return ;;
      esac
      if [[ $cur == -* ]]; then
        COMPREPLY=($(compgen -W '-q --quiet -v --verbose --log-format --pretty --color -h --help' -- "$cur"))
      else
        :
      fi
      ;;
    key\ show)
      case $prev in
        --log-format) COMPREPLY=($(compgen -W 'text json' -- "$cur")); return ;;
        --color) COMPREPLY=($(compgen -W 'auto always never' -- "$cur")); return ;;
      esac
      if [[ $cur == -* ]]; then
        COMPREPLY=($(compgen -W '-q --quiet -v --verbose --log-format --pretty --color -h --help' -- "$cur"))
      else
        :
      fi
      ;;
    key\ use)
      case $prev in
        --log-format) COMPREPLY=($(compgen -W 'text json' -- "$cur")); return ;;
        --color) COMPREPLY=($(compgen -W 'auto always never' -- "$cur")); return ;;
      esac
      if [[ $cur == -* ]]; then
        COMPREPLY=($(compgen -W '-q --quiet -v --verbose --log-format --pretty --color -h --help' -- "$cur"))
      else
        :
      fi
      ;;
    key\ import)
      case $prev in
        --name) :; return ;;
        --store) COMPREPLY=($(compgen -W 'auto keychain file plain' -- "$cur")); return ;;
        --mnemonic-account) :; return ;;
        --command) :; return ;;
        --sec-file) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur")); return ;;
        --sec-fd) :; return ;;
        --log-format) COMPREPLY=($(compgen -W 'text json' -- "$cur")); return ;;
        --color) COMPREPLY=($(compgen -W 'auto always never' -- "$cur")); return ;;
      esac
      if [[ $cur == -* ]]; then
        COMPREPLY=($(compgen -W '--name --store --insecure --mnemonic --mnemonic-account --command --sec-file --sec-fd --prompt-sec -q --quiet -v --verbose --log-format --pretty --color -h --help' -- "$cur"))
      else
        :
      fi
      ;;
    key\ export)
      case $prev in
        --log-n) :; return ;;
        --log-format) COMPREPLY=($(compgen -W 'text json' -- "$cur")); return ;;
        --color) COMPREPLY=($(compgen -W 'auto always never' -- "$cur")); return ;;
      esac
      if [[ $cur == -* ]]; then
        COMPREPLY=($(compgen -W '--reveal --yes --log-n -q --quiet -v --verbose --log-format --pretty --color -h --help' -- "$cur"))
      else
        :
      fi
      ;;
    key\ encrypt)
      case $prev in
        --log-n) :; return ;;
        --sec-file) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur")); return ;;
        --sec-fd) :; return ;;
        --log-format) COMPREPLY=($(compgen -W 'text json' -- "$cur")); return ;;
        --color) COMPREPLY=($(compgen -W 'auto always never' -- "$cur")); return ;;
      esac
      if [[ $cur == -* ]]; then
        COMPREPLY=($(compgen -W '--log-n --sec-file --sec-fd --prompt-sec -q --quiet -v --verbose --log-format --pretty --color -h --help' -- "$cur"))
      else
        :
      fi
      ;;
    key\ decrypt)
      case $prev in
        --sec-file) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur")); return ;;
        --sec-fd) :; return ;;
        --log-format) COMPREPLY=($(compgen -W 'text json' -- "$cur")); return ;;
        --color) COMPREPLY=($(compgen -W 'auto always never' -- "$cur")); return ;;
      esac
      if [[ $cur == -* ]]; then
        COMPREPLY=($(compgen -W '--reveal --sec-file --sec-fd --prompt-sec -q --quiet -v --verbose --log-format --pretty --color -h --help' -- "$cur"))
      else
        :
      fi
      ;;
    key\ rename)
      case $prev in
        --log-format) COMPREPLY=($(compgen -W 'text json' -- "$cur")); return ;;
        --color) COMPREPLY=($(compgen -W 'auto always never' -- "$cur")); return ;;
      esac
      if [[ $cur == -* ]]; then
        COMPREPLY=($(compgen -W '-q --quiet -v --verbose --log-format --pretty --color -h --help' -- "$cur"))
      else
        :
      fi
      ;;
    key\ remove)
      case $prev in
        --log-format) COMPREPLY=($(compgen -W 'text json' -- "$cur")); return ;;
        --color) COMPREPLY=($(compgen -W 'auto always never' -- "$cur")); return ;;
      esac
      if [[ $cur == -* ]]; then
        COMPREPLY=($(compgen -W '--yes -q --quiet -v --verbose --log-format --pretty --color -h --help' -- "$cur"))
      else
        :
      fi
      ;;
    key\ doctor)
      case $prev in
        --log-format) COMPREPLY=($(compgen -W 'text json' -- "$cur")); return ;;
        --color) COMPREPLY=($(compgen -W 'auto always never' -- "$cur")); return ;;
      esac
      if [[ $cur == -* ]]; then
        COMPREPLY=($(compgen -W '--json -q --quiet -v --verbose --log-format --pretty --color -h --help' -- "$cur"))
      else
        :
      fi
      ;;
    verify)
      case $prev in
        --min-pow) :; return ;;
        --log-format) COMPREPLY=($(compgen -W 'text json' -- "$cur")); return ;;
        --color) COMPREPLY=($(compgen -W 'auto always never' -- "$cur")); return ;;
      esac
      if [[ $cur == -* ]]; then
        COMPREPLY=($(compgen -W '--results --min-pow --fail-early -q --quiet -v --verbose --log-format --pretty --color -h --help' -- "$cur"))
      else
        compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur"))
      fi
      ;;
    serve)
      case $prev in
        --host) :; return ;;
        --port) :; return ;;
        --seed) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur")); return ;;
        --max-limit) :; return ;;
        --log-format) COMPREPLY=($(compgen -W 'text json' -- "$cur")); return ;;
        --color) COMPREPLY=($(compgen -W 'auto always never' -- "$cur")); return ;;
      esac
      if [[ $cur == -* ]]; then
        COMPREPLY=($(compgen -W '--host --port --seed --auth --max-limit --json -q --quiet -v --verbose --log-format --pretty --color -h --help' -- "$cur"))
      else
        :
      fi
      ;;
    help)
      case $prev in
        --log-format) COMPREPLY=($(compgen -W 'text json' -- "$cur")); return ;;
        --color) COMPREPLY=($(compgen -W 'auto always never' -- "$cur")); return ;;
      esac
      if [[ $cur == -* ]]; then
        COMPREPLY=($(compgen -W '-q --quiet -v --verbose --log-format --pretty --color -h --help' -- "$cur"))
      else
        COMPREPLY=($(compgen -W 'exit-codes errors scripting filters relays keys kinds environment' -- "$cur"))
      fi
      ;;
    completion)
      case $prev in
        --log-format) COMPREPLY=($(compgen -W 'text json' -- "$cur")); return ;;
        --color) COMPREPLY=($(compgen -W 'auto always never' -- "$cur")); return ;;
      esac
      if [[ $cur == -* ]]; then
        COMPREPLY=($(compgen -W '-q --quiet -v --verbose --log-format --pretty --color -h --help' -- "$cur"))
      else
        COMPREPLY=($(compgen -W 'bash' -- "$cur"))
      fi
      ;;
  esac
}
complete -F _nost nost
