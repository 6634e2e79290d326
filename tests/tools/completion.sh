# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Shell completion.

# completes WANT WORD...: the last word is being typed
completes() {
	want=$1
	shift
	out=$(PATH=$commands:$PATH bash -c '
		compopt() { :; }
		. "$0"
		COMP_WORDS=(alicectl "$@")
		COMP_CWORD=$#
		_alicectl
		echo "${COMPREPLY[*]}"' "$top/tools/alicectl.completion" "$@" 2>&1)
	is "$out" "$want" "completion: alicectl $*"
}
# Give the command the name that it has in a shell.
commands=$work/commands
mkdir "$commands"
for shell in bash zsh; do
	command -v $shell >/dev/null || bail_out "$shell is not installed: see tests/lab/deps"
done
ln -s "$fake" "$commands/alicectl"
completes "help hello" he
completes "--json" --j
completes "privcmd" --via p
completes "ops info help call table batch top watch doctor hello echo reset-stats batch add mixed fail ops 67 new later picky" ""
completes "--stop-on-error" batch --s
completes "--interval" top --i
completes "--json --device --number" doctor --
completes "hello" --only he
completes "echo,hello" --only echo,he
completes "" top --count ""
completes "" watch --timeout ""
completes "--timeout" watch --t
completes "" watch ""
FAKE=events
export FAKE
completes "changed tick plain secret fixed dom0 watch" watch ""
completes "tick" watch plain ti
completes "echo" call ""
completes "tick" help ti
completes "echo,tick" --only echo,ti
unset FAKE
completes "a= b=" --interval 2 call add ""
completes "echo" --json --device /dev/alice help ec
completes "a= b=" add ""
completes "b=" call add a=1 b
completes "b=" add a=1 ""
completes "b=" add a = 1 ""
completes "@/etc/os-release" echo data =@ /etc/os-rel
completes "reset-stats" call r
completes "a= b=" table add ""
completes "" nosuch ""

# types SHELL KEYS WANT: test the arguments that show gets; \t is a tab
types() {
	printf '%s\n' "$2" >>"$work/keys.$1"
	printf '%s\n' "$3" >>"$work/want.$1"
}
for shell in bash zsh; do
	types $shell 'show hell\t' '<hello>'
	types $shell 'show ad\ta\t1 b\t2' '<add><a=1><b=2>'
	types $shell 'show call add a=1 \t2' '<call><add><a=1><b=2>'
	types $shell 'show --json help ec\t' '<--json><help><echo>'
	types $shell 'show --only hell\t' '<--only><hello>'
	types $shell 'show --only echo,hell\t' '<--only><echo,hello>'
	types $shell 'show --only echo -- alicec\tops' '<--only><echo><--><alicectl><ops>'
	types $shell 'show echo data=@/etc/os-rel\t' '<echo><data=@/etc/os-release>'
	types $shell 'show batch /etc/os-rel\t' '<batch></etc/os-release>'
	types $shell 'show batch --st\t' '<batch><--stop-on-error>'
	types $shell 'show doc\t--js\t' '<doctor><--json>'
	types $shell 'show nosuch x\t' '<nosuch><x>'
done
types bash 'show --vi\tp\tops' '<--via><privcmd><ops>'
types zsh 'show --vi\tp\tops' '<--via=privcmd><ops>'
# typed SHELL COMPLETION TEXT: type all keys
typed() {
	(
		# Lines of keys are words here.
		IFS='
'
		# shellcheck disable=SC2046
		PATH=$commands:$PATH "$here/type-keys" "$1" "$2" $(cat "$work/keys.$1") \
			-- 'show \t\t' reset-stats
	) >"$work/got.$1" 2>&1
	is "$? $(cat "$work/got.$1")" "0 $(cat "$work/want.$1")" "$3"
}
typed bash "$top/tools/alicectl.completion" "completion: keys typed into bash"
typed zsh "$top/tools/_alicectl" "completion: keys typed into zsh"
for shell in bash zsh; do
	completion=$top/tools/alicectl.completion
	[ $shell = bash ] || completion=$top/tools/_alicectl
	is "$(FAKE=events PATH=$commands:$PATH "$here/type-keys" $shell "$completion" \
		'show watch tic\tplai\t' 'show watch --tim\t3' 'show help tic\t' \
		-- 'show watch \t\t' secret 2>&1)" "<watch><tick><plain>
<watch><--timeout$([ $shell = bash ] && echo '><' || echo '=')3>
<help><tick>" "completion: $shell, events"
done
ln -sf "$cli" "$commands/alicectl"
if [ ! -e /dev/alice ]; then
	completes "help" he
	completes "" add ""
	for shell in bash zsh; do
		completion=$top/tools/alicectl.completion
		[ $shell = bash ] || completion=$top/tools/_alicectl
		is "$(PATH=$commands:$PATH "$here/type-keys" $shell "$completion" \
			'show he\tadd x\t' -- 'show --only \t\tx' x 2>&1)" "<help><add><x>" \
			"completion: $shell, without a device"
	done
fi
