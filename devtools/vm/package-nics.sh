#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine, with the module mdev_pci and our package:
# programs of the distribution use mediated NICs. One is a sample NIC, and one
# is of each kind that is there twice: its twin at the other end of the wire is
# the kernel's. Prints a line for each test; they build on each other.
#
#   devtools/vm/package-nics.sh

. "$(dirname "$0")/../tests/common"
. "$(dirname "$0")/testpmd"

sample=83b8f4f2-509f-382f-3c1e-e6bfe0fa0001
count=10

# vendor:device, the kernel's driver, and what people call it
kinds="8086:100e e1000 e1000
8086:10d3 e1000e e1000e
15ad:07b0 vmxnet3 vmxnet3
1af4:1000 virtio_net legacy virtio-net
1af4:1041 virtio_net modern virtio-net"

functions_of()
{
	local function

	for function in /sys/bus/pci/devices/*; do
		[ "$(cat "$function/vendor" "$function/device" | tr -d '\n')" != \
			"0x${1/:/0x}" ] || basename "$function"
	done
}

bind()
{
	echo "$2" >"/sys/bus/pci/devices/$1/driver_override"
	echo "$1" >/sys/bus/pci/drivers_probe
	[ -e "/sys/bus/pci/drivers/$2/$1" ]
}

# give_address INTERFACE NETWORK: .1 of a network that nothing else leads to
give_address()
{
	ip netns add "net$2" && ip link set "$1" netns "net$2" &&
		ip -n "net$2" address add "10.0.$2.1/24" dev "$1" &&
		ip -n "net$2" link set "$1" up
}

pings()
{
	ip netns exec "net$1" ping -c $count -i 0.1 -W 5 "10.0.$1.2" |
		tee /run/ping-output
	grep -q "^$count packets transmitted, $count received," /run/ping-output
}
