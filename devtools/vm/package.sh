#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine: install our package before a command
# runs.
#
#   devtools/vm/package.sh PACKAGE.deb COMMAND...

set -eu

. "$(dirname "$0")/../usage"

no_option "$@"
dpkg --install "$1" >/run/dpkg-output 2>&1 || {
	cat /run/dpkg-output
	exit 1
}
shift
exec "$@"
