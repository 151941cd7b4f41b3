# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Packets per second over the ways into the kernel: gnuplot -e "input='...'" >...

set terminal svg size 640,400 font "sans-serif,12" background "white"
set datafile separator "\t"
set style data histograms
set style fill solid 0.8
set ylabel "packets of 60 bytes, thousands per second"
set yrange [0:]
set key right top
set grid ytics

plot input using ($2/1000):xtic(1) title "to the kernel", \
	"" using ($3/1000) title "from the kernel"
