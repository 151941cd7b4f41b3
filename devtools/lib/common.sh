# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
# shellcheck shell=bash
#
# What the scripts of devtools share; sourced by them.

set -euo pipefail

. "$(dirname "${BASH_SOURCE[0]}")/usage"

# The user's PATH, locale and python must not change what the scripts do.
# shellcheck disable=SC2034 # used by the scripts that source this
system_path=/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin
export PATH=/usr/sbin:/sbin:/usr/bin:/bin:$PATH
export LC_ALL=C

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
cache=$top/.cache
mkdir -p "$cache"

# The virtual machine's kernel: Debian's of this machine's release, or of the suite
# that the user names in MDEV_KERNEL. Then what builds it comes from there as well.
# SUITE-cdev is that kernel with iommufd, and VFIO without the container of groups;
# SUITE-nogroups has no groups of VFIO at all.
! grep -qx "VERSION_CODENAME=${MDEV_KERNEL-}" /etc/os-release || unset MDEV_KERNEL
# shellcheck disable=SC2034 # used by the scripts that source this
linux=$cache/linux${MDEV_KERNEL:+-$MDEV_KERNEL}
kernel_suite=${MDEV_KERNEL-}
kernel_suite=${kernel_suite%-cdev}
kernel_suite=${kernel_suite%-nogroups}
# shellcheck disable=SC2034 # used by the scripts that source this
cdev=${MDEV_KERNEL-}
cdev=${cdev#"$kernel_suite"}

# Progress goes to stderr: stdout belongs to the command that is run.
say()
{
	printf '%s\n' "$*" >&2
}

die()
{
	say "$(basename "$0"): $*"
	exit 1
}

# Run a long step; show its output only if it fails.
quiet()
{
	local log status

	log=$(mktemp "$cache/log.XXXXXX")
	# a plain subshell, as errexit is off in whatever "if" tests
	set +e
	(set -e; "$@") >"$log" 2>&1
	status=$?
	set -e
	[ $status = 0 ] || cat "$log" >&2
	rm -f "$log"
	return $status
}

# lock THING [OPTION-OF-FLOCK]: only one script at a time prepares the thing; those that
# use it may lock it with --shared.
lock()
{
	exec {lock_fd}>"$cache/$1.lock"
	flock "${@:2}" "$lock_fd"
}
