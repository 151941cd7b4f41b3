#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine, with the module mtty and a NIC: give testpmd a device
# that it cannot use, between two NICs that it can. There must be a message that
# names the device and the cause, the NICs must come up, and no file may be open
# that is not when the NICs are given alone. Prints a line for each test.
#
#   devtools/vm/bad-input.sh TESTPMD

. "$(dirname "$0")/../tests/common"
. "$(dirname "$0")/functions"
. "$(dirname "$0")/testpmd"

testpmd=$1
nic1=17ce209d-18c0-43b1-920b-90f659e73d13
nic2=5f6aacef-c406-4efa-9629-e1ded7ec8683
busy=8779b265-07f9-420b-841e-6c6c3737c07e
serial=cb9f28bf-9cbd-4eea-8d5c-b150c240cd97
foreign=de4bb47b-8d49-4d88-9f70-c5299eea442b
free=f0703fb2-1ad6-4a41-b721-07036bc1b3d0
unbound=ec3c6789-797d-4a0b-bc6f-4741c8acbd0a
incomplete=70b065d8-e636-4254-8222-9d7bc42d7a20
absent=e972498a-e9d1-4659-b479-22ee7c4b0943
short=e972498a-e9d1-4659-b479-22ee7c4b094

# Without any file, that which the kernel could have is missed
vfio_wanted_file=/dev/iommu
! has_groups || vfio_wanted_file=/dev/vfio/vfio

# testpmd and its first options
run=("$testpmd" --in-memory --no-telemetry)

# with_testpmd CHECK EAL-OPTION...: run a check on a testpmd of its own
with_testpmd()
{
	local status=0

	start "${@:2}" && "$1" || status=1
	finish || status=1
	[ $status = 0 ] || cat $console
	return $status
}

# Is there a port for each device that is good?
check_ports()
{
	local name

	tell "show port summary all" || return
	for name in "${good[@]}"; do
		matches "^[0-9]+ +[0-9A-F:]+ +$name " && continue
		echo "there is no port for $name"
		return 1
	done
}

# find_files: put the open files, but for memory, into the array files
find_files()
{
	mapfile -t files < <(find "/proc/$pid/fd" -type l ! -lname '/memfd:*' -printf '%f -> %l\n')
}

# These are the files that are open when all is well.
record_files()
{
	check_ports && find_files && good_files=("${files[@]}")
}

check_good()
{
	record_files && ! grep "MDEV_BUS: " $console
}

# is_told: is there a line of the bus that names the device and the cause?
is_told()
{
	local line

	while read -r line; do
		[[ $line != *"MDEV_BUS: "* || $line != *"$device"* || $line != *"$cause"* ]] ||
			return 0
	done <$console
	echo "there is no message that names $device and says: $cause"
	return 1
}

# Is it only the bad device that fails, and was it logged why?
check_bad()
{
	check_ports && find_files || return
	if [ ${#files[@]} != ${#good_files[@]} ]; then
		echo "these files are open:"
		printf '%s\n' "${files[@]}"
		echo "these are open without $device:"
		printf '%s\n' "${good_files[@]}"
		return 1
	fi
	is_told
}

# bad NAME DEVICE CAUSE: a device that is named between two NICs
bad()
{
	device=$2 cause=$3
	test_that "$1" with_testpmd check_bad -a $nic1 -a "$device" -a $nic2
}

attach()
{
	tell "port attach $device" && check_bad
}

# bad_attach NAME DEVICE CAUSE: a device that a running testpmd shall attach
bad_attach()
{
	device=$2 cause=$3
	test_that "$1, attached" attach
}

# In the place of the directory of the bus, one with two devices more: one that no driver
# handles, and one of which the kernel does not tell all
replace_sysfs()
{
	local bus=/run/sysfs/bus parent=/run/sysfs/parent uuid

	mkdir -p $bus $parent/mdev_supported_types/foreign $parent/{$foreign,$incomplete}
	echo vfio-foreign >$parent/mdev_supported_types/foreign/device_api
	ln -s ../mdev_supported_types/foreign $parent/$foreign/mdev_type
	ln -s $parent/$foreign $parent/$incomplete $bus
	for uuid in $nic1 $nic2 $busy $serial; do
		ln -s "$(readlink -f /sys/bus/mdev/devices/"$uuid")" "$bus/$uuid"
	done
	mount --bind $bus /sys/bus/mdev/devices
}

# The numbers of the file of a device
numbers()
{
	tr : ' ' <"$(echo /sys/class/vfio*/"$(basename "$(vfio_file "$1")")"/dev)"
}

# give_file UUID: under the name of the file of the free NIC
give_file()
{
	local numbers

	read -ra numbers < <(numbers "$1")
	rm -f "$(vfio_file $free)" && mknod "$(vfio_file $free)" c "${numbers[@]}"
}

# hold FILE: use a group or a device until killed, and say so. A group is in use when it is
# open, a device when it is bound to an address space (VFIO_DEVICE_BIND_IOMMUFD).
hold()
{
	exec python3 - "$1" <<-END
		import fcntl, os, signal, struct, sys
		device = os.open(sys.argv[1], os.O_RDWR)
		if "/devices/" in sys.argv[1]:
		    iommu = os.open("/dev/iommu", os.O_RDWR)
		    fcntl.ioctl(device, 0x3b76, struct.pack("IIiI", 16, 0, iommu, 0))
		print("held", flush=True)
		signal.pause()
	END
}

# As in a container, not even root may open the file of the free NIC.
forbid()
{
	mkdir /run/devices && mount -t cgroup -o devices none /run/devices &&
		mkdir /run/devices/mdev && echo "c $(numbers $free | tr ' ' :) rwm" \
			>/run/devices/mdev/devices.deny && echo "$pid" >/run/devices/mdev/tasks
}

allowed()
{
	echo "$pid" >/run/devices/tasks && says "port attach $free" "is attached"
}

# From here on, testpmd has rights on the NICs only.
become_nobody()
{
	mkdir /run/nobody
	chown nobody /run/nobody "$(vfio_file $nic1)" "$(vfio_file $nic2)"
	chmod 666 $vfio_common_file
	export XDG_RUNTIME_DIR=/run/nobody
	# in KiB: mapping memory for these devices locks none
	ulimit -l 64
	run=(setpriv --reuid=nobody --regid=nogroup --clear-groups
		"$testpmd" --no-huge -m 64 --no-telemetry)
}

# no_vfio NAME CAUSE: other devices than mediated ones work without VFIO
no_vfio()
{
	device=$nic1 cause=$2
	test_that "$1" with_testpmd check_bad --vdev net_null0 -a $nic1
}

# The function is handed out without an IOMMU, which few kernels do.
bind_without_iommu()
{
	modprobe vfio-pci && echo Y >"$noiommu" && bind "$function" vfio-pci
}

# A process has room for the function or for the device, whichever is first.
function_first()
{
	start --iova-mode=pa -a "$function" && record_files && attach && finish && return
	cat $console
	return 1
}

function_second()
{
	start --iova-mode=pa -a $nic1 && tell "port attach $function" && finish &&
		grep -i "cannot add VFIO group.*error 1 (Operation not permitted)" $console && return
	cat $console
	return 1
}

# What the message says helps without a new start.
heeds()
{
	! says "port attach $nic1" "is attached" && enable_vfio &&
		says "port attach $nic1" "is attached"
}

for uuid in $nic1 $nic2 $busy $free $unbound; do
	mdevctl start -u "$uuid" -p mdev_vnet -t mdev_vnet-nic
done
mdevctl start -u $serial -p mtty -t mtty-2
echo $unbound >/sys/bus/mdev/drivers/mdev_vnet/unbind

good=("$nic1" "$nic2")
test_that "vfio_pci is not loaded" test ! -e /sys/module/vfio_pci
test_that "nothing is bad" with_testpmd check_good -a $nic1 -a $nic2

# another process has it, and testpmd does not inherit it
exec 5< <(hold "$(vfio_file $busy)")
holder=$!
read -r <&5 && exec 5<&-
bad "no such device" $absent "no such mediated device"
bad "malformed UUID" $short "not a UUID"
bad "malformed name" mdev:eth0 "not a UUID"
bad "no PMD for its IDs" $serial "no driver for PCI ID 4348:3253"
bad "in use by another process" $busy "in use by another process"
replace_sysfs
bad "no driver for its API" $foreign "no driver for device API vfio-foreign"
bad "no API" $incomplete "does not tell its device API"

start -a $nic1 -a $nic2
bad_attach "no such device" $absent "no such mediated device"
bad_attach "malformed UUID" $short "not a UUID"
bad_attach "malformed name" mdev:eth0 "not a UUID"
bad_attach "no PMD for its IDs" $serial "no driver for PCI ID 4348:3253"
bad_attach "in use by another process" $busy "in use by another process"
bad_attach "no driver for its API" $foreign "no driver for device API vfio-foreign"
bad_attach "no API" $incomplete "does not tell its device API"
kill "$holder"
finish
umount /sys/bus/mdev/devices

start -a $nic1 -a $nic2
bad_attach "no driver bound" $unbound "no kernel driver is bound"
rm "$(vfio_file $free)"
bad_attach "no file" $free "there is no $(vfio_file $free)"
give_file $serial
bad_attach "the file of another device" $free "is device $(numbers $serial | tr ' ' :) instead of"
give_file $free
test_that "a device cgroup forbids a file" forbid
bad_attach "forbidden" $free "the system forbids to open $(vfio_file $free)"
test_that "with its file, it is attached" allowed
finish

become_nobody
test_that "nothing is bad, as nobody, with little locked memory" with_testpmd check_good -a $nic1 -a $nic2
bad "no rights on the device" $busy "no rights on $(vfio_file $busy)"
start -a $nic1 -a $nic2
bad_attach "no rights on the device" $busy "no rights on $(vfio_file $busy)"
finish

good=(net_null0)
chmod 600 $vfio_common_file
test_that "no mediated device is named" with_testpmd record_files --vdev net_null0
no_vfio "no rights on VFIO" "no rights on $vfio_common_file"
mount -t tmpfs none /sys/bus/mdev
no_vfio "mdev is not loaded" "run: modprobe mdev"
umount /sys/bus/mdev
chmod 666 $vfio_common_file
mv $vfio_common_file /dev/away
no_vfio "no file of VFIO" "there is no $vfio_wanted_file"
mv /dev/away $vfio_common_file
disable_vfio
[ $vfio_mode = cdev ] ||
	no_vfio "vfio_iommu_type1 is not loaded" "run: modprobe vfio_iommu_type1"
test_that "a running program takes the advice" with_testpmd heeds --vdev net_null0

noiommu=/sys/module/vfio/parameters/enable_unsafe_noiommu_mode
cause="beside a PCI function without an IOMMU"
if [ -e $noiommu ] && has_groups; then
	run=("$testpmd" --in-memory --no-telemetry)
	function=$(functions_of 8086:10d3)
	good=("$function") device=$nic1
	test_that "a PCI function without an IOMMU is bound" bind_without_iommu
	test_that "$cause" with_groups function_first
	test_that "$cause, which comes second" with_groups function_second
else
	skip "$cause" "this kernel hands out none"
fi
