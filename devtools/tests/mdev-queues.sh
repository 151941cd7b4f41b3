#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# The interface that the module mdev_queues puts on top of another one, and its queues in
# the hands of a program.
#
#   devtools/tests/mdev-queues.sh [STEPS [FRAMES [SEED]]]
#
# With so many steps of rubbish the kernel watches its heap (slub_debug), and the machine
# has more time; so many frames are counted.
#
# seconds: 85

. "$(dirname "$0")/common"

"$top/devtools/install-deps.sh" ethtool

# The way of a packet can be followed in the code by the names in the text.
names_functions()
{
	local name names=0 missing=0

	while read -r name; do
		grep -q "^[a-z].*\b$name(" "$top"/kernel/linux/mdev_queues/*.[ch] ||
			{ echo "there is no $name()" && missing=1; }
		names=$((names + 1))
	done < <(sed -n 's/()/\n/gp' "$top/kernel/linux/mdev_queues/README.rst" |
		grep -o 'mq_[a-z_]*$')
	echo "$names functions"
	[ $missing = 0 ] && [ $names -gt 20 ]
}

programs=$top/.cache/mdev_queues
mkdir -p "$programs"
for program in check fuzz traffic; do
	cc -O2 -Wall -Wextra -o "$programs/$program" \
		"$top/kernel/linux/mdev_queues/$program.c" || exit
done
test_that "the README of mdev_queues follows functions that there are" names_functions
options=()
[ $# = 0 ] || options=(-k slub_debug=FZPU -t $((1200 + $1 / 50)))
exec "$top/devtools/vm.sh" -n -M 1024 -H 8 "${options[@]}" -m mdev -m vfio_iommu_type1 -m veth \
	-m bridge -m 8021q -m macvlan -m mdev_queues "$top/devtools/vm/mdev-queues.sh" \
	"$programs" "$@"
