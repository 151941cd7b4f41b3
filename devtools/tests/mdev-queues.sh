#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# The interface that the module mdev_queues puts on top of another one.

. "$(dirname "$0")/common"

exec "$top/devtools/vm.sh" -n -M 1024 -H 8 -m veth -m bridge -m 8021q -m mdev_queues \
	"$top/devtools/vm/mdev-queues.sh"
