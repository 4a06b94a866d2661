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
      -[!-]*[CEIJLNPadjns])
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
    --tmpdir | --tempdir | --workdir | --wd | --journal)
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -d -- "${word#=}")
      ;;
    --scheduler)
      compopt -o nospace
      mapfile -t COMPREPLY < <(compgen -W 'least-loaded round-robin affinity=' -- "${word#=}")
      ;;
    -a | --arg-file | --results | --result | --res | --joblog | --jl)
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "${word#=}")
      ;;
    --summary)
      mapfile -t COMPREPLY < <(compgen -W 'always failed never' -- "${word#=}")
      ;;
    --journal-rerun)
      mapfile -t COMPREPLY < <(compgen -W 'none failed all' -- "${word#=}")
      ;;
    --show)
      mapfile -t COMPREPLY < <(compgen -W 'all failed none' -- "${word#=}")
      ;;
    --trim)
      mapfile -t COMPREPLY < <(compgen -W 'n l r lr rl' -- "${word#=}")
      ;;
    --resume)
      mapfile -t COMPREPLY < <(compgen -W 'job seq' -- "${word#=}")
      ;;
    --jobserver)
      mapfile -t COMPREPLY < <(compgen -W 'pipe fifo' -- "${word#=}")
      ;;
    --bad-input)
      mapfile -t COMPREPLY < <(compgen -W 'fail skip' -- "${word#=}")
      ;;
    --worker-init | --worker-exit | --on-error | --limit | --compress-program | \
      --use-compress-program | --decompress-program | --use-decompress-program)
      mapfile -t COMPREPLY < <(compgen -c -- "${word#=}")
      ;;
  esac
}

_apool ()
{
  local flags='--shell --no-shell --tty --open-tty -o --interactive -p --verbose -t -v --jobserver
    --no-jobserver --noswap --warm-shell -D --debug --link --xapply -0 --null -e --eof -r
    --no-run-if-empty --skip-first-line --shuf --csv --jsonl -l --max-lines -m --xargs -X -x --exit
    -i --replace --plus -q --quote --dry-run --dr --shell-quote --use-cores-instead-of-threads
    --use-cpus-instead-of-cores --use-sockets-instead-of-threads --group --line-buffer
    --line-buffered --lb --latest-line --ll --keep-order -k --unordered --no-keep-order --ungroup -u
    --merge --files --output-as-files --files0 --tag --color --colour --color-failed --colour-failed
    --color-fail --colour-fail --cf --ctag --compress --resume --resume-failed --resumefailed
    --retry-failed --retryfailed --status --longest-first --eta --quiet --plain --show-limits
    --max-line-length-allowed --number-of-sockets --number-of-cores --number-of-cpus
    --number-of-threads --help -h --version -V'
  local valued='-j -P --jobs --max-procs --retries --retry-delay --retry-on --timeout --slow-after
    --deadline --termseq --halt --halt-on-error --on-error --workdir --wd --leaks --nice --rlimit
    --env --weight --process-slot-var --delay --rate --load --memfree --memsuspend --pressure
    --limit --workers --jobs-per-worker --max-tasks-per-worker --worker-init --worker-exit
    --worker-init-timeout --worker-timeout --crash-limit --prefetch --scheduler --arg-file -a
    --arg-sep --arg-file-sep --delimiter -d -E --skip-inputs --max-inputs --partition --seed
    --total-jobs --total --filter --colsep -C --header --match --trim --bad-input --max-args -n
    --max-replace-args -N -L --max-chars -s -I --extensionreplace --er --basenamereplace --bnr
    --dirnamereplace --dnr --basenameextensionreplace --bner --seqreplace --slotreplace --rpl
    --parens --template --tmpl --show --drain-timeout --results --result --res --tagstring
    --ctagstring --title --compress-program --use-compress-program --decompress-program
    --use-decompress-program --tmpdir --tempdir --tmp-limit --joblog --jl --journal --journal-sync
    --journal-rerun --log --summary --profile -J --minversion'
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
