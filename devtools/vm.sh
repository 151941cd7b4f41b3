#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors

. "$(dirname "$0")/lib/common.sh"

usage()
{
	cat <<-END
	usage: devtools/vm.sh [OPTION]... COMMAND [ARGUMENT]...

	Run COMMAND as root in a virtual machine that has Debian's kernel and
	this machine's files: every program is there, what is written is lost,
	except below .cache/vm. The exit code is that of COMMAND, 124 when the
	time is over, 125 when the machine fails or its kernel complains.
	With MDEV_KERNEL=SUITE in the environment, the kernel is that of another
	release of Debian, as trixie or forky, or the same without the container
	of VFIO's groups but with iommufd, as trixie-cdev, or with iommufd and
	without groups, as trixie-nogroups.

	  -n          load no modules; else vfio, mdev and mdev_vnet
	  -m MODULE   load MODULE too, with its parameters: one of the kernel,
	              of kernel/linux, mtty or mdpy
	  -k ARGS     add ARGS to the kernel's command line
	  -q ARGS     add ARGS to QEMU's command line
	  -M MIB      memory, 4096 MiB if not given
	  -c PATTERN  copy these files, if there are any, into the machine's memory: to read
	              many small ones of the host takes long. No directory of their path may
	              be a symbolic link
	  -H PAGES    huge pages of 2 MiB, 512 if not given
	  -t SECONDS  time until the machine is stopped, 1200 if not given
	  -s COUNT    processors, 2 if not given. They take turns, so where a program
	              polls, one is faster: it has no turn while others want it
	  -w          let the kernel complain: WARNING or BUG is no failure
	  -p          let the processors run in parallel, for what needs races
	END
}

modules=(mdev vfio_iommu_type1 mdev_vnet)
# what no kernel has that has no groups
[ "$cdev" != -nogroups ] || modules=(mdev vfio mdev_vnet)
kernel_args=
qemu_args=()
patterns=()
memory=4096
hugepages=512
seconds=1200
processors=2
allowed=
threads=single
# pktgen's warnings begin with its name
complaints='\] WARNING:|BUG:|Oops|Call Trace|protection fault|Kernel panic|UBSAN'

if [ "${1-}" = --help ]; then
	usage
	exit
fi
while getopts hnm:k:q:M:c:H:t:s:wp option; do
	case $option in
	n) modules=() ;;
	m) modules+=("$OPTARG") ;;
	k) kernel_args+=" $OPTARG" ;;
	q) read -ra words <<<"$OPTARG"; qemu_args+=("${words[@]}") ;;
	M) memory=$OPTARG ;;
	c) patterns+=("$OPTARG") ;;
	H) hugepages=$OPTARG ;;
	t) seconds=$OPTARG ;;
	s) processors=$OPTARG ;;
	w) allowed=yes ;;
	p) threads=multi ;;
	h) usage; exit ;;
	*) usage >&2; exit 125 ;;
	esac
done
shift $((OPTIND - 1))
if [ $# = 0 ]; then
	usage >&2
	exit 125
fi
"$top/devtools/install-deps.sh" || exit 125
"$top/devtools/vm/kernel.sh" || exit 125
"$top/devtools/vm/modules.sh" "${modules[@]%% *}" || exit 125
lock packages --shared

# What tests start most
tools="awk basename bash cat dirname dmesg ethtool find grep ip mkfifo ping readlink rm sed sh sleep
	stdbuf tee"

# Absolute paths of the files that the user names. While packages are installed, there are
# some that are gone soon, so nobody may do that meanwhile.
named_files()
(
	cd "$directory"
	for pattern in "${patterns[@]}"; do
		compgen -G "$pattern" || true
	done | xargs -rd '\n' realpath -s --
)

# copy_programs COMMAND [ARGUMENT]...: the tools, what is a program among these, and the
# libraries of all. The machine has these copies in a layer above the host's files: to open
# one of those takes several requests, and a process would take twice as long to start.
copy_programs()
{
	local programs

	# shellcheck disable=SC2086 # a list
	mapfile -t programs < <(cd "$directory" && PATH=$system_path type -P $tools "$@" |
		xargs -rd '\n' realpath --)
	mkdir copies
	{
		find / -maxdepth 1 -type l
		echo /etc/ld.so.cache
		named_files
		# a large one had rather stay where it is than fill the machine's memory
		find "${programs[@]}" -maxdepth 0 -size -64M
		# a script has none, which is an error
		(ldd "${programs[@]}" 2>/dev/null || true) |
			awk '/ \(0x[0-9a-f]+\)$/ && $(NF - 1) ~ "^/" { print $(NF - 1) }' |
			xargs -rd '\n' realpath --
	} | sort -u | sed 's,^/,,' >copies.list
	xargs -d '\n' -a copies.list env -C / cp -a --parents -t "$run/copies" || exit 125
}

# What only this run needs: an initramfs of its own beside the common one.
write_job()
{
	local module plain=() with_parameters=()

	for module in "${modules[@]}"; do
		case $module in
		*' '*) with_parameters+=("$module") ;;
		*) plain+=("$module") ;;
		esac
	done
	mkdir job
	printf '%s=%q\n' linux "$linux" shared "$shared" \
		hugepages "$hugepages" >job/settings
	{
		echo "export HOME=/root LC_ALL=C PATH=$system_path"
		[ ${#plain[@]} = 0 ] || echo "modprobe -a ${plain[*]} || exit 125"
		for module in "${with_parameters[@]}"; do
			echo "modprobe $module || exit 125"
		done
		# without the container of groups, each device is handed out by itself
		[ -z "$cdev" ] || echo "modprobe iommufd && rm -f /dev/vfio/vfio || exit 125"
		printf 'cd %q || exit 125\n' "$directory"
		printf 'exec'
		printf ' %q' "$@"
		echo
	} >job/command
	copy_programs "$@"
	find job copies | "$linux/bin/busybox" cpio -o -H newc 2>cpio.log |
		cat "$linux/initrd" - >initrd
}

shared=$cache/vm
directory=$PWD
mkdir -p "$shared"
run=$(mktemp -d "$shared/run.XXXXXX")
qemu=
# shellcheck disable=SC2317 # called by the trap
stop()
{
	[ -z "$qemu" ] || kill "$qemu" 2>/dev/null || true
	rm -rf "$run"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

cd "$run"
write_job "$@"
# The command's output comes through a port that QEMU writes into a FIFO. It is
# of the first virtio device, which gives it its name: init relies on that.
mkfifo output
cat output &
cat=$!

# QEMU works off a "rep stosb" byte by byte. Without erms, the kernel and the C library
# clear and copy memory four times as fast in other ways.
# It translates a program anew if it stands at other addresses than the last time:
# without norandmaps, to start one takes more than twice as long.
# On a busy host the kernel's check of the timer may fail, for which it panics.
# Its processors take turns in one thread: in a thread of each they wait for each
# other, and waste more than half of the time where another machine runs beside.
timeout "$seconds" qemu-system-x86_64 \
	-machine q35 -accel "tcg,thread=$threads" -cpu max,-erms,-fsrm -smp "$processors" -m "$memory" \
	-nodefaults -no-user-config -display none -no-reboot \
	-kernel "$linux/vmlinux" -initrd initrd \
	-append "console=ttyS0 quiet loglevel=5 init_on_alloc=0 norandmaps no_timer_check cryptomgr.notests \
		panic=-1 oops=panic watchdog_thresh=60 rcupdate.rcu_cpu_stall_timeout=120 \
		$kernel_args" \
	-serial file:console \
	-device virtio-serial \
	-chardev file,id=output,path=output \
	-device virtserialport,chardev=output,nr=1 \
	-chardev file,id=code,path=code \
	-device virtserialport,chardev=code,nr=2 \
	-virtfs local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap \
	-virtfs local,path=..,mount_tag=shared,security_model=none,multidevs=remap \
	"${qemu_args[@]}" \
	</dev/null &
qemu=$!
status=0
wait "$qemu" || status=$?
qemu=
[ -s code ] || kill "$cat" 2>/dev/null || true
wait "$cat" || true

fail()
{
	say "vm.sh: $2, and its log says:"
	if grep -Eq "$complaints" console; then
		sed -nE "/$complaints/,\$p" console | head -n 100
	else
		tail -n 20 console
	fi >&2
	exit "$1"
}

[ "$status" != 124 ] || fail 124 "the machine was stopped after $seconds seconds"
[ -s code ] || fail 125 "the machine died (qemu: $status)"
if [ -z "$allowed" ] && grep -Eq "$complaints" console; then
	fail 125 "the kernel complained"
fi
exit "$(cat code)"
