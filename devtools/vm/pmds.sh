#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine: try what works with each kind of NIC that is
# there twice, wired back-to-back, with a kernel driver. QEMU's monitor is at a
# port of the machine. Prints a line for each result:
#
#   result: KIND: FEATURE: yes, none or no
#
#   devtools/vm/pmds.sh DPDK-TEST DRIVER

. "$(dirname "$0")/../tests/common"
. "$(dirname "$0")/functions"

dpdk_test=$1
driver=$2
create=/mdev_supported_types/mdev_pci-function/create

# Options of EAL that a kind needs with VFIO
declare -A options=(
	[82540EM]=--vfio-intr=legacy
	[82545EM]=--vfio-intr=legacy
	[82574L]=--vfio-intr=legacy
)

# The test calls it with a MAC address and "on" or "off", see tests/nics.
export MDEV_PMDS_LINK=/run/set-link
cat >$MDEV_PMDS_LINK <<'END'
#!/bin/bash
echo "set_link net${1:13:1}${1:16:1} $2" >/dev/vport0p3
END
chmod +x $MDEV_PMDS_LINK

# prepare KIND: give its two functions to the driver, to be tried with those before it
prepare()
{
	local function name pair=()

	for function in "${functions[@]}"; do
		bind "$function" "$driver" || return
		name=$function
		if [ "$driver" = mdev_pci ]; then
			read -r name </proc/sys/kernel/random/uuid
			# mdevctl takes seconds
			echo "$name" >"/sys/bus/pci/devices/$function$create" || return
		fi
		pair+=("$name")
	done
	ports+=("${pair[@]}")
	prepared+=("$1")
}

# Results are of a pair, which is of a kind.
name_results()
{
	local line kind=

	while IFS= read -r line; do
		[[ $line != "pair: "* ]] || kind=${prepared[${line#pair: }]}
		echo "${line/#feature: /result: $kind: }"
	done
}

# try_prepared [EAL-OPTION]: in one program, as to start it takes long. It numbers the pairs
# of ports; what it prints is seen as it comes, so that a crash loses nothing.
try_prepared()
{
	# virtio of QEMU takes physical addresses, behind an IOMMU as well
	local args=(--in-memory --no-telemetry --iova-mode=pa) port

	[ ${#prepared[@]} != 0 ] || return 0
	for port in "${ports[@]}"; do
		args+=(-a "$port")
	done
	[ "$driver" != mdev_pci ] || args+=(--no-pci)
	[ "$driver" = uio_pci_generic ] || [ -z "$1" ] || args+=("$1")
	export MDEV_PMDS_PORTS="${ports[*]}"
	DPDK_TEST=bus_mdev_pmds_autotest timeout 500 stdbuf -oL "$dpdk_test" "${args[@]}" \
		</dev/null 2>&1 | name_results
	[ "${PIPESTATUS[0]}" = 0 ] || status=1
	ports=()
	prepared=()
}

status=0
ports=()
prepared=()
option=
while read -r id _ kind; do
	if [ "${options[$kind]-}" != "$option" ]; then
		try_prepared "$option"
		option=${options[$kind]-}
	fi
	take_two "$id" && prepare "$kind" || status=1
done <<<"$kinds"
try_prepared "$option"
exit $status
