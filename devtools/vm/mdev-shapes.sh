#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine, with the module mdev_shapes: a test device
# that is given many shapes, and its module loaded and unloaded. The machine
# itself fails if the kernel complains. Prints a line for each test.
#
#   devtools/vm/mdev-shapes.sh CHECK

. "$(dirname "$0")/../tests/common"
. "$(dirname "$0")/vfio"

uuid=17ce209d-18c0-43b1-920b-90f659e73d13

# for what is accounted
mount -t cgroup2 none /sys/fs/cgroup &&
	echo +memory >/sys/fs/cgroup/cgroup.subtree_control || exit

check()
{
	local status

	mdevctl start -u $uuid -p mdev_shapes -t mdev_shapes-device || return
	with_groups "$@"
	status=$?
	mdevctl stop -u $uuid && return $status
}

# A device that holds memory is removed under a program.
removed()
{
	mdevctl start -u $uuid -p mdev_shapes -t mdev_shapes-device &&
		with_groups "$1" $uuid remove && [ ! -e /sys/bus/mdev/devices/$uuid ]
}

# What the file shows can be written into that of another device.
copy()
{
	local other=5f6aacef-c406-4efa-9629-e1ded7ec8683 from to line

	mdevctl start -u $uuid -p mdev_shapes -t mdev_shapes-device &&
		mdevctl start -u $other -p mdev_shapes -t mdev_shapes-device || return
	from=/sys/bus/mdev/devices/$uuid/shape/regions
	to=/sys/bus/mdev/devices/$other/shape/regions
	for line in "0 8 0x100000 rwi" "7 4096 0 r" \
			"2 0x10000 0x200000 rwmp 0x0+0x8000 0xa000+0x6000"; do
		echo "$line" >$from || return
	done
	while read -r line; do
		echo "$line" >$to || return
	done <$from
	diff $from $to
}

# Who makes a device waits as long, and can not be killed.
delay_is_bounded()
{
	local delay=/sys/module/mdev_shapes/parameters/probe_delay_ms

	echo 10000 >$delay && echo 0 >$delay && ! echo 10001 >$delay && [ "$(<$delay)" = 0 ]
}

# The module goes while devices exist, and nothing is left of it.
unload()
{
	rmmod mdev_shapes && [ ! -e /sys/bus/mdev/devices/$uuid ] &&
		modprobe mdev_shapes && [ -e /sys/class/mdev_bus/mdev_shapes ]
}

for seed in 1 2 3; do
	test_with_groups "mdev_shapes has the shape it is given, seed $seed" \
		check "$1" $uuid $seed 80000
done
test_with_groups "mdev_shapes lets go of memory when it is removed" removed "$1"
test_that "mdev_shapes shows regions as they are written" copy
test_that "mdev_shapes lets nobody wait for long" delay_is_bounded
test_that "mdev_shapes can be unloaded and loaded again" unload
