// The completion script for zsh, with descriptions, from what is offered at each place. It runs nost itself only to list
// accounts and wallets.
import type { FlagNode } from './command-tree.ts';
import { byOffer, type CompletionTree, type Offer, type Place, usualOf } from './completion-offers.ts';

/** The script that `completions/_nost` holds. */
export function zshCompletion({ commands, places, leading, kinds }: CompletionTree): string {
  const withValue = byOffer(leading, kinds).flatMap(([names]) => names);
  const pairs = places.map(({ name }) => name).filter(name => name.includes(' '));
  const rows = commands.map(({ name, summary }) => described(name, summary));
  return `#compdef nost
# zsh completion for nost. Generated from the command definitions: npm run generate.
_nost() {
  local cur=\${words[CURRENT]} prev=\${words[CURRENT-1]} command at=2 behind=0
  while ((at < CURRENT)) && [[ \${words[at]} == -* ]]; do
    case \${words[at]} in (${withValue.join('|')}) ((at++)) ;; esac
    ((at++))
  done
  if ((at < CURRENT)) command=\${words[at]}
  if ((at + 1 < CURRENT)); then
    case "$command \${words[at+1]}" in
      (${pairs.map(quoted).join('|')}) command+=" \${words[at+1]}"; ((at++)) ;;
    esac
  fi
  # The words between the command and its first flag.
  while ((at + 1 + behind < CURRENT)) && [[ \${words[at+1+behind]} != -* ]]; do ((behind++)); done
  if [[ $cur == --*=* ]]; then
    prev=\${cur%%=*}
    compset -P '*='
  fi
  case $command in
${placeCase({ name: '', flags: leading, offer: [] }, kinds, list('command', rows))}
${places.map(place => placeCase(place, kinds)).join('\n')}
  esac
}

_nost_names() {
  local -a names=(\${(f)"$(sed -n 's/.*"name":"\\([^"]*\\)".*/\\1/p')"})
  compadd -a names
}

_nost_accounts() {
  _nost_names < <(nost key list 2>/dev/null)
}

_nost_wallets() {
  _nost_names < <(cat /dev/null "\${XDG_CONFIG_HOME:-$HOME/.config}"/nost/wallets/*.json(N) 2>/dev/null)
}

_nost_relays() {
  local -a relays=(\${=NOST_RELAYS//,/ })
  compadd -a relays
}

if [[ $funcstack[1] == _nost ]]; then _nost; else compdef _nost nost; fi
`;
}

function placeCase(
  { name, flags, offer, then = [] }: Place,
  kinds: readonly string[],
  otherwise = reply([offer, ...then].at(-1)!),
): string {
  const values = byOffer(flags, kinds).map(
    ([names, offer]) => `        (${names.join('|')}) ${reply(offer)}; return ;;`,
  );
  const choose = values.length === 0 ? '' : `      case $prev in\n${values.join('\n')}\n      esac\n`;
  return `    (${quoted(name)})
${choose}      if [[ $cur == -* ]]; then
        ${list('flag', flags.flatMap(describedFlag))}
${[offer, ...then]
  .slice(0, -1)
  .map((each, at) => `      elif ((behind == ${at})); then\n        ${reply(each)}\n`)
  .join('')}      else
        ${otherwise}
      fi
      ;;`;
}

function describedFlag({ names, description }: FlagNode): string[] {
  return names.map(name => described(name, description));
}

function described(word: string, text: string): string {
  return quoted(`${word}:${text}`);
}

function list(what: string, rows: readonly string[]): string {
  return `local -a rows=(${rows.join(' ')}); _describe ${what === 'flag' ? '-o ' : ''}${what} rows`;
}

function reply(offer: Offer): string {
  if (offer === 'nothing') return ':';
  if (typeof offer === 'string') return offer === 'files' ? '_files' : `_nost_${offer}`;
  const [all, usual] = [`compadd -- ${offer.join(' ')}`, usualOf(offer)];
  return usual ? `if [[ -n $PREFIX ]]; then ${all}; else compadd -- ${usual.join(' ')}; fi` : all;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
