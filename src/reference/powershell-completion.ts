// The completion script for PowerShell 5 and 7, from what is offered at each place. It runs nost itself only to list
// accounts and wallets.
import type { FlagNode } from './command-tree.ts';
import { byOffer, type CompletionTree, type Offer, type Place } from './completion-offers.ts';

/** The script that `completions/nost.ps1` holds. */
export function powershellCompletion({ commands, places, leading, kinds }: CompletionTree): string {
  const withValue = byOffer(leading, kinds).flatMap(([names]) => names);
  const summaries = commands.map(({ name, summary }) => `${quoted(name)} = ${quoted(summary)}`);
  const start: Place = { name: '', flags: leading, offer: commands.map(({ name }) => name) };
  return `# PowerShell completion for nost. Generated from the command definitions: npm run generate.
$nostCommands = @{ ${summaries.join('; ')} }
$nostPlaces = @{
${[start, ...places].map(place => row(place, kinds)).join('\n')}
}
Register-ArgumentCompleter -Native -CommandName nost -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $cur = "$wordToComplete"
  $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
    Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { "$_" })
  $at = 0
  while ($at -lt $words.Count -and $words[$at].StartsWith('-')) {
    if (@(${withValue.map(quoted).join(', ')}) -contains $words[$at]) { $at++ }
    $at++
  }
  $name = if ($at -lt $words.Count) { $words[$at] } else { '' }
  if ($at + 1 -lt $words.Count -and $nostPlaces.ContainsKey("$name $($words[$at + 1])")) {
    $at++
    $name += " $($words[$at])"
  }
  $behind = 0
  while ($at + 1 + $behind -lt $words.Count -and -not $words[$at + 1 + $behind].StartsWith('-')) { $behind++ }
  $place = $nostPlaces[$name]
  if (-not $place) { return }
  $flag = if ($words.Count -gt 0) { $words[-1] } else { '' }
  $head = ''
  if ($cur -match '^(--[\\w-]+=)(.*)$') { $head = $Matches[1]; $flag = $head.TrimEnd('='); $cur = $Matches[2] }
  $offer = if ($place.values.ContainsKey($flag)) { $place.values[$flag] }
    elseif ($cur.StartsWith('-')) { $place.flags.Keys | Sort-Object }
    else { $place.offers[[Math]::Min($behind, $place.offers.Count - 1)] }
  if ("$offer" -eq ':files') { return }
  if ("$offer" -eq ':relays') { $offer = "$env:NOST_RELAYS" -split '[\\s,]+' }
  if ("$offer" -eq ':accounts') { $offer = nost key list 2>$null | ForEach-Object { ($_ | ConvertFrom-Json).name } }
  if ("$offer" -eq ':wallets') {
    $folder = if ($env:XDG_CONFIG_HOME) { $env:XDG_CONFIG_HOME } else { "$HOME/.config" }
    $offer = Get-Content "$folder/nost/wallets/*.json" -ErrorAction Ignore | ForEach-Object { ($_ | ConvertFrom-Json).name }
  }
  $offer | Where-Object { $_ -and $_.StartsWith($cur) } | ForEach-Object {
    $about = if ($place.flags.ContainsKey($_)) { $place.flags[$_] } elseif (-not $name -and $nostCommands[$_]) { $nostCommands[$_] } else { $_ }
    [System.Management.Automation.CompletionResult]::new("$head$_", $_, 'ParameterValue', $about)
  }
}
`;
}

function row({ name, flags, offer, then = [] }: Place, kinds: readonly string[]): string {
  const values = byOffer(flags, kinds).flatMap(([names, offer]) =>
    names.map(name => `${quoted(name)} = ${list(offer)}`),
  );
  return `  ${quoted(name)} = @{
    offers = @(${[offer, ...then].map(each => `,${list(each)}`).join(' + ')})
    flags = ${table(flags.flatMap(described))}
    values = ${table(values)}
  }`;
}

/** Names differ by case: \`-h\` and \`-H\` are two. */
function table(rows: readonly string[]): string {
  const added = rows.map(row => ` $t.Add(${row.replace(' = ', ', ')});`);
  return `(& { $t = [System.Collections.Hashtable]::new([System.StringComparer]::Ordinal);${added.join('')} $t })`;
}

function described({ names, description }: FlagNode): string[] {
  return names.map(name => `${quoted(name)} = ${quoted(description)}`);
}

/** What only the shell knows has a colon before it. */
function list(offer: Offer): string {
  if (offer === 'nothing') return '@()';
  return typeof offer === 'string' ? quoted(`:${offer}`) : `@(${offer.map(quoted).join(', ')})`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
