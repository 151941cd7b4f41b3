#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine, with the module pktgen: the kernel sends
# packets into two mediated NICs at once, testpmd forwards them from each to the
# other. Exits with 0 if the kernel and testpmd counted every packet, at both
# ends and in both directions.
#
#   devtools/vm/forward.sh TESTPMD [EAL-OPTION]...

set -eu

. "$(dirname "$0")/../lib/usage"
. "$(dirname "$0")/testpmd"
. "$(dirname "$0")/traffic"

no_option "$@"
uuids=(17ce209d-18c0-43b1-920b-90f659e73d13 5f6aacef-c406-4efa-9629-e1ded7ec8683)
count=10000

for uuid in "${uuids[@]}"; do
	create_nic "$uuid"
done
run=("$@")
start -a "${uuids[0]}" -a "${uuids[1]}"
start_forwarding
feed 0 $count
feed 1 $count
pktgen pgctrl start

complete=yes
crossed 0 1 $count || complete=no
crossed 1 0 $count || complete=no
finish
cat "$console"
[ $complete = yes ]
