#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine: install packages, the last of which may be
# ours, before a command runs.
#
#   devtools/vm/package.sh PACKAGE.deb... -- COMMAND...

set -eu

packages=()
while [ "$1" != -- ]; do
	packages+=("$1")
	shift
done
shift
dpkg --install "${packages[@]}" >/run/dpkg-output 2>&1 || {
	cat /run/dpkg-output
	exit 1
}
exec "$@"
