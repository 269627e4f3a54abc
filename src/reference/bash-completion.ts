// The completion script for bash 4, from what is offered at each place. It runs nost itself only to list accounts
// and wallets.
import { byOffer, type CompletionTree, type Offer, type Place, usualOf } from './completion-offers.ts';

/** The script that `completions/nost.bash` holds. */
export function bashCompletion({ commands, places, leading, kinds }: CompletionTree): string {
  const withValue = byOffer(leading, kinds).flatMap(([names]) => names);
  const pairs = places.map(({ name }) => name).filter(name => name.includes(' '));
  return `# bash completion for nost. Generated from the command definitions: npm run generate.
_nost() {
  # The line as it was typed: COMP_WORDS is split at = and :, which flags and URLs hold.
  local line=\${COMP_LINE:0:COMP_POINT} words cur prev before at=1 command behind=0
  [[ -n $line ]] || line="\${COMP_WORDS[*]:0:COMP_CWORD+1}"
  read -ra words <<<"$line"
  cur=\${line##*[[:space:]]}
  before=("\${words[@]:0:\${#words[@]} - (\${#cur} > 0 ? 1 : 0)}")
  prev=\${before[\${#before[@]} - 1]}
  if [[ $cur == --*=* ]]; then
    prev=\${cur%%=*} cur=\${cur#*=}
  fi
  COMPREPLY=()
  while [[ \${before[at]} == -* ]]; do
    case \${before[at]} in ${withValue.join('|')}) ((at++)) ;; esac
    ((at++))
  done
  command=\${before[at]}
  case "$command \${before[at + 1]}" in
    ${pairs.map(quoted).join('|')}) command+=" \${before[at + 1]}"; ((at++)) ;;
  esac
  # The words between the command and its first flag.
  while [[ -n \${before[at + 1 + behind]} && \${before[at + 1 + behind]} != -* ]]; do ((behind++)); done
  _nost_offer
  # readline replaces only what stands after the last colon.
  if [[ $cur == *:* && $COMP_WORDBREAKS == *:* ]]; then
    local i head=\${cur%"\${cur##*:}"}
    for i in "\${!COMPREPLY[@]}"; do COMPREPLY[i]=\${COMPREPLY[i]#"$head"}; done
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
  _nost_words "$(sed -n 's/.*"name":"\\([^"]*\\)".*/\\1/p')"
}

_nost_accounts() {
  _nost_names < <(nost key list 2>/dev/null)
}

_nost_wallets() {
  _nost_names < <(cat /dev/null "\${XDG_CONFIG_HOME:-$HOME/.config}"/nost/wallets/*.json 2>/dev/null)
}

_nost_offer() {
  case $command in
${placeCase({ name: '', flags: leading, offer: commands.map(({ name }) => name) }, kinds)}
${places.map(place => placeCase(place, kinds)).join('\n')}
  esac
}
complete -F _nost nost
`;
}

function placeCase({ name, flags, offer, then = [] }: Place, kinds: readonly string[]): string {
  const values = byOffer(flags, kinds).map(
    ([names, offer]) => `        ${names.join('|')}) ${reply(offer)}; return ;;`,
  );
  const choose = values.length === 0 ? '' : `      case $prev in\n${values.join('\n')}\n      esac\n`;
  return `    ${quoted(name)})
${choose}      if [[ $cur == -* ]]; then
        ${reply(flags.flatMap(({ names }) => names))}
${[offer, ...then]
  .slice(0, -1)
  .map((each, at) => `      elif ((behind == ${at})); then\n        ${reply(each)}\n`)
  .join('')}      else
        ${reply([offer, ...then].at(-1)!)}
      fi
      ;;`;
}

function reply(offer: Offer): string {
  if (offer === 'nothing') return ':';
  if (offer === 'files' || offer === 'accounts' || offer === 'wallets') return `_nost_${offer}`;
  if (offer === 'relays') return `_nost_words "\${NOST_RELAYS//,/ }"`;
  const [all, usual] = [`_nost_words ${quoted(offer.join(' '))}`, usualOf(offer)];
  return usual ? `if [[ -n $cur ]]; then ${all}; else _nost_words ${quoted(usual.join(' '))}; fi` : all;
}

function quoted(text: string): string {
  return `'${text}'`;
}
