#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine: testpmd has what a container gives it. Prints a
# line for each test; they build on each other.
#
#   devtools/vm/container.sh TESTPMD

. "$(dirname "$0")/../tests/common"
. "$(dirname "$0")/testpmd"

testpmd=$1
nic=43e5220f-2da5-4d55-a979-94f5579542cc
late=59dc99a2-16d5-4fd9-93cf-22989ff500d4
options+=(--hot-plug)

create_nic()
{
	mdevctl start -u "$1" -p mdev_vnet -t mdev_vnet-nic
}

# Files of its own and a /sys that it may only read. What follows are the devices that
# it is given, "--" and a command.
# shellcheck disable=SC2016 # expanded in the container
container=(unshare --mount sh -ec '
	mkdir -p /run/dev
	mount -t tmpfs dev /run/dev
	mkdir -p /run/dev/shm /run/dev/vfio/devices
	cp -a /dev/null /dev/urandom /dev/zero /run/dev
	while [ "$1" != -- ]; do
		cp -a "$1" "/run$1"
		shift
	done
	shift
	mount --move /run/dev /dev
	mount -o remount,bind,ro /sys
	exec "$@"' container)

# As one without root has it: the kernel sends no uevents to such a network namespace.
# In a chroot, as all is in this machine, the kernel makes no user namespaces: make its
# root directory that of the mount namespace.
# shellcheck disable=SC2016 # expanded in the other shell
rootless=(env --chdir=/proc/1/root unshare --mount chroot . sh -c '
	cd /root && mount --move . / && exec chroot . "$@"' rootless
	unshare --user --map-root-user --net)

has_port()
{
	start -a $nic && says "show port summary all" " $nic "
}

unseen()
{
	create_nic $late && sleep 2 && ! grep $late $console
}

attached()
{
	says "port attach $late" "is attached"
}

# The administrator's request comes through VFIO.
removed()
{
	in_time remove $nic && ! says "show port summary all" " $nic "
}

create_nic $nic
run=("${container[@]}" "$vfio_common_file" "$(vfio_file $nic)" --
	"$testpmd" --no-huge -m 64 --no-telemetry)
test_that "a container with the two files of VFIO uses the device" has_port
test_that "it ends well" finish

run=("${rootless[@]}" "$testpmd" --no-huge -m 64 --no-telemetry)
test_that "one without root uses the device" has_port
test_that "it sees no device arrive" unseen
test_that "it attaches that by its name" attached
test_that "it releases a device that the administrator removes" removed
test_that "it ends well" finish
