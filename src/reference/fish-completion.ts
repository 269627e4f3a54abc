// The completion script for fish 3, with descriptions, from what is offered at each place. It runs nost itself only to list
// accounts.
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
function __nost_command
    set -l words (commandline -opc)[2..-1]
    while string match -q -- '-*' $words[1]
        if contains -- $words[1] ${withValue.join(' ')}
            set -e words[1]
        end
        set -e words[1]
    end
    if contains -- "$words[1] $words[2]" ${pairs.map(quoted).join(' ')}
        echo "$words[1] $words[2]"
    else
        echo "$words[1]"
    end
end

function __nost_at
    test (__nost_command) = "$argv[1]"
end

function __nost_accounts
    nost key list 2>/dev/null | string replace -rf '.*"name":"([^"]*)".*' '$1'
end

function __nost_relays
    string split -n ' ' -- (string replace -a ',' ' ' -- "$NOST_RELAYS")
end

complete -c nost -f
${lines.join('\n')}
`;
}

function placeLines({ name, flags, offer }: Place, kinds: readonly string[]): string[] {
  const words = argument(offer);
  return [
    ...(offer === 'nothing' ? [] : [`${complete(name)} ${words}`]),
    ...flags.map(flag => flagLine(name, flag, kinds)),
  ];
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
