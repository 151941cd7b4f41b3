#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine: testpmd attaches and detaches mediated NICs,
# and gives one up when the administrator removes it. Prints a line for each
# test; they build on each other.
#
#   devtools/vm/hotplug.sh TESTPMD

. "$(dirname "$0")/../tests/common"
. "$(dirname "$0")/testpmd"

nic1=17ce209d-18c0-43b1-920b-90f659e73d13
nic2=5f6aacef-c406-4efa-9629-e1ded7ec8683

# since DPDK 24.07, the PCI bus tells which driver it probes only who asks for it
# shellcheck disable=SC2034 # for start
run=("$1" --in-memory --no-telemetry --log-level=bus.pci:info)
# shellcheck disable=SC2034
options=(--total-num-mbufs=2048 --hot-plug)

create()
{
	mdevctl start -u "$1" -p mdev_vnet -t mdev_vnet-nic
}

open_files()
{
	find "/proc/$pid/fd" -type l ! -lname '/memfd:*' | wc -l
}

# Does testpmd have the device open?
holds()
{
	find "/proc/$pid/fd" -lname "$(vfio_file "$1")" | grep .
}

# The kernel pings through the only port, and testpmd answers.
pings()
{
	ping -c 5 -i 0.01 -W 5 192.0.2.2 | grep "^5 packets transmitted, 5 received,"
}

arrival()
{
	create $nic1 && prints "The device: $nic1 has been added!"
}

attach()
{
	says "port attach ${nic1^^}" "Port 0 is attached. Now total ports is 1" &&
		holds $nic1
}

attach_twice()
{
	says "port attach mdev:$nic1" "Failed to attach device" &&
		says "show port summary all" "ports: 1$"
}

# show_device WHICH: what is shown of the device itself
show_device()
{
	says "show device info $1" "Infos for device $nic1 " || return
	sed -n "/Infos for device $nic1 /,/Driver name/p" <<<"$answer" >/run/device
	grep -q "Bus name: mdev$" /run/device &&
		grep -q "uuid=$nic1, device_api=vfio-pci, mdev_type=mdev_vnet-nic, parent=mdev_vnet$" \
			/run/device
}

detach()
{
	says "port detach 0" "Now total ports is 0" && ! holds $nic1
}

attach_by_key()
{
	says "port attach bus=mdev,uuid=$nic1" "Now total ports is 1" &&
		says "device detach $nic1" "Now total ports is 0" && ! holds $nic1
}

stop_detach()
{
	tell "port attach $nic1" && says "port start 0" "Done" &&
		says "port stop 0" "Done" && detach
}

# Once closed, a port has no number to detach it by.
stop_close_detach()
{
	tell "port attach $nic1" && says "port start 0" "Done" &&
		says "port stop 0" "Done" && says "port close 0" "Port 0 is closed" &&
		says "show port summary all" "ports: 0$" &&
		says "device detach $nic1" "Device $nic1 is detached" && ! holds $nic1
}

# attach_speed MBPS SHOWN: the PMD takes the argument
attach_speed()
{
	says "port attach $nic1,speed=$1" "Port 0 is attached" &&
		says "port start 0" "Done" &&
		says "show port info 0" "^Link speed: $2$" &&
		says "show device info $nic1" "^Devargs: speed=$1$"
}

other_speed()
{
	tell "port stop 0" && detach && attach_speed 25000 "25 Gbps"
}

# From the test before, the port is started.
detach_in_use()
{
	ip address add 192.0.2.1/24 dev "$interface" &&
		tell "set fwd icmpecho" && tell start && pings || return
	says "port detach 0" "Port not stopped" &&
		says "device detach $nic1" "Port 0 not stopped" &&
		holds $nic1 && pings || return
	tell stop && tell "port stop 0" && detach
}

# A short name for the device and its port; each finds it.
attach_by_alias()
{
	says "port attach bus=mdev,uuid=${nic1^^},name=web0" "Now total ports is 1" &&
		holds $nic1 && says "show port summary all" " web0 " &&
		says "show device info $nic1" "Infos for device web0 " &&
		says "show device info web0" "uuid=$nic1, device_api" &&
		says "device detach $nic1" "Now total ports is 0" && ! holds $nic1 &&
		says "port attach web0" "Now total ports is 1" && holds $nic1 &&
		says "device detach web0" "Now total ports is 0"
}

# No message tells the address that drivers see.
messages_tell_names()
{
	grep "Probe PCI driver: net_virtio (1af4:1000) device: $nic1 (socket" $console &&
		grep "Probe PCI driver: net_virtio (1af4:1000) device: web0 (socket" $console &&
		! grep '8[0-9a-f]\{4,6\}:[0-9a-f]\{2\}:[0-9a-f]\{2\}\.0' $console
}

# The first attachment opens what all share, so count from the second on.
cycles()
{
	local before

	before=$(open_files)
	for _ in {1..10}; do
		says "port attach $nic1" "Now total ports is 1" >/dev/null &&
			says "port detach 0" "Now total ports is 0" >/dev/null ||
			return
	done
	echo "$before open files before, $(open_files) after"
	[ "$(open_files)" = "$before" ]
}

# The write returns when testpmd has released the device. The first one has its alias yet.
removal()
{
	create $nic2 &&
		says "port attach $nic1" "Now total ports is 1" &&
		says "port attach $nic2" "Now total ports is 2" &&
		says "show port summary all" " web0 " &&
		tell "port start all" && tell start || return
	in_time remove $nic1 && tell stop && says "show port summary all" "ports: 1$" &&
		grep -q $nic2 <<<"$answer"
}

# It is the same device for who knows it by its alias, and its new number is none.
arrival_of_alias()
{
	create $nic1 && prints "The device: web0 has been added!" &&
		says "port attach web0" "Now total ports is 2" && holds $nic1 &&
		says "port detach 0" "Now total ports is 1"
}

start --no-pci
test_that "a new device is reported" arrival
interface=$(ls /sys/bus/mdev/devices/$nic1/net)
ip link set "$interface" up
test_that "a device created after start-up is attached, its UUID in upper case" attach
test_that "a device in use cannot be attached" attach_twice
test_that "a device is shown with its bus, API, type and parent" show_device $nic1
test_that "it is shown the same among all devices" show_device all
test_that "a device is detached" detach
test_that "a device is attached by a key and detached by its name" attach_by_key
test_that "a port is started, stopped and detached" stop_detach
test_that "a port is started, stopped and closed, and its device detached" stop_close_detach
test_that "a device is attached with arguments for its PMD" attach_speed 10000 "10 Gbps"
test_that "it is detached and attached again with other arguments" other_speed
test_that "detaching a port that forwards is refused, and it goes on" detach_in_use
test_that "a device is attached with an alias, and found by it and by its UUID" attach_by_alias
test_that "messages tell UUID or alias, no PCI address" messages_tell_names
test_that "10 times attached and detached, no file stays open" cycles
test_that "the administrator removes a device in use" removal
test_that "it comes back, and is reported by its alias" arrival_of_alias
finish
test_that "testpmd ends well" test $? = 0
