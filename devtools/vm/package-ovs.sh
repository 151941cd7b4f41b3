#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine, with the module tun and our package: the
# distribution's Open vSwitch has a bridge with two mediated NICs, between whose
# ends the kernel pings. Prints a line for each test; they build on each other.
#
#   devtools/vm/package-ovs.sh DIRECTORY-OF-OPEN-VSWITCH

. "$(dirname "$0")/../tests/common"
. "$(dirname "$0")/network"

uuids=(17ce209d-18c0-43b1-920b-90f659e73d13 5f6aacef-c406-4efa-9629-e1ded7ec8683)
count=10
export PATH=$PATH:/usr/share/openvswitch/scripts

# The only packets are to be those of ping.
sysctl -q net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1

# create_nic NUMBER: its end in the kernel gets a network namespace and an address
create_nic()
{
	local interface

	mdevctl start -u "${uuids[$1]}" -p mdev_vnet -t mdev_vnet-nic || return
	interface=$(ls "/sys/bus/mdev/devices/${uuids[$1]}/net")
	ip link set "$interface" name "end$1" &&
		give_address "nic$1" "end$1" "192.0.2.1$1"
}

# Each end knows the other's hardware address: there is no ARP to be counted.
introduce()
{
	local mac

	mac=$(ip netns exec "nic$2" cat "/sys/class/net/end$2/address") &&
		ip -n "nic$1" neigh add "192.0.2.1$2" lladdr "$mac" dev "end$1"
}

# As dpkg does it, but without triggers of others, which take minutes here
unpack()
{
	tar -c -C "$1" . | tar -x --no-same-owner --keep-directory-symlink -C / || return
	mkdir -p /var/lib/openvswitch
	update-alternatives --install /usr/sbin/ovs-vswitchd ovs-vswitchd \
		/usr/lib/openvswitch-switch-dpdk/ovs-vswitchd-dpdk 50
}

# The thread that polls sleeps when there is nothing to do, for what waits to run.
switch_starts()
{
	ovs-ctl --no-ovs-vswitchd --system-id=random start &&
		ovs-vsctl --no-wait set Open_vSwitch . other_config:dpdk-init=true \
			other_config:dpdk-socket-mem=512 other_config:pmd-cpu-mask=2 \
			other_config:pmd-maxsleep=200 &&
		ovs-ctl --no-ovsdb-server --system-id=random start &&
		ovs-vsctl add-br br0 -- set bridge br0 datapath_type=netdev
}

# add_port NUMBER: as a user of Open vSwitch does
add_port()
{
	ovs-vsctl add-port br0 "m$1" -- set Interface "m$1" type=dpdk \
		"options:dpdk-devargs=${uuids[$1]}" &&
		[ "$(ovs-vsctl get Interface "m$1" error)" = "[]" ]
}

bridged()
{
	pings nic0 192.0.2.11
}

no_ping()
{
	! ip netns exec nic0 ping -c 3 -i 0.02 -W 1 192.0.2.11
}

# Rules are told of their packets later: of earlier ones before they change, or it is
# the new rules that are told. One round may be under way, and past them.
told()
{
	ovs-appctl revalidator/wait && ovs-appctl revalidator/wait
}

drops()
{
	told && ovs-ofctl add-flow br0 priority=10,icmp,actions=drop && no_ping && told &&
		ovs-ofctl dump-flows br0 | tee /dev/stderr | grep -q 'n_packets=3, .*icmp'
}

# The switch learns nothing any more, the rules say where a packet goes.
forwards()
{
	ovs-ofctl del-flows br0 && no_ping &&
		ovs-ofctl add-flow br0 in_port=m0,actions=output:m1 &&
		ovs-ofctl add-flow br0 in_port=m1,actions=output:m0 && bridged
}

# sent NIC, by the kernel; received PORT, by the port itself; told_received PORT, as the
# switch tells its users
sent()
{
	ip netns exec "nic$1" cat "/sys/class/net/end$1/statistics/tx_packets"
}

received()
{
	ovs-ofctl dump-ports br0 "m$1" | awk -F '[=,]' '/rx pkts=/ { n = $2 } END { print n + 0 }'
}

told_received()
{
	ovs-vsctl get Interface "m$1" statistics:rx_packets || echo 0
}

# How many packets of each NIC did the port not receive? What was sent while it was closed
# is in none of its numbers.
unreceived()
{
	echo $(($(sent 0) - $(received 0))) $(($(sent 1) - $(received 1)))
}

# The switch tells of packets every few seconds: who reads that before the pings may read
# an old number.
counts()
{
	local before nic

	# the kernel counts a frame after it is received, on a busy machine long after
	for _ in {1..60}; do
		before=$(unreceived)
		sleep 1
		[ "$before" != "$(unreceived)" ] || break
	done
	read -ra before <<<"$before"
	bridged || return
	for nic in 0 1; do
		for _ in {1..60}; do
			[ $(($(sent $nic) - $(told_received $nic))) != "${before[nic]}" ] ||
				continue 2
			sleep 1
		done
		echo "NIC $nic: sent $(sent $nic), received $(received $nic)," \
			"told $(told_received $nic), ${before[nic]} before"
		return 1
	done
}

removed()
{
	ovs-vsctl del-port br0 m1 && no_ping
}

added_again()
{
	add_port 1 && ovs-ofctl del-flows br0 && ovs-ofctl add-flow br0 actions=normal && bridged
}

# The switch finds a port by its hardware address if EAL has it from the start. It is
# stopped before its database, as systemd does it: without that it is busy all the time.
restarts()
{
	local mac

	mac=$(ovs-vsctl get Interface m1 mac_in_use | tr -d '"') &&
		ovs-vsctl set Open_vSwitch . \
			"other_config:dpdk-extra=--no-pci -a ${uuids[1]}" &&
		ovs-vsctl --no-wait set Interface m1 \
			"options:dpdk-devargs=\"class=eth,mac=$mac\"" &&
		ovs-ctl stop && ovs-ctl --system-id=random start &&
		[ "$(ovs-vsctl get Interface m0 error)" = "[]" ] &&
		[ "$(ovs-vsctl get Interface m1 error)" = "[]" ] && bridged
}

ends()
{
	ovs-ctl stop
	for nic in 0 1; do
		mdevctl stop -u "${uuids[nic]}" || return
	done
}

unpack "$1" && create_nic 0 && create_nic 1 &&
	introduce 0 1 && introduce 1 0 || exit
test_that "Open vSwitch starts" switch_starts
test_that "it gets a port by its UUID" add_port 0
test_that "it gets another one" add_port 1
test_that "pings go through the bridge" bridged
test_that "a rule drops them" drops
test_that "rules forward them" forwards
test_that "the statistics are right" counts
test_that "a port is removed" removed
test_that "it is added again, and pings go through" added_again
test_that "the switch is restarted, one port by its hardware address, and pings go through" \
	restarts
test_that "it ends, and its devices are free" ends
