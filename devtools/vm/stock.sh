#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine: give the distribution's DPDK our two
# libraries, and nothing else, before a command runs.
#
#   devtools/vm/stock.sh DIRECTORY-OF-OUR-LIBRARIES COMMAND...

set -eu

ours=$1
shift
system=$(echo /usr/lib/*/dpdk/pmds-*)

# EAL loads every file of that directory, so ours must take the place of theirs
for library in bus_pci bus_mdev; do
	file=$(basename "$ours"/librte_$library.so.*.*)
	cp "$ours/$file" "$system/"
	ln -sf "$file" "$system/${file%.*}"
	ln -sf "dpdk/$(basename "$system")/${file%.*}" "$system/../../"
done

exec "$@"
