#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Build those of the named modules that the kernel package lacks, for the
# virtual machine's kernel and out of tree: ours (kernel/linux/*), and the
# mediated devices among the kernel's own samples, mtty and mdpy, from Debian's
# linux-source package. A module is built again only when its sources changed.
#
#   devtools/vm/modules.sh MODULE...

. "$(dirname "$0")/../common.sh"

takes 0 $# "$@"
read -r release <"$linux/release"
kmod=$linux/kmod
installed=$linux/lib/modules/$release/extra

# Copy the two samples out of the kernel's source package.
fetch_samples()
{
	mkdir -p "$kmod/samples"
	"$top/devtools/linux-source.sh" ${MDEV_KERNEL:+--suite "$MDEV_KERNEL"} \
		"$(echo "$release" | cut -d. -f1,2)" "$kmod/samples" 3 '*/samples/vfio-mdev/m*'
}

# The kernel's own build of one directory of modules. That of another suite has
# its compiler in the directory that has its headers.
make_modules()
{
	if [ -z "${MDEV_KERNEL-}" ]; then
		make -C "$linux/usr/src/linux-headers-$release" M="$1" modules
		return
	fi
	# shellcheck disable=SC2016 # expanded in the other shell
	unshare --map-root-user --mount sh -ec '
		mount --rbind /dev "$1/dev"
		mount --rbind /proc "$1/proc"
		exec chroot "$1" make -C "$2" M="$3" modules' \
		sh "$linux" "/usr/src/linux-headers-$release" "${1#"$linux"}"
}

copy_sample()
{
	[ -f "$kmod/samples/$1.c" ] || fetch_samples
	cp "$kmod/samples/$1"* .
	echo "obj-m := $1.o" >Kbuild
}

build()
(
	local name=$1 sum

	rm -rf "$kmod/$name.new"
	mkdir -p "$kmod/$name.new" "$installed"
	cd "$kmod/$name.new"
	case $name in
	mtty|mdpy) copy_sample "$name" ;;
	*) cp -r "$top/kernel/linux/$name"/. . ;;
	esac
	sum=$(find ../*.h . -type f | sort | xargs sha256sum | sha256sum)
	if [ "$sum" = "$(cat "$kmod/$name.sum" 2>/dev/null)" ] &&
			[ -f "$installed/$name.ko" ]; then
		rm -rf "$kmod/$name.new"
		return
	fi
	say "building the kernel module $name"
	quiet make_modules "$kmod/$name.new"
	cp "$name.ko" "$installed/$name.ko.new"
	mv "$installed/$name.ko.new" "$installed/$name.ko"
	depmod -b "$linux" "$release"
	echo "$sum" >"$kmod/$name.sum"
	rm -rf "$kmod/$name.new"
)

lock linux
mkdir -p "$kmod"
cp "$top"/kernel/linux/*.h "$kmod"
for module; do
	case $module in
	mtty|mdpy) build "$module" ;;
	*) [ ! -d "$top/kernel/linux/$module" ] || build "$module" ;;
	esac
done
