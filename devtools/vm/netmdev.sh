#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine, with the module mdev_queues: a port that the kernel
# keeps, and testpmd, to which rules send some flows. The traffic comes from the peer in a
# network namespace. Prints a line for each test.
#
#   devtools/vm/netmdev.sh TESTPMD DPDK-TEST PROC-INFO TRAFFIC

. "$(dirname "$0")/../tests/common"
. "$(dirname "$0")/testpmd"
. "$(dirname "$0")/traffic"
. "$(dirname "$0")/network"
. "$(dirname "$0")/queues"
. "$(dirname "$0")/dpdk-test"

run=("$1" "${lcores[@]}")
# shellcheck disable=SC2034 # for run_cases
dpdk_test=$2
proc_info=$3
traffic=$4
uuid=8c54f81a-667b-45d3-ab82-71c6c5f73215
# the longest rings, as a busy machine may not let testpmd run for some time
options=(--total-num-mbufs=4096 --forward-mode=rxonly --auto-start --rxq=2 --txq=2 --rxd=2048
	--hot-plug)

prepare()
{
	fresh_port 2 && create_device $uuid
}

# with_testpmd COMMAND...: while it runs, with the device and its arguments, if any
with_testpmd()
{
	local status=0

	start -a "$uuid${arguments-}" || return
	"$@" || status=$?
	finish || status=$?
	return $status
}

# with_heap COMMAND...: the same, and a part of its memory is a heap
with_heap()
{
	local arguments=,heap=2

	with_testpmd "$@"
}

# rule_for PATTERN ACTION: testpmd makes it
rule_for()
{
	says "flow create 0 ingress pattern eth / ipv4 $1 / end actions $2 / end" created
}

# A busy machine may not let testpmd run for some time: how long it may take, in ms
patience()
{
	echo "$1" >/sys/module/mdev_queues/parameters/stall_ms
}

# Connections to port 80 begin while pings are answered.
split()
{
	local segments status=0

	segments=$(tcp_segments)
	count=1000 pings peer 10.9.0.1 0.002 >/run/pings &
	frames 10000 5000 tcp:80
	wait $! || status=$?
	grep transmitted /run/pings
	ask "show port xstats 0"
	expect 10000 "testpmd received" "$(port_counter 0 RX-packets)" || status=1
	expect "$segments" "TcpInSegs" "$(tcp_segments)" || status=1
	return $status
}

by_ethtool()
{
	local status=0

	ethtool -N mq0 flow-type tcp4 dst-port 80 action 1 loc 0 && split || status=$?
	ethtool -N mq0 delete 0 && return $status
}

by_flow()
{
	rule_for "/ tcp dst is 80" "queue index 1 / count" && split &&
		says "flow query 0 0 count" "hits: 10000"
}

# The administrator's rule comes before that of testpmd.
ranks()
{
	ethtool -N mq0 flow-type tcp4 dst-port 80 action 2 loc 9 &&
		rule_for "/ tcp dst is 80" "queue index 0" && frames 100 5000 tcp:80 &&
		says "show port xstats 0" "rx_q1_packets: 100" &&
		ethtool -N mq0 delete 9 && frames 100 5000 tcp:80 &&
		says "show port xstats 0" "rx_q0_packets: 100" &&
		says "show port xstats 0" "rx_q1_packets: 100"
}

# All that comes is the kernel's, testpmd's, or was dropped for a reason that is told.
accounts()
{
	local kernel user dropped before

	rule_for "/ tcp dst is 80" "queue index 0" &&
		rule_for "/ udp dst is 53" "queue index 1" || return
	before=$(interface_counter mq0 rx_packets)
	frames 100000 20000 tcp:80 udp:53 tcp:443 other
	kernel=$(($(interface_counter mq0 rx_packets) - before))
	user=$(port_counter 0 RX-packets)
	dropped=$(($(port_counter 0 RX-missed) + $(port_counter 0 RX-errors)))
	ask "show port xstats 0"
	echo "kernel $kernel, testpmd $user, dropped $dropped"
	[ "$user" -gt 40000 ] &&
		expect 100000 "in all" $((kernel + user + dropped))
}

# testpmd answers pings: what it has received is sent from where it is.
answers()
{
	local echoes

	echoes=$(awk '/^Icmp: [0-9]/ { print $9 }' /proc/net/snmp)
	tell stop && tell "set fwd icmpecho" && tell start &&
		rule_for "proto is 1" "queue index 0" && count=100 pings peer 10.9.0.1 &&
		says "show port xstats 0" "tx_q0_copied: 0" &&
		expect "$echoes" "pings to the kernel" \
			"$(awk '/^Icmp: [0-9]/ { print $9 }' /proc/net/snmp)"
}

# How often has testpmd told of the link?
link_events()
{
	grep -c "link state change event" $console
}

# tells_of_link COMMAND...: does testpmd, after the command?
tells_of_link()
{
	local before

	before=$(link_events)
	"$@" || return
	for _ in {1..300}; do
		[ "$(link_events)" = "$before" ] || return 0
		pause 0.1
	done
	return 1
}

follows_link()
{
	says "show port summary 0" " up " &&
		tells_of_link ip -n peer link set other down &&
		says "show port summary 0" " down " && ip link set mq0 down &&
		ip -n peer link set other up && says "show port summary 0" " down " &&
		tells_of_link ip link set mq0 up && says "show port summary 0" " up "
}

# The kernel may raise the MTU, but the buffers stay as they are.
follows_mtu()
{
	local status=0

	ip link set lower mtu 3000 && ip link set mq0 mtu 3000 &&
		says "show port info 0" "length of RX packet: 1536" || status=1
	ip link set lower mtu 1400 &&
		says "show port info 0" "length of RX packet: 1418" || status=1
	ip link set lower mtu 1500 && ip link set mq0 mtu 1500 && return $status
}

follows_interface()
{
	follows_link && follows_mtu
}

refuses_rules()
{
	says "flow create 0 ingress pattern eth / end actions queue index 2 / end" \
			"the port has no such Rx queue" &&
		says "flow create 0 ingress pattern eth / ipv4 ttl is 1 / end actions drop / end" \
			"a field that cannot be compared" &&
		says "flow create 0 egress pattern eth / end actions drop / end" \
			"rules are for ingress only" &&
		says "flow isolate 0 0" "what matches no rule is the kernel's" &&
		says "flow isolate 0 1" "Ingress traffic on port 0 is now restricted"
}

# Who may not administer the network takes no flow of it, unless that is allowed.
refuses_without_right()
{
	says "flow create 0 ingress pattern eth / end actions drop / end" \
		"no right to make rules" &&
		echo 1 >"/sys/bus/mdev/devices/$uuid/flows_allowed" &&
		rule_for "/ tcp dst is 80" "queue index 0" &&
		echo 0 >"/sys/bus/mdev/devices/$uuid/flows_allowed"
}

asks_for_right()
{
	local run=(setpriv --bounding-set -net_admin --inh-caps -net_admin "${run[@]}")

	with_testpmd refuses_without_right
}

# ends_saying REASON END DEVICE OPTION...: another testpmd with these options ends so, and
# says why
ends_saying()
{
	"${run[@]}" -a "$3" --file-prefix other "${@:4}" </dev/null >/run/failure 2>&1
	cat /run/failure
	grep -q -- "$1" /run/failure && grep -q "$2" /run/failure
}

# fails MESSAGE DEVICE [EAL-OPTION...]: it has no port, and says why
fails()
{
	ends_saying "$1" "No probed ethernet devices" "$2" "${@:3}" -- --total-num-mbufs=4096
}

# fails_with_little MESSAGE OPTION-OF-TESTPMD...: it has too little memory to start the port
fails_with_little()
{
	ends_saying "$1" "Fail to start port 0: Cannot allocate memory" "$uuid,mem=1" \
		-- --total-num-mbufs=4096 "${@:2}"
}

refuses_arguments()
{
	fails "the device has no more than" "$uuid,mem=60000" &&
		fails "the device has no more than" "$uuid,heap=60000" &&
		fails "mem=x: not a number of MiB" "$uuid,mem=x" &&
		fails "heap=0: not a number of MiB" "$uuid,heap=0" &&
		fails "EAL would not map a heap for devices" "$uuid,heap=2" --no-huge -m 64 &&
		fails "arguments other than mem and heap" "$uuid,memory=1" &&
		fails_with_little "queue 0 gets 2048 Rx descriptors" --rxd=1999 &&
		fails_with_little "queue 0 does not get the buffers that it needs" --rxd=2048
}

# The greatest MTU is that of the kernel's interface. Here it is not the usual one, which
# testpmd shows of a port that it could not configure.
takes_greatest_mtu()
{
	local options=("${options[@]}" --max-pkt-len=3018) status=0

	ip link set lower mtu 3000 && ip link set mq0 mtu 3000 || return
	with_testpmd says "show port info 0" "^MTU: 3000" || status=1
	ends_saying "MTU (3001) > device max MTU (3000)" "Fail to configure port 0" "$uuid" \
		-- --total-num-mbufs=4096 --max-pkt-len=3019 || status=1
	ip link set mq0 mtu 1500 && ip link set lower mtu 1500 && return $status
}

refuses_second()
{
	fails "$uuid.*in use by another process" $uuid
}

# A secondary process has the port as well, and leaves it to testpmd.
shared()
{
	rule_for "/ tcp dst is 80" "queue index 0" && frames 100 5000 tcp:80 &&
		received_at_least 100 "$proc_info" &&
		frames 100 5000 tcp:80 && expect 200 "testpmd received" "$(port_counter 0 RX-packets)"
}

# A secondary process has a packet as long as there is /run/hold.
holder()
{
	NETMDEV_DEVICE=$uuid NETMDEV_HOLD=/run/hold DPDK_TEST=netmdev_hold_autotest \
		"$dpdk_test" --lcores "5@$last_processor" --proc-type=secondary </dev/null
}

# holder_says PID TEXT: wait until it does
holder_says()
{
	until grep -q "$2" /run/holder; do
		kill -0 "$1" || return
		pause 0.1
	done
}

refuses_to_detach()
{
	holder_says "$1" "got a packet" && tell "port stop 0" &&
		says "port detach 0" "Failed to detach device on secondary" &&
		! matches "total ports is 0"
}

# The secondary process is there all the time.
detaches_and_attaches()
{
	holder_says "$1" "the packet is free" &&
		says "port detach 0" "Now total ports is 0" &&
		holder_says "$1" "the port has gone" &&
		says "port attach $uuid,heap=2" "Now total ports is 1"
}

held()
{
	local pid status=0

	touch /run/hold
	tell stop && rule_for "/ udp dst is 53" "queue index 0" && frames 1 1 udp:53 || return
	holder >/run/holder 2>&1 &
	pid=$!
	refuses_to_detach $pid || status=1
	rm /run/hold
	detaches_and_attaches $pid || status=1
	wait $pid || status=1
	cat /run/holder
	[ $status = 0 ] && grep -q "the application has 1 packets" /run/holder
}

# may_have MIB: a device, of memory; testpmd gets what the heap leaves
may_have()
{
	echo "$1" >/sys/module/mdev_queues/parameters/max_memory
}

held_with_heap()
{
	local status=0

	may_have 16
	with_heap held || status=$?
	may_have 256
	return $status
}

# stream: 3,000 datagrams, one each millisecond, to a port that is testpmd's by a rule; the
# kernel has a socket there, for what becomes its own
stream()
{
	rule_for "/ udp dst is 7000" "queue index 0" && rm -f /run/records || return
	"$traffic" listen 7000 /run/records &
	listener=$!
	ip netns exec peer "$traffic" send 10.9.0.1 7000 /run/records 3000 &
	sender=$!
	for _ in {1..100}; do
		[ "$(port_counter 0 RX-packets)" -le 500 ] || return 0
		pause 0.1
	done
	kill "$sender" "$listener"
	wait "$sender" "$listener"
	return 1
}

# count_stream [FIRST]: leave in kernel how many of them it has got, in lost how many it has
# not, and in gap for how many milliseconds; from the first one on
count_stream()
{
	read -r gap lost _ kernel _ < <("$traffic" gaps /run/records "$@")
}

stream_ends()
{
	wait "$sender"
	# the last ones may still be on their way
	pause 0.5
	kill "$listener"
	wait "$listener"
}

# falls_back SIGNAL MOST: testpmd gets a signal, and the kernel what is sent from then on,
# but for so many milliseconds. Returns 2 if it only took longer.
falls_back()
{
	local gap lost kernel

	stream || return
	count_stream
	kill "-$1" "$pid"
	stream_ends
	count_stream "$lost"
	echo "$kernel to the kernel, $lost lost in $gap ms"
	[ "$kernel" -gt 500 ] || return 1
	[ "$gap" -le "$2" ] || return 2
}

# The host may be busy just then: the shortest of three times counts.
killed()
{
	local status

	for _ in 1 2 3; do
		status=0
		start -a $uuid || return
		falls_back KILL 50 || status=$?
		end testpmd KILL
		[ $status = 2 ] || break
	done
	with_testpmd true && return $status
}

hung()
{
	local status=0

	falls_back STOP 150 || status=$?
	kill -CONT "$pid"
	return $status
}

gives_up()
{
	local user gap lost kernel

	stream && says "flow flush 0" "" || return
	stream_ends
	user=$(port_counter 0 RX-packets)
	count_stream
	[ "$user" -gt 500 ] && [ "$kernel" -gt 500 ] &&
		expect 3000 "to testpmd and the kernel" $((user + kernel))
}

# The administrator takes the device away, and can make it again.
removed()
{
	in_time remove $uuid && prints "Now total ports is 0" && create_device $uuid
}

prepare || exit
patience 10000
test_that "a rule of ethtool gives testpmd HTTP, the rest stays the kernel's" with_testpmd by_ethtool
test_that "a rule of testpmd gives it HTTP, the rest stays the kernel's" with_testpmd by_flow
test_that "rules of ethtool come before those of testpmd" with_testpmd ranks
test_that "of 100,000 frames, none is lost without a name" with_testpmd accounts
test_that "testpmd answers pings, and copies none" with_testpmd answers
test_that "a secondary process has the port as well" with_testpmd shared
test_that "a device is not detached while a secondary process has a packet" held_with_heap
patience 100
test_that "when testpmd is killed, its flows are the kernel's, and it can start again" killed
test_that "when testpmd hangs, its flows are the kernel's" with_testpmd hung
test_that "when testpmd gives up its rule, no datagram is lost" with_testpmd gives_up
test_that "testpmd sees link and MTU of the kernel's interface" with_testpmd follows_interface
test_that "the greatest MTU is the kernel's, one more is refused" takes_greatest_mtu
test_that "rules that make no sense are refused, with the reason" with_testpmd refuses_rules
test_that "making rules needs a right" asks_for_right
test_that "arguments that make no sense are refused, with the reason" refuses_arguments
test_that "a second program is refused" with_testpmd refuses_second
test_that "the device is removed while testpmd uses it" with_testpmd removed

# The other end has one on top for a VLAN, and gets frames with their checksums.
near_tested()
{
	near_port && ip link add link near name near.5 type vlan id 5 &&
		ip link set near.5 up && ethtool -K lower1 tx off >/run/nothing
}

# The device is left as it is: that is no error, and so none is told.
ends_with_pool()
{
	local status=0

	run netmdev_end_autotest "${lcores[@]}" -m 256 --iova-mode=va >/run/ended || status=$?
	cat /run/ended
	[ $status = 0 ] && ! grep -q "cannot be detached\|stays in the heap" /run/ended
}

export NETMDEV_DEVICE=a43e1cf1-a29d-40ca-b08e-fef32b0f7c53 NETMDEV_PEER=near
# EAL cannot tell the names of their heaps from each other.
export NETMDEV_TWIN=a43e1cf1-a29d-40ca-b08e-9758cdc6d433
patience 10000
near_tested && create_device $NETMDEV_DEVICE mq1 && remove $uuid && create_device $NETMDEV_TWIN &&
	run_cases "driver netmdev" netmdev_autotest "${lcores[@]}" -m 256 --iova-mode=va

test_that "a program ends with its pool in the heap of the device" ends_with_pool
