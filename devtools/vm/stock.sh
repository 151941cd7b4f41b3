#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine: give an unmodified DPDK our two libraries, and
# nothing else, before a command runs.
#
#   devtools/vm/stock.sh DIRECTORY-OF-OUR-LIBRARIES DIRECTORY-OF-ITS-DRIVERS COMMAND...

set -eu

. "$(dirname "$0")/../lib/usage"

no_option "$@"
# EAL loads no driver from below a directory that everybody may write to.
chmod o-w /tmp

ours=$1
drivers=$2
shift 2

# EAL loads every file of that directory, so ours must take the place of theirs
for library in bus_pci bus_mdev; do
	file=$(basename "$ours"/librte_$library.so.*.*[0-9])
	cp "$ours/$file" "$drivers/"
	ln -sf "$file" "$drivers/${file%.*}"
done

# where the loader finds the one that is new
export LD_LIBRARY_PATH=$drivers
exec "$@"
