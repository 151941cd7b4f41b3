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

uuids=(83b8f4f2-509f-382f-3c1e-e6bfe0fa1001 83b8f4f2-509f-382f-3c1e-e6bfe0fa1002)
# an IPv4 network for each NIC: here is .1, testpmd answers for all others
networks=(192.0.2 198.51.100)
count=10

run()
{
	echo "# $*"
	"$@"
}

# The NIC's interface goes into a network namespace of its own, so that nothing
# but the NIC can be the way to its network.
create_nic()
{
	local nic=$1 interface

	run mdevctl start -u "${uuids[nic]}" -p mdev_vnet -t mdev_vnet-nic
	interface=$(ls "/sys/bus/mdev/devices/${uuids[nic]}/net")
	run ip netns add "nic$nic"
	run ip link set "$interface" netns "nic$nic"
	run ip -n "nic$nic" address add "${networks[nic]}.1/24" dev "$interface"
	run ip -n "nic$nic" link set "$interface" up
}

# testpmd forwards from this line of its on, until it reads one.
start_testpmd()
{
	mkfifo /run/testpmd-input
	exec 3<>/run/testpmd-input
	echo "# $* &"
	stdbuf -oL "$@" <&3 > >(tee /run/testpmd-output) 2>&1 &
	testpmd=$!
	until grep -qs "^Press enter to exit" /run/testpmd-output; do
		if ! kill -0 "$testpmd"; then
			echo "testpmd did not start"
			exit 1
		fi
		sleep 0.1
	done
}

ping_nic()
{
	local nic=$1

	run ip netns exec "nic$nic" \
		ping -c $count -i 0.1 -W 5 "${networks[nic]}.2" |
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
start_testpmd "$@" "${devices[@]}" -- --forward-mode=icmpecho

answered=yes
for nic in "${!uuids[@]}"; do
	ping_nic "$nic" || answered=no
done

echo >&3
wait "$testpmd"
for uuid in "${uuids[@]}"; do
	run mdevctl stop -u "$uuid"
done
[ $answered = yes ] || { echo "not every ping was answered"; exit 1; }
echo "every ping was answered"
