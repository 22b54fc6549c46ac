# Completion in bash for `python -m local` and `python -m deploy`, whichever Python it is:
#
#     . local/completion.bash
#
# The commands themselves say what fits. Everything else that `python` is called with is completed as
# a file. It takes the place of another completion for `python` in this shell.

_vault_sync_completion() {
  local command=("${COMP_WORDS[@]:0:3}")
  COMPREPLY=()
  if [ "$COMP_CWORD" -gt 2 ] && [ "${command[1]}" = -m ] &&
    { [ "${command[2]}" = local ] || [ "${command[2]}" = deploy ]; }; then
    local IFS=$'\n'
    COMPREPLY=($(COMP_WORDS="${COMP_WORDS[*]:2}" COMP_CWORD=$((COMP_CWORD - 2)) \
      _VAULT_SYNC_COMPLETE=complete_bash "${command[@]}" 2>/dev/null))
  fi
}
complete -o default -F _vault_sync_completion python python3
