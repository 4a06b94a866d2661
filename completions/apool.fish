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
            case -j -P --jobs --max-procs --retries --on-error --workdir --wd --weight --process-slot-var --workers --jobs-per-worker --max-tasks-per-worker --worker-init --worker-exit --worker-init-timeout --worker-timeout --crash-limit --prefetch --scheduler -a --arg-file --arg-sep --arg-file-sep -d --delimiter -E --skip-inputs --max-inputs --partition --seed --total-jobs --total --filter -C --colsep --header --match --trim --bad-input -n --max-args -N --max-replace-args -L -s --max-chars -I --extensionreplace --er --basenamereplace --bnr --dirnamereplace --dnr --basenameextensionreplace --bner --seqreplace --slotreplace --rpl --parens --template --tmpl --show --drain-timeout --results --result --res --tagstring --ctagstring --title --tmpdir --tempdir --tmp-limit -J --profile --minversion
                set takes_value 1
            case '-*'
                continue
            case '*'
                return 1
        end
    end
    return 0
end

complete -c apool -x -a '(__fish_complete_subcommand -- -j -P --jobs --max-procs --retries --on-error --workdir --wd --weight --process-slot-var --workers --jobs-per-worker --max-tasks-per-worker --worker-init --worker-exit --worker-init-timeout --worker-timeout --crash-limit --prefetch --scheduler -a --arg-file --arg-sep --arg-file-sep -d --delimiter -E --skip-inputs --max-inputs --partition --seed --total-jobs --total --filter -C --colsep --header --match --trim --bad-input -n --max-args -N --max-replace-args -L -s --max-chars -I --extensionreplace --er --basenamereplace --bnr --dirnamereplace --dnr --basenameextensionreplace --bner --seqreplace --slotreplace --rpl --parens --template --tmpl --show --drain-timeout --results --result --res --tagstring --ctagstring --title --tmpdir --tempdir --tmp-limit -J --profile --minversion)'

complete -c apool -n __apool_before_command -s j -s P -l jobs -l max-procs -x -d 'run up to N jobs at once (also N%, +N, -N, 0)'
complete -c apool -n __apool_before_command -l shell -d 'run every job through the shell'
complete -c apool -n __apool_before_command -l no-shell -d 'run no job through a shell'
complete -c apool -n __apool_before_command -l retries -x -d 'try a job up to N times (0: without limit)'
complete -c apool -n __apool_before_command -l on-error -x -a '(__fish_complete_command)' -d 'run CMD for each job that failed'
complete -c apool -n __apool_before_command -l workdir -l wd -x -a '(__fish_complete_directories)' -d 'run jobs in DIR (...: each in a new one)'
complete -c apool -n __apool_before_command -l weight -x -d 'as how many jobs each one counts'
complete -c apool -n __apool_before_command -l process-slot-var -x -d 'give jobs their slot, less 1, in variable NAME'
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
complete -c apool -n __apool_before_command -s a -l arg-file -x -a '(__fish_complete_path)' -d 'read inputs from FILE (-: standard input)'
complete -c apool -n __apool_before_command -l arg-sep -x -d 'what stands before inputs (:::)'
complete -c apool -n __apool_before_command -l arg-file-sep -x -d 'what stands before names of files (::::)'
complete -c apool -n __apool_before_command -l link -l xapply -d 'take one input of each source, not all pairs'
complete -c apool -n __apool_before_command -s 0 -l null -d 'inputs end in a NUL byte, not in a newline'
complete -c apool -n __apool_before_command -s d -l delimiter -x -d 'inputs end in STR (also \t, \0, \x1f)'
complete -c apool -n __apool_before_command -s E -x -d 'an input STR ends its source'
complete -c apool -n __apool_before_command -s e -l eof -d 'the same; without STR no input does'
complete -c apool -n __apool_before_command -s r -l no-run-if-empty -d 'leave out inputs of blanks alone'
complete -c apool -n __apool_before_command -l skip-first-line -d 'leave out the first input'
complete -c apool -n __apool_before_command -l skip-inputs -x -d 'leave out the first N inputs'
complete -c apool -n __apool_before_command -l max-inputs -x -d 'take no more than N inputs'
complete -c apool -n __apool_before_command -l partition -x -d 'run part I of N of the inputs'
complete -c apool -n __apool_before_command -l shuf -d 'run the inputs in random order'
complete -c apool -n __apool_before_command -l seed -x -d 'which random order that is'
complete -c apool -n __apool_before_command -l total-jobs -l total -x -d 'how many jobs there are'
complete -c apool -n __apool_before_command -l filter -x -d 'run only those for which EXPR is true'
complete -c apool -n __apool_before_command -s C -l colsep -x -d 'what separates the columns of an input'
complete -c apool -n __apool_before_command -l csv -d 'inputs are comma-separated values'
complete -c apool -n __apool_before_command -l jsonl -d 'inputs are JSON, one value a line'
complete -c apool -n __apool_before_command -l header -x -d 'the first line names the columns (STR is :)'
complete -c apool -n __apool_before_command -l match -x -d '{1.2} is group 2 of REGEX in source 1'
complete -c apool -n __apool_before_command -l trim -x -a 'n l r lr rl' -d 'take blanks off: n, l, r, lr or rl'
complete -c apool -n __apool_before_command -l bad-input -x -a 'fail skip' -d 'fail or skip what cannot be taken apart (fail)'
complete -c apool -n __apool_before_command -s n -l max-args -x -d 'give each job N inputs'
complete -c apool -n __apool_before_command -s N -l max-replace-args -x -d 'the same, repeating words for them'
complete -c apool -n __apool_before_command -s L -x -d 'the same, where a line can go on in the next'
complete -c apool -n __apool_before_command -s l -l max-lines -d 'give each job N lines (1)'
complete -c apool -n __apool_before_command -s m -d 'as many inputs as fit, spread over slots'
complete -c apool -n __apool_before_command -l xargs -d 'give each job as many inputs as fit'
complete -c apool -n __apool_before_command -s X -d 'the same, repeating words for them'
complete -c apool -n __apool_before_command -s s -l max-chars -x -d 'keep command lines below N bytes'
complete -c apool -n __apool_before_command -s x -l exit -d 'stop at an input that is too long for them'
complete -c apool -n __apool_before_command -s I -x -d 'use STR instead of {}'
complete -c apool -n __apool_before_command -s i -l replace -d 'the same; without STR it is {}'
complete -c apool -n __apool_before_command -l extensionreplace -l er -x -d 'use STR instead of {.}'
complete -c apool -n __apool_before_command -l basenamereplace -l bnr -x -d 'use STR instead of {/}'
complete -c apool -n __apool_before_command -l dirnamereplace -l dnr -x -d 'use STR instead of {//}'
complete -c apool -n __apool_before_command -l basenameextensionreplace -l bner -x -d 'use STR instead of {/.}'
complete -c apool -n __apool_before_command -l seqreplace -x -d 'use STR instead of {#}'
complete -c apool -n __apool_before_command -l slotreplace -x -d 'use STR instead of {%}'
complete -c apool -n __apool_before_command -l plus -d 'have more replacement strings, such as {..}'
complete -c apool -n __apool_before_command -l rpl -x -d 'define one: \'STR EXPR\''
complete -c apool -n __apool_before_command -l parens -x -d 'use STR instead of {==}'
complete -c apool -n __apool_before_command -s q -l quote -d 'take each word of COMMAND as it is'
complete -c apool -n __apool_before_command -l dry-run -l dr -d 'print commands, run none'
complete -c apool -n __apool_before_command -l shell-quote -d 'print commands quoted, run none'
complete -c apool -n __apool_before_command -l template -l tmpl -x -d 'write FILE, replaced, to NAME for each job'
complete -c apool -n __apool_before_command -l use-cores-instead-of-threads -l use-cpus-instead-of-cores -d 'count cores, not threads, for --jobs'
complete -c apool -n __apool_before_command -l use-sockets-instead-of-threads -d 'count sockets, not threads, for --jobs'
complete -c apool -n __apool_before_command -l group -d 'print what a job writes together (the default)'
complete -c apool -n __apool_before_command -l line-buffer -l line-buffered -l lb -d 'print each line, of any job, when it ends'
complete -c apool -n __apool_before_command -l latest-line -l ll -d 'show only the latest line of each job'
complete -c apool -n __apool_before_command -s k -l keep-order -d 'print outputs in input order (the default)'
complete -c apool -n __apool_before_command -l unordered -l no-keep-order -d 'print each output when its job has finished'
complete -c apool -n __apool_before_command -l show -x -a 'all failed none' -d 'print output of all, failed or none of the jobs'
complete -c apool -n __apool_before_command -s u -l ungroup -d 'let jobs write straight to where apool does'
complete -c apool -n __apool_before_command -l merge -d 'make standard error part of standard output'
complete -c apool -n __apool_before_command -l drain-timeout -x -d 'how long output left open is waited for (0.1)'
complete -c apool -n __apool_before_command -l results -l result -l res -x -a '(__fish_complete_path)' -d 'keep each job\'s output in files or a table'
complete -c apool -n __apool_before_command -l results -l result -l res -x -a '(__fish_complete_directories)' -d 'keep each job\'s output in files, too'
complete -c apool -n __apool_before_command -l files -l output-as-files -d 'keep each standard output in a file, print its name'
complete -c apool -n __apool_before_command -l files0 -d 'so, and end the names in a NUL byte'
complete -c apool -n __apool_before_command -l tag -d 'begin each line with its job\'s input and a tab'
complete -c apool -n __apool_before_command -l tagstring -x -d 'begin each line with TEMPLATE and a tab'
complete -c apool -n __apool_before_command -l color -l colour -d 'print each job\'s lines in a colour'
complete -c apool -n __apool_before_command -l color-failed -l colour-failed -l color-fail -l colour-fail -l cf -d 'print the lines of jobs that failed in red'
complete -c apool -n __apool_before_command -l ctag -d '--tag and --color'
complete -c apool -n __apool_before_command -l ctagstring -x -d '--tagstring TEMPLATE and --color'
complete -c apool -n __apool_before_command -l title -x -d 'print a line before what each job writes'
complete -c apool -n __apool_before_command -l tmpdir -l tempdir -x -a '(__fish_complete_directories)' -d 'keep outputs that wait for their turn in DIR'
complete -c apool -n __apool_before_command -l tmp-limit -x -d 'let them take SIZE bytes there (also 2G)'
complete -c apool -n __apool_before_command -s J -l profile -x -d 'read options from profile NAME'
complete -c apool -n __apool_before_command -l plain -d 'read no profile and not $APOOL'
complete -c apool -n __apool_before_command -l show-limits -d 'show how long commands can be, and go on'
complete -c apool -n __apool_before_command -l max-line-length-allowed -d 'show how long a command can be'
complete -c apool -n __apool_before_command -l minversion -x -d 'show the version; succeed if it is N or later'
complete -c apool -n __apool_before_command -l number-of-sockets -d 'show how many CPU sockets there are'
complete -c apool -n __apool_before_command -l number-of-cores -l number-of-cpus -d 'show how many cores there are'
complete -c apool -n __apool_before_command -l number-of-threads -d 'show how many threads they run at once'
complete -c apool -n __apool_before_command -s h -l help -d 'show this help'
complete -c apool -n __apool_before_command -s V -l version -d 'show the version'
