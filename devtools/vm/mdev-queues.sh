#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine, with the module mdev_queues: an interface on
# top of another one, to the peer of which it talks. The machine itself fails if the
# kernel complains. Prints a line for each test.
#
#   devtools/vm/mdev-queues.sh PROGRAMS [STEPS [FRAMES [SEED]]]
#
# PROGRAMS is a directory with those of kernel/linux/mdev_queues. So many steps of
# rubbish are written, and so many frames are counted.

. "$(dirname "$0")/../tests/common"
. "$(dirname "$0")/network"

class=/sys/class/mdev_queues
# shellcheck disable=SC2034 # for pings
count=100
# shellcheck disable=SC2034 # for user-queues
programs=$1 steps=${2-20000} frames=${3-10000} seed=${4-1}
export PYTHONDONTWRITEBYTECODE=1

# The name of the interface on top
upper()
{
	ip -o link show | sed -n 's/^[0-9]*: \(mq[0-9]*\)@.*/\1/p'
}

# A link between here and the namespace peer, and nothing on top of it
fresh_link()
{
	mq=$(upper)
	[ -z "$mq" ] || remove_upper || return
	do_ip -force "link delete lower
		netns delete peer" 2>/run/nothing
	ip link add lower type veth peer name other &&
		give_address peer other 10.9.0.2 && ip link set lower up
}

# fresh_upper [QUEUES]
fresh_upper()
{
	fresh_link && echo "lower${1+ $1}" >$class/add && mq=$(upper) && [ -n "$mq" ] &&
		do_ip "address add 10.9.0.1/24 dev $mq
			link set $mq up"
}

remove_upper()
{
	echo "$mq" >$class/remove && [ ! -e "/sys/class/net/$mq" ]
}

statistic()
{
	cat "/sys/class/net/$1/statistics/$2"
}

# The kernel here answers the peer.
kernel_pings()
{
	pings peer 10.9.0.1
}

carries()
{
	fresh_upper && kernel_pings || return
	ip -s -s link show "$mq"
	[ "$(statistic "$mq" rx_packets)" -ge 100 ] &&
		[ "$(statistic "$mq" tx_packets)" -ge 100 ] &&
		[ "$(cat "/sys/class/net/$mq/address")" = "$(cat /sys/class/net/lower/address)" ] &&
		remove_upper
}

# Segmentation and checksums: what TCP carries arrives as it was.
carries_tcp()
{
	local server status

	fresh_upper || return
	mkdir -p /run/served && head -c 20000000 /dev/urandom >/run/served/file
	(cd /run/served && exec python3 -m http.server --bind 10.9.0.1 80) &
	server=$!
	ip netns exec peer curl -sS --retry 20 --retry-delay 1 --retry-connrefused \
		-o /run/received http://10.9.0.1/file
	status=$?
	kill $server
	wait $server
	[ $status = 0 ] && cmp /run/served/file /run/received && remove_upper
}

add_vlan_of_peer()
{
	do_ip -n peer "link add link other name other.5 type vlan id 5
		address add 10.9.5.2/24 dev other.5
		link set other.5 up"
}

# The same VLAN at both ends
add_vlan()
{
	add_vlan_of_peer && do_ip "link add link $mq name mq.5 type vlan id 5
		address add 10.9.5.1/24 dev mq.5
		link set mq.5 up"
}

carries_vlan()
{
	fresh_upper && add_vlan &&
		pings peer 10.9.5.1 && remove_upper
}

# Until it is up, the lower has its own address and frames; an answer to ARP that the lower
# asks for later would be the upper's.
leaves_lower_alone()
{
	fresh_link && ip address add 10.9.0.1/24 dev lower &&
		ip neighbour add 10.9.0.2 dev lower nud permanent \
			lladdr "$(ip netns exec peer cat /sys/class/net/other/address)" &&
		echo lower >$class/add && mq=$(upper) && kernel_pings &&
		[ "$(statistic "$mq" rx_packets)" = 0 ] && ip link set "$mq" up && kernel_pings &&
		[ "$(statistic "$mq" rx_packets)" -ge 100 ] && remove_upper && kernel_pings
}

# value NAME: what ip says of it
value()
{
	ip -o -d link show "$mq" | sed -n "s/.* $1 \([^ ]*\) .*/\1/p"
}

has_carrier()
{
	[ "$(cat "/sys/class/net/$mq/carrier")" = "$1" ]
}

follows()
{
	fresh_upper && has_carrier 1 || return
	ip link set lower mtu 1400 && [ "$(value mtu)" = 1400 ] || return
	! ip link set "$mq" mtu 1500 || return
	ip link set "$mq" mtu 1300 && [ "$(value mtu)" = 1300 ] || return
	ip link set lower address 02:00:00:00:00:05 &&
		[ "$(cat "/sys/class/net/$mq/address")" = 02:00:00:00:00:05 ] || return
	! ip link set "$mq" address 02:00:00:00:00:06 || return
	ip link set lower down && has_carrier 0 && ip link set lower up &&
		has_carrier 1 && kernel_pings || return
	ip -n peer link set other down && has_carrier 0 && ip -n peer link set other up &&
		has_carrier 1 && remove_upper
}

# What the interface on top asks for is asked of the lower, and taken back.
promiscuity()
{
	ip -o -d link show lower | sed -n 's/.* promiscuity \([0-9]*\) .*/\1/p'
}

asks_the_lower()
{
	fresh_upper && [ "$(promiscuity)" = 0 ] && ip link set "$mq" promisc on &&
		[ "$(promiscuity)" = 1 ] && ip link set "$mq" allmulticast on &&
		ip maddress add 33:33:00:00:12:34 dev "$mq" &&
		ip maddress show dev lower | grep -q 33:33:00:00:12:34 &&
		remove_upper || return
	[ "$(promiscuity)" = 0 ] && ! ip maddress show dev lower | grep -q 33:33:00:00:12:34
}

# Another address, too, without asking for everything
asks_for_address()
{
	fresh_upper && ip link add link "$mq" name second type macvlan &&
		ip link set second up && ip -o -d link show "$mq" || return
	[ "$(value promiscuity)" = 0 ] && bridge fdb show dev lower | tee /run/addresses &&
		grep -q "$(cat /sys/class/net/second/address)" /run/addresses &&
		ip link delete second && remove_upper
}

# refused MESSAGE FILE TEXT [COMMAND...]: it fails, with a line of the kernel that says why
refused()
{
	dmesg -C
	# shellcheck disable=SC2016 # expanded in the other shell
	! "${@:4}" sh -c 'echo "$1" >"$2"' sh "$3" "$class/$2" || return
	dmesg
	dmesg | grep -q "$1"
}

refuses()
{
	fresh_upper || return
	refused 'nowhere: there is no such interface' add nowhere &&
		refused 'not an Ethernet interface' add lo &&
		refused 'another mq has it' add lower &&
		refused 'on top of another one itself' add "$mq" &&
		refused 'lower: there is no such interface of this module' remove lower &&
		refused 'nowhere: there is no such interface' remove nowhere || return
	refused 'this takes CAP_NET_ADMIN' add lower setpriv --bounding-set=-net_admin || return
	for text in "" " " "lower lower" "lower/" a-name-that-is-too-long "lower 0" "lower 17" \
			"lower 1 2"; do
		! echo "$text" >$class/add && ! echo "$text" >$class/remove || return
	done
	! ip link delete "$mq" || return
	kernel_pings && remove_upper
}

# The first number of which no other interface has the name
avoids_names()
{
	ip link add mq0 type bridge && ip link add mq1 type bridge && fresh_upper || return
	ip link delete mq0 && ip link delete mq1 && [ "$mq" = mq2 ] && kernel_pings &&
		remove_upper
}

refuses_port_of_bridge()
{
	fresh_link && ip link add bridge type bridge && ip link set lower master bridge &&
		refused 'lower.*a bridge' add lower || return
	ip link delete bridge && echo lower >$class/add && mq=$(upper) || return
	ip link add bridge type bridge
	! ip link set lower master bridge || return
	ip link delete bridge && remove_upper
}

in_background()
{
	"$@" >/run/background 2>&1 &
}

# In the background, it ends when its shell is killed.
flood()
{
	exec ip netns exec peer ping -f 10.9.0.1
}

# The lower goes while there is traffic: the other one stays, and can be removed.
survives_lower()
{
	local flood

	for _ in 1 2 3; do
		fresh_upper || return
		in_background flood
		flood=$!
		ip link set "$mq" promisc on
		ping -c 1 -W 5 10.9.0.2 && ip link delete lower || return
		kill $flood
		wait $flood
		has_carrier 0 && ! ping -c 1 -W 1 10.9.0.2 || return
		[ "$(cat "/sys/class/net/$mq/iflink")" = 0 ] && remove_upper || return
	done
	dmesg | grep -q "$mq: lower has gone"
}

# It goes to another namespace: that is the same to who is on top.
survives_move_of_lower()
{
	fresh_upper && ip link set "$mq" promisc on &&
		ip link set lower netns peer && has_carrier 0 || return
	! ip -n peer -o -d link show lower | grep -q 'promiscuity [1-9]' || return
	remove_upper && ip -n peer link delete lower
}

# The module goes while there is traffic, and comes back.
unload()
{
	local flood status

	fresh_upper || return
	in_background flood
	flood=$!
	ping -c 1 -W 5 10.9.0.2 && rmmod mdev_queues
	status=$?
	kill $flood
	wait $flood
	[ $status = 0 ] && [ -z "$(upper)" ] && [ ! -e $class ] && modprobe mdev_queues &&
		carries
}

test_that "mdev_queues carries pings" carries
test_that "mdev_queues carries TCP" carries_tcp
test_that "mdev_queues carries VLANs" carries_vlan
test_that "mdev_queues leaves the interface below alone until it is up" leaves_lower_alone
test_that "mdev_queues follows the interface below" follows
test_that "mdev_queues asks the interface below for what it wants" asks_the_lower
test_that "mdev_queues asks for another address alone" asks_for_address
test_that "mdev_queues refuses what makes no sense, and says why" refuses
test_that "mdev_queues leaves out the names of other interfaces" avoids_names
test_that "mdev_queues refuses a port of a bridge" refuses_port_of_bridge
test_that "mdev_queues survives that the interface below goes" survives_lower
test_that "mdev_queues survives that the interface below moves" survives_move_of_lower
test_that "mdev_queues can be unloaded under traffic, and loaded again" unload

. "$(dirname "$0")/user-queues"
