#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine, with mdev_pci, macvlan and our package:
# programs of the distribution use mediated NICs. One is a sample NIC, and one
# is of each kind that is there twice: its twin at the other end of the wire is
# the kernel's. Prints a line for each test; they build on each other.
#
#   devtools/vm/package-nics.sh

. "$(dirname "$0")/../tests/common"
. "$(dirname "$0")/testpmd"
. "$(dirname "$0")/functions"
. "$(dirname "$0")/network"

examples=$(echo /usr/share/doc/librte-bus-mdev*/examples)
sample=0e5f5f2f-29b5-4644-a6bb-a99f9a72e644
crypto=c1b7a0f2-6c9e-4f0b-9d53-2a7e8c41d6b0
# NIC n is in the namespace netn, the network 10.0.n.0, .2 is who answers
count=10

# udevadm does nothing in a chroot, which this machine is for it, unless told so.
export SYSTEMD_IGNORE_CHROOT=1

# The example for mdevctl creates the sample NIC, and that for udev gives it away.
create_sample()
{
	groupadd --system dpdk &&
		cp "$examples/60-dpdk-mdev.rules" /etc/udev/rules.d/ &&
		/lib/systemd/systemd-udevd --daemon &&
		sh "$examples/mediated-nic.sh" $sample mdev_vnet mdev_vnet-nic &&
		udevadm settle &&
		give_address net0 "$(ls /sys/bus/mdev/devices/$sample/net)" 10.0.0.1 &&
		mdevctl list --defined | grep $sample
}

group_may_open()
{
	local group

	group=$(basename "$(readlink /sys/bus/mdev/devices/$sample/iommu_group)")
	# it would rename interfaces
	udevadm control --exit
	stat -c '%G %a' "/dev/vfio/$group" | tee /dev/stderr | grep -qx "dpdk 660"
}

# That of the distribution knows nothing of mediated devices.
devbind_shows()
{
	"$examples/dpdk-devbind.py" --status-dev mdev | tee /dev/stderr | grep -q "$sample"
}

# create NETWORK VENDOR:DEVICE DRIVER
create()
{
	take_two "$2" && bind "${functions[0]}" mdev_pci &&
		mdevctl start -u "$1${sample#?}" -p "${functions[0]}" \
			-t mdev_pci-function &&
		modprobe "$3" || return
	interface=$(find "/sys/bus/pci/devices/${functions[1]}/" -path '*/net/*' \
		-prune -printf '%f\n')
	give_address "net$1" "$interface" "10.0.$1.1"
}

# Two interfaces on the one of NETWORK, each in a namespace. They send all of their
# packets to the wire, even to each other.
share()
{
	local end interface

	interface=$(ip netns exec "$1" ls /sys/class/net | grep -vx lo)
	for end in 0 1; do
		ip -n "$1" link add link "$interface" name end$end type macvlan mode vepa &&
			ip -n "$1" link set end$end netns 1 &&
			give_address end$end end$end 192.0.2.1$end || return
	done
	! reaches end0 192.0.2.11 2
}

# reaches NAMESPACE ADDRESS [SECONDS]: are as many pings as we want answered until
# then? The program collects packets for a while, so that an answer may be late.
reaches()
{
	ip netns exec "$1" ping -c "$count" -i 0.02 -w "${3-120}" "$2"
}

# It sends to a port what it received from there, after it went through queues.
eventdev_starts()
{
	run_console eventdev mpps dpdk-test-eventdev --no-pci --iova-mode=pa \
		--lcores 0@0,1@1,2@0 -s 2 --vdev=event_sw0 -a "$1" -- \
		--test=pipeline_queue --prod_type_ethdev --wlcores=2 --stlist=a
}

# It prints in colours, and counts packets in hexadecimal.
eventdev_ends()
{
	local packets

	end eventdev INT || return
	packets=$(sed 's/\x1b\[[0-9]*m//g' /run/eventdev.output |
		tee /dev/stderr | awk '/^Worker 0 packets:/ { print $4 }')
	# there and back, and that twice
	[ $((16#$packets)) -ge $((count * 4)) ]
}

# testpmd polls no more until it is needed, for other programs start twice as fast then.
statistics_read()
{
	tell stop && received_at_least $count dpdk-proc-info -a $sample
}

captured()
{
	tell start && captures net0 10.0.0.2 "" -i $sample
}

# Its options for EAL cannot be changed: no device is named.
listed()
{
	dpdk-dumpcap -D | tee /dev/stderr | grep -q "$sample"
}

# A file of the program with what shall be enciphered, and what comes of it by OpenSSL
write_vector()
{
	local key=2b7e151628aed2a6abf7158809cf4f3c iv=000102030405060708090a0b0c0d0e0f text

	text=$(printf '%064x' {1..2})
	cat <<-END
		plaintext = $(bytes "$text")
		cipher_key = $(bytes $key)
		cipher_iv = $(bytes $iv)
		ciphertext = $(bytes "$(echo "$text" | xxd -r -p |
			openssl enc -aes-128-cbc -nopad -K $key -iv $iv | xxd -p -c 64)")
	END
}

# bytes DIGITS
bytes()
{
	sed 's/../0x&, /g; s/, $//' <<<"$1"
}

create_crypto()
{
	mapfile -t functions < <(functions_of 1af4:1054)
	bind "${functions[0]}" mdev_pci &&
		mdevctl start -u $crypto -p "${functions[0]}" -t mdev_pci-function
}

# The last numbers are those of operations: begun, done, and failed. To try again to begin
# one, or to take what is not done yet, is no failure.
enciphers()
{
	write_vector >/run/vector || return
	timeout 300 dpdk-test-crypto-perf --no-pci --iova-mode=pa --lcores 0@0,1@1 -a $crypto -- \
		--devtype crypto_virtio --ptest verify --test-file /run/vector --csv-friendly \
		--optype cipher-only --cipher-algo aes-cbc --cipher-op encrypt \
		--cipher-key-sz 16 --cipher-iv-sz 16 --buffer-sz 64 --burst-sz 32 \
		--total-ops 1000 </dev/null | tee /dev/stderr |
		grep -q "64,32,1000,1000,[0-9]*,[0-9]*,0$"
}

test_that "mdevctl and udev: their examples create a NIC" create_sample
test_that "udev: the group of the example may open it" group_may_open
test_that "dpdk-devbind.py of the examples shows it" devbind_shows
devices=(-a "$sample")
nic=0
while read -r id driver kind; do
	nic=$((nic + 1))
	test_that "$kind: created, its twin is the kernel's" create $nic "$id" "$driver"
	devices+=(-a "$nic${sample#?}")
done <<<"$kinds"

run=(dpdk-testpmd --no-pci --iova-mode=pa)
options=(--total-num-mbufs=16384 --forward-mode=icmpecho --auto-start)
test_that "dpdk-testpmd starts" start "${devices[@]}"
test_that "sample NIC: dpdk-testpmd answers pings" pings net0 10.0.0.2
nic=0
while read -r id driver kind; do
	nic=$((nic + 1))
	test_that "$kind: dpdk-testpmd answers pings" pings net$nic 10.0.$nic.2
done <<<"$kinds"
test_that "dpdk-proc-info reads the statistics" statistics_read
test_that "dpdk-dumpcap lists it" listed
test_that "dpdk-dumpcap captures on it" captured
test_that "dpdk-testpmd ends well" finish

# It demands of a NIC what only this kind can do.
nic=$(awk '/vmxnet3/ { print NR }' <<<"$kinds")
test_that "the kernel has two interfaces that reach nothing but the wire" share "net$nic"
test_that "dpdk-test-eventdev starts" eventdev_starts "$nic${sample#?}"
test_that "pings go through it" reaches end0 192.0.2.11
test_that "pings go through it the other way" reaches end1 192.0.2.10
test_that "dpdk-test-eventdev ends well, and has counted them" eventdev_ends

test_that "virtio-crypto: created" create_crypto
test_that "dpdk-test-crypto-perf enciphers as OpenSSL does" enciphers
