# Completion of ddbgen for bash 4 or later. In ~/.bashrc:
#
#   source <(ddbgen completion bash)
#
# ddbgen itself says what may come next: first whether that is words or files, then one candidate a line, with a tab
# and its description behind. Readline takes the backslashes before spaces away again, and puts its own.
_ddbgen() {
	local lines
	mapfile -t lines < <("$1" complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
	COMPREPLY=("${lines[@]:1}")
	COMPREPLY=("${COMPREPLY[@]%%$'\t'*}")
	if [[ ${lines[0]} == files ]]; then
		compopt -o filenames
	fi
}
complete -F _ddbgen ddbgen
