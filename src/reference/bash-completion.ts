// The completion script for bash, from the command tree. Pure bash 4: it runs nothing and reads no file of its own.
import type { CommandNode, FlagNode } from './command-tree.ts';

export interface CompletionWords {
  /** Names of kinds, for flags whose value is a kind. */
  kinds: readonly string[];
}

/** The script that `completions/nost.bash` holds. */
export function bashCompletion(commands: readonly CommandNode[], words: CompletionWords): string {
  return `# bash completion for nost. Generated from the command definitions: npm run generate.
_nost() {
  # The line as it was typed: COMP_WORDS is split at = and :, which flags and URLs hold.
  local line=\${COMP_LINE:0:COMP_POINT} words cur prev
  [[ -n $line ]] || line="\${COMP_WORDS[*]:0:COMP_CWORD+1}"
  read -ra words <<<"$line"
  cur=\${line##*[[:space:]]}
  prev=\${words[\${#words[@]} - (\${#cur} > 0 ? 2 : 1)]}
  if [[ $cur == --*=* ]]; then
    prev=\${cur%%=*} cur=\${cur#*=}
  fi
  COMPREPLY=()
  if ((\${#words[@]} - (\${#cur} > 0 ? 1 : 0) == 1)); then
    COMPREPLY=($(compgen -W '${[...firstWords(commands), '--help', '--version'].join(' ')}' -- "$cur"))
    return
  fi
  _nost_command
  # readline replaces only what stands after the last colon.
  if [[ $cur == *:* && $COMP_WORDBREAKS == *:* ]]; then
    local i head=\${cur%"\${cur##*:}"}
    for i in "\${!COMPREPLY[@]}"; do COMPREPLY[i]=\${COMPREPLY[i]#"$head"}; done
  fi
}

_nost_command() {
  local command=\${words[1]}
${families(commands)}  case $command in
${commands.map(command => commandCase(command, words)).join('\n')}
  esac
}
complete -F _nost nost
`;
}

function firstWords(commands: readonly CommandNode[]): string[] {
  return [...new Set(commands.map(({ name }) => name.split(' ')[0]!))];
}

/** `nost key`: a second word belongs to the command's name. */
function families(commands: readonly CommandNode[]): string {
  const names = commands.map(({ name }) => name.split(' '));
  const words = [...new Set(names.filter(name => name.length > 1).map(([first]) => first!))];
  return words
    .map(word => {
      const seconds = names.filter(([first]) => first === word).map(([, second]) => second!);
      return `  if [[ $command == ${word} ]]; then
    if ((\${#words[@]} - (\${#cur} > 0 ? 1 : 0) == 2)); then
      ${reply([...seconds, '--help'])}
      return
    fi
    command+=" \${words[2]}"
  fi
`;
    })
    .join('');
}

function commandCase(command: CommandNode, words: CompletionWords): string {
  const flags = command.flags.flatMap(({ names }) => names).join(' ');
  return `    ${command.name.replace(' ', '\\ ')})
${valueCases(command.flags, words)}      if [[ $cur == -* ]]; then
        COMPREPLY=($(compgen -W '${flags}' -- "$cur"))
      else
        ${positional(command)}
      fi
      ;;`;
}

/** What follows a flag that takes a value. */
function valueCases(flags: readonly FlagNode[], words: CompletionWords): string {
  const withValue = flags.filter(({ value }) => value !== undefined);
  if (withValue.length === 0) return '';
  const cases = withValue.map(
    flag => `        ${flag.names.join('|')}) ${valueReply(flag, words)}; return ;;`,
  );
  return `      case $prev in\n${cases.join('\n')}\n      esac\n`;
}

function valueReply({ value, choices }: FlagNode, { kinds }: CompletionWords): string {
  if (choices.length > 0) return reply(choices);
  if (value === 'kind') return reply(kinds);
  if (value?.includes('file') || value === 'path') return files();
  return ':';
}

function positional({ argument, argumentChoices }: CommandNode): string {
  if (argumentChoices.length > 0) return reply(argumentChoices);
  if (argument === 'file') return files();
  if (argument === 'relay') return `COMPREPLY=($(compgen -W "\${NOST_RELAYS//,/ }" -- "$cur"))`;
  return ':';
}

function reply(words: readonly string[]): string {
  return `COMPREPLY=($(compgen -W '${words.join(' ')}' -- "$cur"))`;
}

function files(): string {
  return `compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur"))`;
}
