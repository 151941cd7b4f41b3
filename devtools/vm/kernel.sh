#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Unpack Debian's kernel, its headers and a static busybox into .cache/linux,
# and make the initramfs of the virtual machine. Nothing is installed.
#
# With MDEV_KERNEL it is the kernel of that suite, in .cache/linux-SUITE. Its
# headers want the compiler and the libraries of the same suite, so these are
# unpacked there, too: enough to build modules in that directory as a root.
#
#   devtools/vm/kernel.sh

. "$(dirname "$0")/../lib/common.sh"

takes 0 0 "$@"

# What is needed until the host's root directory is mounted.
boot_modules="virtio_pci virtio_console 9pnet_virtio 9p overlay"

depends()
{
	"$top/devtools/lib/apt.sh" --cache depends -i "$1" |
		sed -n 's/^[ |]*Depends: \(linux-[^ ]*\)$/\1/p'
}

# All of debs, the named ones first
unpack()
{
	local deb

	for deb in "$@" debs/*.deb; do
		dpkg-deb -x "$deb" .
	done
	rm -r debs
}

unpack_packages()
{
	local image headers

	image=$(depends linux-image-amd64)
	headers=$(depends linux-headers-amd64)
	[ "linux-headers-${image#linux-image-}" = "$headers" ] ||
		die "apt knows no matching kernel and headers, see /etc/apt"

	say "fetching $image and its headers"
	mkdir debs
	# shellcheck disable=SC2046 # a list of package names
	(cd debs && quiet "$top/devtools/lib/apt.sh" -qq download "$image" "$headers" \
		$(depends "$headers") busybox-static)
	unpack
	# the headers name their own place by an absolute path
	sed -i "s,/usr/src,$linux/usr/src," usr/src/linux-headers-*-amd64/Makefile
}

# base-files has the links from /lib to /usr/lib, and the like.
unpack_suite()
{
	"$top/devtools/install-deps.sh" zstd
	say "fetching the kernel of Debian $kernel_suite and its compiler"
	mkdir -p debs/partial
	quiet "$top/devtools/lib/apt.sh" --suite "$kernel_suite" -qqy \
		--no-install-recommends --download-only \
		-o Dir::Cache::Archives="$PWD/debs" -o Debug::NoLocking=1 \
		install linux-image-amd64 linux-headers-amd64 busybox-static \
		base-files bash binutils coreutils dash findutils grep make mawk sed
	unpack debs/base-files_*.deb
	ln -s mawk usr/bin/awk
}

# A number in the header of the kernel's image, of so many bytes
header()
{
	od -An -t "u$3" -j "$2" -N "$3" "$1"
}

# The kernel unpacks itself slowly when every instruction is emulated, so
# unpack it here; QEMU starts the plain ELF file as well. Where the packed data
# are is in the header; their size when unpacked is behind them.
extract_vmlinux()
{
	local vmlinuz config unpack=xz start length

	# /boot, or the directory of the modules since Debian 14
	vmlinuz=$(find boot lib/modules/* -maxdepth 1 -name 'vmlinuz*')
	config=$(find boot lib/modules/* -maxdepth 1 -name 'config*')
	! grep -q '^CONFIG_KERNEL_ZSTD=y' "$config" || unpack=zstd
	start=$((($(header "$vmlinuz" 0x1f1 1) + 1) * 512 + $(header "$vmlinuz" 0x248 4)))
	length=$(($(header "$vmlinuz" 0x24c 4) - 4))
	# head stops there; that must not count as tail's failure
	head -c $length < <(tail -c +$((start + 1)) "$vmlinuz") | $unpack -dc >vmlinux
}

make_initramfs()
{
	local release=$1 module modules number=0 name

	modules=initramfs/lib/modules/$release
	rm -rf initramfs
	mkdir -p initramfs/{bin,dev,links,proc,sys,lower,run,rw,root} "$modules"
	cp bin/busybox initramfs/bin/
	bin/busybox --list | grep -vx busybox | xargs -I{} ln -s busybox initramfs/bin/{}
	cp "$top/devtools/vm/init" initramfs/
	# of /dev
	ln -s /proc/self/fd initramfs/links/fd
	for name in stdin stdout stderr; do
		ln -s "/proc/self/fd/$number" "initramfs/links/$name"
		number=$((number + 1))
	done
	depmod -b . "$release"
	for module in $boot_modules; do
		modprobe -C /dev/null -d "$PWD" -S "$release" \
			--show-depends "$module" || exit 1
	done | awk '$1 == "insmod" { print $2 }' | sort -u |
	while read -r module; do
		# what is not compressed is copied
		xz -dcf "$module" >"$modules/$(basename "$module" .xz)"
	done
	depmod -b initramfs "$release"
	echo "$boot_modules" >initramfs/modules
	(cd initramfs && find . | bin/busybox cpio -o -H newc) >initrd.new
	mv initrd.new initrd
}

make_directory()
(
	rm -rf "$linux" "$linux.new"
	mkdir "$linux.new"
	cd "$linux.new"
	if [ -n "${MDEV_KERNEL-}" ]; then
		unpack_suite
	else
		unpack_packages
	fi
	release=$(basename lib/modules/*)
	echo "$release" >release
	extract_vmlinux
	mv "$linux.new" "$linux"
)

lock linux
[ -d "$linux" ] || make_directory
cd "$linux"
# of the init that is here, which an older one in a copied cache is not
if ! cmp -s initramfs/init "$top/devtools/vm/init" ||
		[ ! initrd -nt "$top/devtools/vm/kernel.sh" ]; then
	release=$(cat release)
	quiet make_initramfs "$release"
fi
