#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# What the mdev bus costs, in ratios to the PCI bus measured in the same run:
# starting with many devices present, attaching one, forwarding, receiving. Or how
# fast the sample NIC is, beside other ways between DPDK and the kernel. The
# figures are in .cache/bench, a plot of them is beside devtools/bench/README.rst.
#
#   devtools/bench.sh [kernel] [ROUNDS]

. "$(dirname "$0")/lib/common.sh"
. "$top/devtools/tests/nics"

compared=bus
if [ "${1-}" = kernel ]; then
	compared=kernel
	shift
fi
takes 0 1 "$@"
rounds=${1:-5}
[[ $rounds =~ ^[1-9][0-9]*$ ]] || refuse "$rounds: not a number of rounds"
results=$cache/bench
images=$top/devtools/bench
apps=$top/build/subprojects/dpdk/app

# draw NAME INPUT
draw()
{
	gnuplot -e "input='$2'" "$top/devtools/bench/$1.gnuplot" |
		sed 's/ *$//; ${/^$/d}' >"$images/$1.svg"
}

# bench_kernel WHAT ROUNDS [OPTION]...
bench_kernel()
{
	"$top/devtools/vm.sh" -t $((600 + $2 * 600)) -m pktgen "${@:3}" \
		"$top/devtools/vm/bench-kernel.sh" "$1" "$apps/dpdk-testpmd" \
		/usr/bin/dpdk-testpmd "$2" >"$results/kernel-$1.tsv"
}

compare_ways_to_kernel()
{
	"$top/devtools/install-deps.sh" dpdk ethtool gnuplot-nox linux-perf
	say "sending and receiving in the virtual machine"
	bench_kernel time "$rounds" -p
	say "counting instructions"
	bench_kernel instructions 1 -s 1 -q "-icount shift=0,sleep=off"

	"$top/devtools/bench/kernel.py" "$results"/kernel-{time,instructions}.tsv
	"$top/devtools/bench/kernel.py" --plot "$results/kernel-instructions.tsv" \
		>"$results/kernel-plot.tsv"
	draw kernel "$results/kernel-plot.tsv"
}

nics express e1000e
qemu+=" -machine kernel-irqchip=off -device intel-iommu,intremap=off"

# bench WHAT ROUNDS [OPTION]...
bench()
{
	"$top/devtools/vm.sh" -t $((600 + $2 * 240)) -q "$qemu" "${@:3}" \
		-m "mdev_pci allow_unsafe=1" -m e1000e -m pktgen \
		-k "intel_iommu=on iommu=pt vfio_iommu_type1.allow_unsafe_interrupts=1" \
		"$top/devtools/vm/bench.sh" "$1" "$dpdk_test" "$apps/dpdk-testpmd" "$2" \
		>"$results/$1.tsv"
}

compare_buses()
{
	"$top/devtools/install-deps.sh" gnuplot-nox strace
	say "starting with many devices"
	"$top/devtools/bench/startup.py" "$dpdk_test" >"$results/startup.tsv"
	say "attaching, forwarding and receiving in the virtual machine"
	bench time "$rounds"
	say "counting instructions"
	bench instructions "$rounds" -s 1 -q "-icount shift=0,sleep=off"

	"$top/devtools/bench/ratios.py" "$results"/{startup,time,instructions}.tsv
	draw startup "$results/startup.tsv"
}

"$top/devtools/build.sh"
dpdk_test=$(find "$apps" -name dpdk-test -type f)
mkdir -p "$results"

echo "$(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1), $(nproc) processors"
"$dpdk_test" -v --no-huge -m 64 --no-pci --no-shconf --no-telemetry </dev/null 2>&1 |
	sed -n 's/^EAL: RTE Version: .\(.*\).$/\1/p'
qemu-system-x86_64 --version | head -n 1

if [ $compared = kernel ]; then
	compare_ways_to_kernel
else
	compare_buses
fi
