#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Unpack Debian's kernel, its headers and a static busybox into .cache/linux,
# and make the initramfs of the virtual machine. Nothing is installed.

. "$(dirname "$0")/../common.sh"

linux=$cache/linux
# What is needed until the host's root directory is mounted.
boot_modules="virtio_pci virtio_console 9pnet_virtio 9p overlay"

depends()
{
	"$top/devtools/apt.sh" --cache depends -i "$1" |
		sed -n 's/^[ |]*Depends: \(linux-[^ ]*\)$/\1/p'
}

unpack_packages()
{
	local image headers

	image=$(depends linux-image-amd64)
	headers=$(depends linux-headers-amd64)
	[ "linux-headers-${image#linux-image-}" = "$headers" ] ||
		die "apt knows no matching kernel and headers, see /etc/apt"
	echo "${image#linux-image-}" >release

	say "fetching $image and its headers"
	# shellcheck disable=SC2046 # a list of package names
	quiet "$top/devtools/apt.sh" -qq download "$image" "$headers" \
		$(depends "$headers") busybox-static
	for deb in *.deb; do
		dpkg-deb -x "$deb" .
	done
	rm -- *.deb
}

# The kernel unpacks itself slowly when every instruction is emulated, so
# unpack it here; QEMU starts the plain ELF file as well.
extract_vmlinux()
{
	local vmlinuz=boot/vmlinuz-$1 offset

	offset=$(grep -abom1 -F $'\xFD7zXZ' "$vmlinuz" | head -n 1 | cut -d: -f1)
	# xz stops where its data end; that must not count as tail's failure
	xz -dc --single-stream < <(tail -c +$((offset + 1)) "$vmlinuz") >vmlinux
}

# The headers name their own place by an absolute path.
relocate_headers()
{
	sed -i "s,/usr/src,$linux/usr/src," "usr/src/linux-headers-$1/Makefile"
}

make_initramfs()
{
	local release=$1 module

	mkdir -p initramfs/{bin,modules,dev,proc,sys,lower,rw,root}
	cp bin/busybox initramfs/bin/
	cp "$top/devtools/vm/init" initramfs/
	depmod -b . "$release"
	# modprobe lists a module after those that it depends on
	for module in $boot_modules; do
		modprobe -C /dev/null -d "$PWD" -S "$release" \
			--show-depends "$module" || exit 1
	done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' |
	while read -r module; do
		cp "$module" initramfs/modules/
		basename "$module"
	done >initramfs/modules/order
	(cd initramfs && find . | bin/busybox cpio -o -H newc) >initrd.new
	mv initrd.new initrd
}

unpack()
(
	rm -rf "$linux" "$linux.new"
	mkdir "$linux.new"
	cd "$linux.new"
	unpack_packages
	release=$(cat release)
	extract_vmlinux "$release"
	relocate_headers "$release"
	mv "$linux.new" "$linux"
)

lock linux
[ -d "$linux" ] || unpack
cd "$linux"
if [ ! "$linux/initrd" -nt "$top/devtools/vm/init" ]; then
	release=$(cat release)
	quiet make_initramfs "$release"
fi
