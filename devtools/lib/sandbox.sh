#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Run a command as root with this machine's files: what is written is lost, but in this
# repository. It is for what installs packages, and needs nothing of a kernel of its own:
# the virtual machine takes ten times as long, and is used where this one cannot mount.
# There is /run/lower with the files as they were, and /run/upper with what was written.
#
#   devtools/lib/sandbox.sh COMMAND...

. "$(dirname "$0")/common.sh"

no_option "$@"
[ $# != 0 ] || refuse "a command is missing"

# enter DIRECTORY REPOSITORY COMMAND...: the first process of namespaces of their own
# shellcheck disable=SC2317 # called by the other shell
enter()
{
	local directory=$PWD root=$1/root

	umask 022
	mount -t tmpfs -o mode=755 sandbox "$1"
	cd "$1"
	mkdir root upper work
	# without the whole path, in which a comma would end an option
	mount -t overlay -o lowerdir=/,upperdir=upper,workdir=work overlay root
	mount -t tmpfs -o mode=755 run "$root/run"
	mkdir "$root/run/lock" "$root/run/lower" "$root/run/upper"
	mount --bind -o ro / "$root/run/lower"
	mount --bind upper "$root/run/upper"
	mkdir -p "$root$2"
	mount --bind "$2" "$root$2"
	mount --rbind /dev "$root/dev"
	mount -t proc proc "$root/proc"
	mount --bind -o ro "$root/proc/sys" "$root/proc/sys"
	mount -t sysfs -o ro sysfs "$root/sys"
	# as in the virtual machine: nothing of the user's environment
	exec chroot "$root" env -i --chdir="$directory" HOME=/root LC_ALL=C PATH="$PATH" "${@:3}"
}

# enter_alone COMMAND...: there is no network
enter_alone()
{
	PATH=$system_path exec unshare --mount --pid --ipc --net --fork --kill-child \
		bash -euc "$(declare -f enter); enter \"\$@\"" bash "$directory" "$top" "$@"
}

# The layers need one file system that has all of a system's files.
can_enter()
{
	[ "$(stat -c %d / /etc /usr /var /var/lib | sort -u | wc -l)" = 1 ] &&
		(enter_alone true) 2>/dev/null
}

directory=$(mktemp -d "$cache/sandbox.XXXXXX")
if ! can_enter; then
	rmdir "$directory"
	exec "$top/devtools/vm.sh" -t 1800 -n "$@"
fi
lock packages --shared
child=
# Other signals are kept off by unshare, and ignored by a first process.
# shellcheck disable=SC2317 # called by the trap
stop()
{
	[ -z "$child" ] || kill -KILL "$child" || true
	rmdir "$directory"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
enter_alone "$@" </dev/null &
child=$!
status=0
wait "$child" || status=$?
child=
exit $status
