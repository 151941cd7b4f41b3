#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine, with the module mdev_pci, an IOMMU that passes
# through, and two e1000e wired back-to-back: use them by turns through the mdev
# bus and through the PCI bus. There, vfio-pci is what attaching is compared with.
# Its DMA goes through QEMU's IOMMU, so uio_pci_generic is what forwarding is
# compared with. Then use the sample NIC. Prints tab-separated lines: what was
# measured, the driver, the value.
#
#   devtools/vm/bench.sh DPDK-TEST TESTPMD ROUNDS

set -eu

. "$(dirname "$0")/functions"
. "$(dirname "$0")/testpmd"

dpdk_test=$1
testpmd=$2
rounds=$3
uuids=(83b8f4f2-509f-382f-3c1e-e6bfe0fa1001 83b8f4f2-509f-382f-3c1e-e6bfe0fa1002)
sample=83b8f4f2-509f-382f-3c1e-e6bfe0fa1003
mapfile -t functions < <(functions_of 8086:10d3)
# for testpmd
options=(--total-num-mbufs=4096 --record-core-cycles)

# bind_both DRIVER: then they are called names, on that bus
bind_both()
{
	local nic

	bus=pci
	names=("${functions[@]}")
	for nic in 0 1; do
		bind "${functions[nic]}" "$1"
		[ "$1" = mdev_pci ] || continue
		mdevctl start -u "${uuids[nic]}" -p "${functions[nic]}" -t mdev_pci-function
		bus=mdev
		names[nic]=${uuids[nic]}
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
	bind_both "$1"
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
	: >$console
	tell "show port stats all"
	awk -v counter="$1:" '
		{ for (i = 1; i < NF; i++) if ($i == counter) sum += $(i + 1) }
		END { print sum + 0 }' $console
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

# They send to each other what they receive.
measure_forwarding()
{
	bind_both "$1"
	run=("$testpmd")
	start -a "${names[0]}" -a "${names[1]}" --iova-mode=pa
	links_up
	tell "start tx_first"
	sleep 1
	printf 'forward-pps\t%s\t%d\n' "$1" "$(per_second RX-packets)"
	: >$console
	tell stop
	sed -nE "s,.*CPU cycles/packet=([0-9.]+).*,forward-cycles\t$1\t\1,p" $console
	finish
}

# Hundredths of a second that the processors were in the kernel
kernel_time()
{
	awk '$1 == "cpu" { print $4 + $7 + $8 }' /proc/stat
}

# testpmd sends as fast as the kernel takes the packets, and drops them.
measure_sample()
{
	local before time

	mdevctl start -u "$sample" -p mdev_vnet -t mdev_vnet-nic
	ip link set "$(ls "/sys/bus/mdev/devices/$sample/net")" up
	run=("$testpmd" --no-pci)
	start -a "$sample"
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
for ((round = 0; round < rounds; round++)); do
	for driver in mdev_pci vfio-pci; do
		measure_attach $driver
	done
	for driver in mdev_pci uio_pci_generic; do
		measure_forwarding $driver
	done
	measure_sample
done
