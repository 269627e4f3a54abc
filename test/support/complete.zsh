# What zsh offers for a line: an interactive zsh on a pseudo-terminal of its own gets the line and the tab key, and prints
# what the completion system would add. $1 is the folder of the completion script, $2 the line.
zmodload zsh/zpty
export FOLDER=$1
setup='PROMPT= RPROMPT=; setopt no_beep; fpath=($FOLDER $fpath); autoload -Uz compinit; compinit -u -D
bindkey "^I" complete-word
begin() { print -r -- "<<<"; }
finish() { print -r -- ">>>"; exit; }
compprefuncs=(begin) comppostfuncs=(finish)
compadd() {
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi
  local -a hits; builtin compadd -A hits "$@"
  print -rl -- $hits
}
print is""ready'
zpty z zsh -f -i
zpty -w z "$setup"
zpty -r -m z seen '*isready*'
zpty -n -w z "$2"$'\t'
zpty -r -m z got '*>>>*'
print -r -- "$got"
