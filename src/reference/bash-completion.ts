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
  local cur prev words cword command=
  # Words as the shell splits them, except that = and : do not end one: flags and URLs hold them.
  if declare -F _get_comp_words_by_ref >/dev/null; then
    _get_comp_words_by_ref -n =: cur prev words cword
  else
    cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} cword=$COMP_CWORD
    words=("\${COMP_WORDS[@]}")
  fi
  COMPREPLY=()
  if ((cword == 1)); then
    COMPREPLY=($(compgen -W '${[...commands.map(({ name }) => name), '--help', '--version'].join(' ')}' -- "$cur"))
    return
  fi
  case \${words[1]} in
${commands.map(command => commandCase(command, words)).join('\n')}
  esac
}
complete -F _nost nost
`;
}

function commandCase(command: CommandNode, words: CompletionWords): string {
  const flags = command.flags.flatMap(({ names }) => names).join(' ');
  return `    ${command.name})
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
