# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Time to start over the number of devices: gnuplot -e "input='...'" >...

set terminal svg size 640,400 font "sans-serif,12" background "white"
set datafile separator "\t"
set logscale xy
set xlabel "devices present"
set ylabel "added to the start, milliseconds"
set key left top
set grid

rows(bus, allowed) = sprintf("< awk '$1 == \"%s\" && $3 == \"%s\"' %s", bus, allowed, input)
# what is lost in the noise is drawn at the bottom
at_least(x) = x > 0.1 ? x : 0.1
plot rows("pci", "all") using 2:(at_least($4)) with linespoints title "PCI bus, all", \
	rows("pci", "one") using 2:(at_least($4)) with linespoints title "PCI bus, one allowed", \
	rows("mdev", "all") using 2:(at_least($4)) with linespoints title "mdev bus, all", \
	rows("mdev", "one") using 2:(at_least($4)) with linespoints title "mdev bus, one allowed"
