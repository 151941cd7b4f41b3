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
uuids=(17ce209d-18c0-43b1-920b-90f659e73d13 5f6aacef-c406-4efa-9629-e1ded7ec8683)

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

# Give two functions to the driver, and put in args how DPDK is told of them.
prepare()
{
	local nic

	# virtio of QEMU takes physical addresses, behind an IOMMU as well
	args=(--in-memory --no-telemetry --iova-mode=pa)
	for nic in 0 1; do
		bind "${functions[nic]}" "$driver" || return
		if [ "$driver" = mdev_pci ]; then
			# mdevctl takes seconds
			echo "${uuids[nic]}" >"/sys/bus/pci/devices/${functions[nic]}$create" ||
				return
			args+=(-a "${uuids[nic]}")
		else
			args+=(-a "${functions[nic]}")
		fi
	done
	[ "$driver" != mdev_pci ] || args+=(--no-pci)
	[ "$driver" = uio_pci_generic ] || [ -z "$1" ] || args+=("$1")
}

# As it comes, so that a crash loses nothing
pmds()
{
	DPDK_TEST=bus_mdev_pmds_autotest timeout 300 stdbuf -oL "$dpdk_test" "${args[@]}" \
		</dev/null 2>&1 | sed -u "s/^feature: /result: $1: /"
	return "${PIPESTATUS[0]}"
}

status=0
while read -r id _ kind; do
	take_two "$id" && prepare "${options[$kind]-}" && pmds "$kind" || status=1
	for function in "${functions[@]}"; do
		unbind "$function"
	done
done <<<"$kinds"
exit $status
