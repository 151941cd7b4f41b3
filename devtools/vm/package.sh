#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine: install our package, or those in a folder, before
# a command runs.
#
#   devtools/vm/package.sh PACKAGE.deb|FOLDER COMMAND...

set -eu

. "$(dirname "$0")/../lib/usage"

no_option "$@"
packages=("$1")
[ ! -d "$1" ] || packages=("$1"/*.deb)
# the loader looks into the directories of the libraries without ldconfig, too
dpkg --no-triggers --install "${packages[@]}" >/run/dpkg-output 2>&1 || {
	cat /run/dpkg-output
	exit 1
}
shift
exec "$@"
