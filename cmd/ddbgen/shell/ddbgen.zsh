#compdef ddbgen
# Completion of ddbgen for zsh. In ~/.zshrc, after compinit:
#
#   source <(ddbgen completion zsh)
#
# or as the file _ddbgen in a directory of $fpath.
#
# ddbgen itself says what may come next: first whether that is words or files, then one candidate a line, with a tab
# and its description behind.
_ddbgen() {
	local -a lines described
	lines=("${(@f)$(${(Q)words[1]} complete -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
	if [[ $lines[1] == files ]]; then
		compadd -f -S '' -- "${(@)lines[2,-1]%%$'\t'*}"
		return
	fi
	described=("${(@)${(@)lines[2,-1]//:/\\:}/$'\t'/:}")
	_describe -t candidates candidate described
}
if [[ $funcstack[1] == _ddbgen ]]; then
	_ddbgen "$@"
else
	compdef _ddbgen ddbgen
fi
