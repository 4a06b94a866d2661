# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Completion of apool in bash: its options, then a command and what completes that command.

# Prints the index of the word at which the command begins; past the current word where that one
# is an option's value.
_apool_find_command ()
{
  local valued=" ${1//$'\n'/ } " i=1

  while ((i < COMP_CWORD)); do
    case ${COMP_WORDS[i]} in
      --)
        ((i += 1))
        break
        ;;
      -[!-]*[jP])
        ((i += 2))
        ;;
      -?*)
        if [[ $valued == *" ${COMP_WORDS[i]} "* ]]; then
          # bash makes three words of --name=value.
          [[ ${COMP_WORDS[i + 1]} == '=' ]] && ((i += 1))
          ((i += 2))
        else
          ((i += 1))
        fi
        ;;
      *)
        break
        ;;
    esac
  done
  echo "$i"
}

# Completes the value of the option before the current word.
_apool_complete_value ()
{
  local word=$1 option=${COMP_WORDS[COMP_CWORD - 1]}

  [[ $option == '=' ]] && option=${COMP_WORDS[COMP_CWORD - 2]}
  case $option in
    --tmpdir | --tempdir)
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -d -- "${word#=}")
      ;;
    --scheduler)
      compopt -o nospace
      mapfile -t COMPREPLY < <(compgen -W 'least-loaded round-robin affinity=' -- "${word#=}")
      ;;
    --worker-init | --worker-exit | --on-error)
      mapfile -t COMPREPLY < <(compgen -c -- "${word#=}")
      ;;
  esac
}

_apool ()
{
  local flags='--shell --no-shell -0 --null -k --keep-order --unordered --no-keep-order
    -D --debug -h --help -V --version'
  local valued='-j -P --jobs --max-procs --retries --on-error --weight --workers --jobs-per-worker
    --max-tasks-per-worker --worker-init --worker-exit --worker-init-timeout --worker-timeout
    --crash-limit --prefetch --scheduler --tmpdir --tempdir'
  local word=${COMP_WORDS[COMP_CWORD]} command

  COMPREPLY=()
  command=$(_apool_find_command "$valued")
  if ((command > COMP_CWORD)); then
    _apool_complete_value "$word"
  elif ((command < COMP_CWORD)); then
    if declare -F _command_offset > /dev/null; then
      _command_offset "$command"
    else
      compopt -o default
    fi
  elif [[ $word == -* && ${COMP_WORDS[COMP_CWORD - 1]} != -- ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$flags $valued" -- "$word")
  else
    mapfile -t COMPREPLY < <(compgen -c -- "$word")
  fi
}

complete -F _apool apool
