# Completion of ddbgen for fish. As ~/.config/fish/completions/ddbgen.fish:
#
#   ddbgen completion fish > ~/.config/fish/completions/ddbgen.fish
#
# ddbgen itself says what may come next: first whether that is words or files, which fish sees for itself, then one
# candidate a line, with a tab and its description behind.
function __ddbgen_candidates
    set -l words (commandline -opc)
    $words[1] complete -- $words[2..-1] (commandline -ct) 2>/dev/null | tail -n +2
end
complete -c ddbgen -f -a '(__ddbgen_candidates)'
