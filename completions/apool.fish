# SPDX-License-Identifier: MIT
#
# Completion of apool in fish: its options, then a command and what completes that command.

# Whether all words before the current one are options and their values.
function __apool_before_command
    set -l takes_value 0
    for word in (commandline -opc)[2..-1]
        if test $takes_value = 1
            set takes_value 0
            continue
        end
        switch $word
            case --
                return 1
            case -j -P --jobs --max-procs --retries --on-error --weight --workers --jobs-per-worker --max-tasks-per-worker --worker-init --worker-exit --worker-init-timeout --worker-timeout --crash-limit --prefetch --scheduler --tmpdir --tempdir
                set takes_value 1
            case '-*'
                continue
            case '*'
                return 1
        end
    end
    return 0
end

complete -c apool -x -a '(__fish_complete_subcommand -- -j -P --jobs --max-procs --retries --on-error --weight --workers --jobs-per-worker --max-tasks-per-worker --worker-init --worker-exit --worker-init-timeout --worker-timeout --crash-limit --prefetch --scheduler --tmpdir --tempdir)'

complete -c apool -n __apool_before_command -s j -s P -l jobs -l max-procs -x -d 'run up to N jobs at once (also N%, +N, -N, 0)'
complete -c apool -n __apool_before_command -l shell -d 'run every job through the shell'
complete -c apool -n __apool_before_command -l no-shell -d 'run no job through a shell'
complete -c apool -n __apool_before_command -l retries -x -d 'try a job up to N times (0: without limit)'
complete -c apool -n __apool_before_command -l on-error -x -a '(__fish_complete_command)' -d 'run CMD for each job that failed'
complete -c apool -n __apool_before_command -l weight -x -d 'as how many jobs each one counts'
complete -c apool -n __apool_before_command -l workers -x -d 'have up to N worker processes'
complete -c apool -n __apool_before_command -l jobs-per-worker -x -d 'run up to N jobs at once in each worker'
complete -c apool -n __apool_before_command -l max-tasks-per-worker -x -d 'replace a worker that has had N jobs'
complete -c apool -n __apool_before_command -l worker-init -x -a '(__fish_complete_command)' -d 'run CMD in each worker before its jobs'
complete -c apool -n __apool_before_command -l worker-exit -x -a '(__fish_complete_command)' -d 'run CMD in each worker that ends in order'
complete -c apool -n __apool_before_command -l worker-init-timeout -x -d 'how long these two may run (60; 0: no limit)'
complete -c apool -n __apool_before_command -l worker-timeout -x -d 'how long a worker may not answer (30)'
complete -c apool -n __apool_before_command -l crash-limit -x -d 'give up a job when N workers died with it (3)'
complete -c apool -n __apool_before_command -l prefetch -x -d 'let N jobs wait at each worker'
complete -c apool -n __apool_before_command -l scheduler -x -a 'least-loaded round-robin affinity=' -d 'least-loaded, round-robin or affinity=TEMPLATE'
complete -c apool -n __apool_before_command -s D -l debug -d 'tell what happens to workers'
complete -c apool -n __apool_before_command -s 0 -l null -d 'inputs end in a NUL byte, not in a newline'
complete -c apool -n __apool_before_command -s k -l keep-order -d 'print outputs in input order (the default)'
complete -c apool -n __apool_before_command -l unordered -l no-keep-order -d 'print each output when its job has finished'
complete -c apool -n __apool_before_command -l tmpdir -l tempdir -x -a '(__fish_complete_directories)' -d 'keep outputs that wait for their turn in DIR'
complete -c apool -n __apool_before_command -s h -l help -d 'show this help'
complete -c apool -n __apool_before_command -s V -l version -d 'show the version'
