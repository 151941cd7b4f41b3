# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# System calls of a start, which are exact, and its time, which is not, over the number
# of devices: gnuplot -e "input='...'" >...

set terminal svg size 800,400 font "sans-serif,12" background "white"
set datafile separator "\t"
set logscale xy
set format "%.0f"
set xlabel "devices present"
set grid
set multiplot layout 1,2

rows(bus, allowed) = sprintf("< awk '$1 == \"%s\" && $3 == \"%s\"' %s", bus, allowed, input)
# what is lost in the noise is drawn at the bottom
at_least(x) = x > 1 ? x : 1

set ylabel "system calls added to the start"
set yrange [1:*]
unset key
plot rows("pci", "all") using 2:(at_least($5)) with linespoints, \
	rows("pci", "one") using 2:(at_least($5)) with linespoints, \
	rows("mdev", "all") using 2:(at_least($5)) with linespoints, \
	rows("mdev", "one") using 2:(at_least($5)) with linespoints

set ylabel "milliseconds added to the start"
set object rectangle from graph 0, graph 0 to graph 1, first 5 \
	behind fillstyle solid noborder fillcolor "#e8e8e8"
set label "noise" at graph 0.03, first 4
set key left top Left reverse
plot rows("pci", "all") using 2:(at_least($4)) with linespoints title "PCI bus, all", \
	rows("pci", "one") using 2:(at_least($4)) with linespoints title "PCI bus, one allowed", \
	rows("mdev", "all") using 2:(at_least($4)) with linespoints title "mdev bus, all", \
	rows("mdev", "one") using 2:(at_least($4)) with linespoints title "mdev bus, one allowed"
