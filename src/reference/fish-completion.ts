// The completion script for fish 3, with descriptions, from what is offered at each place. It runs nost itself only to list
// accounts and wallets.
import type { FlagNode } from './command-tree.ts';
import { byOffer, type CompletionTree, type Offer, offerOfValue, type Place } from './completion-offers.ts';

/** The script that `completions/nost.fish` holds. */
export function fishCompletion({ commands, places, leading, kinds }: CompletionTree): string {
  const withValue = byOffer(leading, kinds).flatMap(([names]) => names);
  const pairs = places.map(({ name }) => name).filter(name => name.includes(' '));
  const start: Place = { name: '', flags: leading, offer: 'nothing' };
  const lines = [
    ...commands.map(({ name, summary }) => `${complete('')} -f -a ${name} -d ${quoted(summary)}`),
    ...[start, ...places].flatMap(place => placeLines(place, kinds)),
  ];
  return `# fish completion for nost. Generated from the command definitions: npm run generate.
function __nost_words
    set -l words (commandline -opc)[2..-1]
    while string match -q -- '-*' $words[1]
        if contains -- $words[1] ${withValue.join(' ')}
            set -e words[1]
        end
        set -e words[1]
    end
    string join \\n -- $words
end

function __nost_command
    set -l words (__nost_words)
    if contains -- "$words[1] $words[2]" ${pairs.map(quoted).join(' ')}
        echo "$words[1] $words[2]"
    else
        echo "$words[1]"
    end
end

function __nost_at
    test (__nost_command) = "$argv[1]"
end

# After so many words between the command and its first flag; with a third word, or more.
function __nost_behind
    __nost_at $argv[1]; or return
    set -l count -1
    string match -q -- '* *' $argv[1]; and set count -2
    for word in (__nost_words)
        string match -q -- '-*' $word; and break
        set count (math $count + 1)
    end
    test $count -eq $argv[2]; or begin
        set -q argv[3]; and test $count -gt $argv[2]
    end
end

function __nost_names
    set -q argv[1]; and string replace -rf '.*"name":"([^"]*)".*' '$1' -- $argv
end

function __nost_accounts
    __nost_names (nost key list 2>/dev/null)
end

function __nost_wallets
    set -l folder "$XDG_CONFIG_HOME"
    test -n "$folder"; or set folder "$HOME/.config"
    set -l files "$folder"/nost/wallets/*.json
    __nost_names (cat /dev/null $files 2>/dev/null)
end

function __nost_relays
    string split -n ' ' -- (string replace -a ',' ' ' -- "$NOST_RELAYS")
end

complete -c nost -f
${lines.join('\n')}
`;
}

function placeLines({ name, flags, offer, then = [] }: Place, kinds: readonly string[]): string[] {
  return [
    ...[offer, ...then].flatMap((each, at) =>
      each === 'nothing' ? [] : [`${completeBehind(name, at, then.length)} ${argument(each)}`],
    ),
    ...flags.map(flag => flagLine(name, flag, kinds)),
  ];
}

/** In a place where all words are alike it does not matter how many there are. */
function completeBehind(place: string, at: number, last: number): string {
  if (last === 0) return complete(place);
  const more = at === last ? ' more' : '';
  return `complete -c nost -n ${quoted(`__nost_behind ${quoted(place)} ${at}${more}`)}`;
}

function flagLine(place: string, flag: FlagNode, kinds: readonly string[]): string {
  const names = flag.names.map(name =>
    name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`,
  );
  const offer = offerOfValue(flag, kinds);
  const value = offer === undefined ? '' : ` -r ${argument(offer)}`;
  return `${complete(place)} ${names.join(' ')}${value} -d ${quoted(flag.description)}`;
}

function complete(place: string): string {
  return `complete -c nost -n ${quoted(`__nost_at ${quoted(place)}`)}`;
}

function argument(offer: Offer): string {
  if (offer === 'nothing') return '-f';
  if (offer === 'files') return '-F';
  return typeof offer === 'string' ? `-f -a '(__nost_${offer})'` : `-f -a ${quoted(offer.join(' '))}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
