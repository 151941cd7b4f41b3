# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Instructions for a packet on the ways into the kernel: gnuplot -e "input='...'" >...

set terminal svg size 640,400 font "sans-serif,12" background "white"
set datafile separator "\t"
set style data histograms
set style fill solid 0.8
set ylabel "instructions in the kernel for a packet"
set yrange [0:]
set key right top
set grid ytics

plot input using 2:xtic(1) title "60 bytes, bursts of 32", \
	"" using 3 title "60 bytes, one by one", \
	"" using 4 title "1,500 bytes, bursts of 32"
