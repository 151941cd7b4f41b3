#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine: the sample NIC under a user that writes
# rubbish, and its module loaded and unloaded. The machine itself fails if the
# kernel complains. Prints a line for each test.
#
# With ATTACK it is that one alone, for attacks that want processors in parallel.
#
#   devtools/vm/mdev-vnet.sh FUZZ [ATTACK]

set -u

. "$(dirname "$0")/../tests/common"
. "$(dirname "$0")/vfio"

uuid=17ce209d-18c0-43b1-920b-90f659e73d13

# As mdevctl does it, but the device is made for each test.
create_device()
{
	echo $uuid >/sys/class/mdev_bus/mdev_vnet/mdev_supported_types/mdev_vnet-nic/create
}

fuzz()
{
	local status

	create_device || return
	with_groups "$@"
	status=$?
	echo 1 >/sys/bus/mdev/devices/$uuid/remove && return $status
}

# A matter of luck, but most attempts have it.
late()
{
	mount -t debugfs debugfs /sys/kernel/debug &&
		echo full >/sys/kernel/debug/sched/preempt &&
		echo -1 >/proc/sys/kernel/sched_rt_runtime_us || return
	for _ in {1..4}; do
		create_device && with_groups "$1" $uuid late || return
	done
}

# Only while there are no devices
load_with()
{
	rmmod mdev_vnet && modprobe mdev_vnet "$@"
}

# The module goes while devices exist, and nothing is left of it.
unload()
{
	mdevctl start -u $uuid -p mdev_vnet -t mdev_vnet-nic &&
		rmmod mdev_vnet && [ ! -e /sys/bus/mdev/devices/$uuid ] &&
		modprobe mdev_vnet && [ -e /sys/class/mdev_bus/mdev_vnet ]
}

if [ $# = 2 ]; then
	test_with_groups "mdev_vnet survives the attack $2" fuzz "$1" $uuid "$2" 2
	exit
fi
# The program and the module's worker meet in memory if each has a processor.
echo 1 >/sys/devices/virtual/workqueue/cpumask
for seed in 1 2 3; do
	test_with_groups "mdev_vnet survives rubbish, seed $seed" \
		fuzz taskset -c 1 "$1" $uuid $seed 3000
done
# more queues, and one to control them
load_with queue_pairs=4
test_with_groups "mdev_vnet survives rubbish in several queues" \
	fuzz taskset -c 1 "$1" $uuid 2 2000
test_with_groups "mdev_vnet lets one pair of queues be slow, and not the others" \
	fuzz "$1" $uuid slow 2
test_with_groups "mdev_vnet keeps no frame for a pair of queues that was left" \
	fuzz "$1" $uuid left 2
load_with
# An odd seed: in a container of type 1 v1, where memory can not be pinned
test_with_groups "mdev_vnet reads and writes an index at once" \
	fuzz taskset -c 1 "$1" $uuid indices 1
for seed in 1 2; do
	test_with_groups "mdev_vnet waits in no kernel thread for a program's memory, v$seed" \
		fuzz "$1" $uuid hang $seed
	test_with_groups "mdev_vnet moves frames through memory that is absent, v$seed" \
		fuzz "$1" $uuid absent $seed
	test_with_groups "mdev_vnet keeps no socket that answers other pings, v$seed" \
		fuzz "$1" $uuid mute $seed
	test_with_groups "mdev_vnet is not busy with an interrupt that unmasks itself, v$seed" \
		fuzz "$1" $uuid storm $seed
	test_with_groups "mdev_vnet gives no driver a frame of the last one, v$seed" \
		fuzz "$1" $uuid next $seed
	test_with_groups "mdev_vnet drops a frame that is larger than all buffers, v$seed" \
		fuzz "$1" $uuid few $seed
	test_with_groups "mdev_vnet is not held up by who holds the lock of all interfaces, v$seed" \
		fuzz "$1" $uuid rtnl $seed
done
test_with_groups "mdev_vnet counts the frames that fit into no buffer" \
	fuzz "$1" $uuid flood
test_with_groups "mdev_vnet lets go of pinned memory that is unmapped" \
	fuzz "$1" $uuid pins 2
test_with_groups "mdev_vnet pins memory again that was unmapped part by part" \
	fuzz "$1" $uuid parts 2
test_with_groups "mdev_vnet wants to be notified when it has to pin memory" \
	fuzz "$1" $uuid wanted 2
test_with_groups "mdev_vnet survives a program that is killed while its memory is pinned" \
	fuzz "$1" $uuid killed 2
test_with_groups "mdev_vnet serves a program that may not pin memory" \
	fuzz "$1" $uuid limit 2
test_with_groups "mdev_vnet says why it is slow" \
	grep -q "slow: process .* raise its limit of locked memory" <(dmesg)
test_with_groups "mdev_vnet delivers to no interface that is gone" late "$1"
test_that "mdev_vnet can be unloaded and loaded again" unload
