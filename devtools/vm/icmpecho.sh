#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine: create two mediated NICs, start testpmd on
# them in a mode that answers pings, and ping through each. Shows the commands
# that it runs; exits with 0 if every ping was answered.
#
#   devtools/vm/icmpecho.sh TESTPMD [EAL-OPTION]...

set -eu

. "$(dirname "$0")/../lib/usage"
. "$(dirname "$0")/testpmd"

no_option "$@"
uuids=(17ce209d-18c0-43b1-920b-90f659e73d13 5f6aacef-c406-4efa-9629-e1ded7ec8683)
# an IPv4 network for each NIC: here is .1, testpmd answers for all others
networks=(192.0.2 198.51.100)
count=10

show()
{
	echo "# $*"
	"$@"
}

# The NIC's interface goes into a network namespace of its own, so that nothing
# but the NIC can be the way to its network.
create_nic()
{
	local nic=$1 interface

	show mdevctl start -u "${uuids[nic]}" -p mdev_vnet -t mdev_vnet-nic
	interface=$(ls "/sys/bus/mdev/devices/${uuids[nic]}/net")
	show ip netns add "nic$nic"
	show ip link set "$interface" netns "nic$nic"
	show ip -n "nic$nic" address add "${networks[nic]}.1/24" dev "$interface"
	show ip -n "nic$nic" link set "$interface" up
}

ping_nic()
{
	local nic=$1

	show ip netns exec "nic$nic" \
		ping -c $count -i 0.01 -W 5 "${networks[nic]}.2" |
		tee /run/ping-output
	grep -q "^$count packets transmitted, $count received," /run/ping-output
}

for nic in "${!uuids[@]}"; do
	create_nic "$nic"
done
devices=()
for uuid in "${uuids[@]}"; do
	devices+=(-a "$uuid")
done
run=("$@")
options+=(--forward-mode=icmpecho --auto-start)
echo "# ${run[*]} ${devices[*]} -- -i ${options[*]} &"
start "${devices[@]}"
cat "$console"

answered=yes
for nic in "${!uuids[@]}"; do
	ping_nic "$nic" || answered=no
done

# with this, testpmd tells what it counted
ask stop
echo
finish
for uuid in "${uuids[@]}"; do
	show mdevctl stop -u "$uuid"
done
[ $answered = yes ] || { echo "not every ping was answered"; exit 1; }
echo "every ping was answered"
