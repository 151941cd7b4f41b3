#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine, with the modules mdev_pci, e1000e and pktgen, an
# IOMMU that passes through, and two e1000e wired back-to-back: use them by turns
# through the mdev bus and through the PCI bus. There, vfio-pci is what attaching
# is compared with. Its DMA goes through QEMU's IOMMU, so uio_pci_generic is what
# forwarding and receiving is compared with. Then use the sample NIC. Prints
# tab-separated lines: what was measured, the driver, the value.
#
# In a machine with -icount shift=0 and one processor, a cycle is an instruction:
# "instructions" counts them, while nothing but testpmd has something to do.
#
#   devtools/vm/bench.sh time|instructions DPDK-TEST TESTPMD ROUNDS

set -eu

. "$(dirname "$0")/../lib/usage"
. "$(dirname "$0")/functions"
. "$(dirname "$0")/testpmd"
. "$(dirname "$0")/traffic"

no_option "$@"
what=$1
dpdk_test=$2
testpmd=$3
rounds=$4
uuids=(17ce209d-18c0-43b1-920b-90f659e73d13 5f6aacef-c406-4efa-9629-e1ded7ec8683)
sample=8779b265-07f9-420b-841e-6c6c3737c07e
mapfile -t functions < <(functions_of 8086:10d3)
# for testpmd
options=(--total-num-mbufs=16384 --record-core-cycles)

# give DRIVER NIC...: names are then what EAL calls them, on that bus
give()
{
	local nic driver=$1

	shift
	bus=pci
	names=()
	for nic; do
		bind "${functions[nic]}" "$driver"
		names+=("${functions[nic]}")
		[ "$driver" = mdev_pci ] || continue
		mdevctl start -u "${uuids[nic]}" -p "${functions[nic]}" -t mdev_pci-function
		bus=mdev
		names[-1]=${uuids[nic]}
	done
}

# A start that names a function which is not there uses none.
attach()
{
	MDEV_PERF_BUS=$bus MDEV_PERF_DEVICE=${names[0]} DPDK_TEST=bus_mdev_perf_autotest \
		"$@" "$dpdk_test" -a ffff:ff:1f.7 --iova-mode=pa --no-telemetry \
		</dev/null 2>&1
}

# calls WHAT: system calls between its marks, per round
calls()
{
	awk -v what="$1" '
		$0 ~ "\"mark: " what "\\\\n" { inside = 1; rounds++; next }
		$0 ~ "\"mark: " what "ed\\\\n" { inside = 0 }
		inside && /^[0-9]+ +[a-z]/ { calls++ }
		END { printf "%.0f", calls / rounds }' /run/strace
}

measure_attach()
{
	give "$1" 0
	attach >/run/attach || cat /run/attach
	sed -nE "s/.*: attach ([0-9]+) us, detach ([0-9]+) us.*/attach-us\t$1\t\1\ndetach-us\t$1\t\2/p" \
		/run/attach
	attach strace -f -o /run/strace >/run/attach
	printf 'attach-calls\t%s\t%s\n' "$1" "$(calls attach)"
	printf 'detach-calls\t%s\t%s\n' "$1" "$(calls detach)"
}

# total COUNTER: of all ports
total()
{
	tell "show port stats all"
	awk -v counter="$1:" '
		{ for (i = 1; i < NF; i++) if ($i == counter) sum += $(i + 1) }
		END { print sum + 0 }' <<<"$answer"
}

# per_second COUNTER, over four seconds
per_second()
{
	local before begin

	before=$(total "$1")
	begin=$(date +%s%N)
	sleep 4
	echo $((($(total "$1") - before) * 1000000000 / ($(date +%s%N) - begin)))
}

# What testpmd needed of the processor for a packet; stops it.
cycles()
{
	tell stop
	sed -nE 's,.*CPU cycles/packet=([0-9.]+).*,\1,p' <<<"$answer"
}

# They send to each other what they receive.
start_forwarding_both()
{
	give "$1" 0 1
	start -a "${names[0]}" -a "${names[1]}" --iova-mode=pa
	links_up
	tell "start tx_first"
	sleep 1
}

measure_forwarding()
{
	start_forwarding_both "$1"
	printf 'forward-pps\t%s\t%d\n' "$1" "$(per_second RX-packets)"
	printf 'forward-cycles\t%s\t%s\n' "$1" "$(cycles)"
	finish
}

count_forwarding()
{
	start_forwarding_both "$1"
	printf 'forward-instructions\t%s\t%s\n' "$1" "$(cycles)"
	finish
}

# One is testpmd's, to the other one the kernel's pktgen sends.
start_receiving()
{
	give "$1" 0
	bind "${functions[1]}" e1000e
	interfaces=("$(ls "/sys/bus/pci/devices/${functions[1]}/net")")
	ip link set "${interfaces[0]}" up
	start -a "${names[0]}" --iova-mode=pa
	tell "set fwd rxonly"
	carrier_up
}

carrier_up()
{
	for _ in {1..50}; do
		[ "$(cat "/sys/class/net/${interfaces[0]}/carrier")" != 1 ] || return 0
		sleep 0.2
	done
	return 1
}

measure_receiving()
{
	start_receiving "$1"
	tell start
	feed 0 0
	pktgen pgctrl start &
	sleep 1
	printf 'receive-pps\t%s\t%d\n' "$1" "$(per_second RX-packets)"
	stop_feeding
	pktgen kpktgend_0 rem_device_all
	printf 'receive-cycles\t%s\t%s\n' "$1" "$(cycles)"
	finish
}

# send COUNT: from the kernel to testpmd, and wait until it has got them
send()
{
	feed 0 "$1"
	pktgen pgctrl start
	pktgen kpktgend_0 rem_device_all
	sleep 1
}

# All packets are in the ring before testpmd starts to take them, so that nothing
# else runs while it does. It reports only if the NIC has got one since then.
count_receiving()
{
	local count=4000

	options+=(--rxd=4096 --no-flush-rx)
	start_receiving "$1"
	options=("${options[@]::2}")
	send $count
	tell start
	send 1
	cycles >/dev/null
	sed -nE 's,.*total cycles=([0-9]+).*,\1,p' $console |
		awk -v driver="$1" -v count=$((count + 1)) \
			'{ printf "receive-instructions\t%s\t%.2f\n", driver, $1 / count }'
	finish
}

# Hundredths of a second that the processors were in the kernel
kernel_time()
{
	awk '$1 == "cpu" { print $4 + $7 + $8 }' /proc/stat
}

# testpmd sends as fast as the kernel takes the packets, and drops them. The module
# has a processor for itself, as where processors of DPDK are kept free of others.
measure_sample()
{
	local before time

	mdevctl start -u "$sample" -p mdev_vnet -t mdev_vnet-nic
	ip link set "$(ls "/sys/bus/mdev/devices/$sample/net")" up
	start --no-pci -a "$sample"
	tell "set fwd txonly"
	tell start
	before=$(total TX-packets)
	time=$(kernel_time)
	printf 'send-pps\tmdev_vnet\t%d\n' "$(per_second TX-packets)"
	time=$((($(kernel_time) - time) * 10000000))
	printf 'kernel-ns\tmdev_vnet\t%d\n' $((time / ($(total TX-packets) - before)))
	finish
	mdevctl stop -u "$sample"
}

modprobe -a vfio-pci uio_pci_generic
echo 1 >/sys/devices/virtual/workqueue/cpumask
run=("$testpmd" "${lcores[@]}")
for ((round = 0; round < rounds; round++)); do
	if [ "$what" = time ]; then
		for driver in mdev_pci vfio-pci; do
			measure_attach $driver
		done
	fi
	for driver in mdev_pci uio_pci_generic; do
		if [ "$what" = instructions ]; then
			count_forwarding $driver
			count_receiving $driver
		else
			measure_forwarding $driver
			measure_receiving $driver
		fi
	done
	[ "$what" = instructions ] || measure_sample
done
