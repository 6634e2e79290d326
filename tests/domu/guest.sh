#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# alicectl in a guest that is not the control domain, and the control domain's view of it.

# shellcheck source=../lib/guest/common.sh
. ./common.sh
# shellcheck source=../lib/guest/domu-common.sh
. ./domu-common.sh

domu_module
domu_program alicectl
domu_make plain <<'END'
modprobe alice
# told NAME COMMAND...: print its output and status as lines "NAME: TEXT"
told() {
	name=$1
	shift
	"$@" 2>&1 | sed "s/^/$name: /"
}
told whoami alicectl whoami
told top alicectl top
told only alicectl --only whoami -- alicectl hello
for round in 1 2 3 4 5; do
	seq 200 | sed 's/.*/memory/' | alicectl batch >/answers
	sleep 0.3
done
told answers wc -l </answers
told batches alicectl info
echo "#end#"
END

alicectl --json top --interval 0.5 >rounds &
top=$!
domu_start
domu_said 120 '^#end#' "the guest comes to its end"
sleep 2
kill $top
wait $top 2>/dev/null

like "$(domu_wrote whoami)" '^control=0$' "alicectl works in a guest"
like "$(domu_wrote top)" '^alicectl: stats was refused by the hypervisor: the op can be called in the control domain \(dom0\) only, .*\(EPERM\)\.$' \
	"top says that it does not"
like "$(domu_wrote only)" '^alicectl: hello was refused by the driver: .*\(EACCES\)\.$' "--only works there"
is "$(domu_wrote answers)" 800 "batches work there"
# Failed calls are top's: the hypervisor refused them.
is "$(domu_wrote batches | awk -F= '/\.(calls|errors)=/ { n[$1] = $2 }
	END { print n["counters.calls"] - n["counters.errors"] }')" 1001 \
	"info counts what the guest called" || diag "$(domu_wrote batches)"
is "$(jq -s 'map(.seconds as $s | .ops[] | select(.name == "memory").per_second.calls * $s) |
	add | . / 10 | round * 10' rounds)" 1000 "top in dom0 sees what the guest called"
no_oops
tap_done
