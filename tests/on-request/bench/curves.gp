# SPDX-License-Identifier: GPL-2.0-only
# Draws one of the document's curves: gnuplot -c curves.gp NAME DATA SVG; see report.

set terminal svg size 720,420 font "sans-serif,13" background rgb "white"
set output ARG3
set datafile separator whitespace
set grid
set logscale x 2
set logscale y 10
set ylabel "instructions an op"
set yrange [100:200000]

if (ARG1 eq "batch") {
	set title "What one op of a batch costs"
	set xlabel "ops in the batch"
	set key top right
	array title[4] = ["PV dom0, no payload", "PV dom0, 64 bytes in and out", \
		"PVH dom0, no payload", "PVH dom0, 64 bytes in and out"]
} else {
	set title "What a single op costs"
	set xlabel "bytes in and out (0 is drawn at 8)"
	set key bottom right
	array title[4] = ["PV dom0, alice", "PV dom0, privcmd", \
		"PVH dom0, alice", "PVH dom0, privcmd"]
}
plot for [i = 1:4] ARG2 using ($1 == 0 ? 8 : $1):(column(i + 1)) \
	with linespoints linewidth 2 title title[i]
