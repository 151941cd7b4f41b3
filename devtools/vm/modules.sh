#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Build those of the named modules that the kernel package lacks, for the
# virtual machine's kernel and out of tree: ours (kernel/linux/*), and the
# mediated devices among the kernel's own samples, mtty and mdpy, from Debian's
# linux-source package. A module is built again only when its sources changed.
#
# For a kernel of SUITE-cdev or SUITE-nogroups, iommufd and VFIO are built first, from that package as
# well: Debian's kernels have no iommufd. All modules of VFIO must be built like them.
#
#   devtools/vm/modules.sh MODULE...

. "$(dirname "$0")/../lib/common.sh"

takes 0 $# "$@"
read -r release <"$linux/release"
kmod=$linux/kmod
installed=$linux/lib/modules/$release/extra

# Copy the two samples out of the kernel's source package.
fetch_samples()
{
	mkdir -p "$kmod/samples"
	"$top/devtools/lib/linux-source.sh" ${kernel_suite:+--suite "$kernel_suite"} \
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
		root=$1 headers=$2 directory=$3
		shift 3
		exec chroot "$root" make -C "$headers" M="$directory" "$@" modules' \
		sh "$linux" "/usr/src/linux-headers-$release" "${1#"$linux"}" "${cdev_options[@]}" \
		${symbols:+"KBUILD_EXTRA_SYMBOLS=$symbols"}
}

# What is built from now on uses the symbols of these modules instead of Debian's.
use_symbols()
{
	local folder

	for folder; do
		symbols+=" ${kmod#"$linux"}/cdev/drivers/$folder/Module.symvers"
	done
}

fetch_cdev()
{
	mkdir -p "$kmod/cdev"
	"$top/devtools/lib/linux-source.sh" --suite "$kernel_suite" \
		"$(echo "$release" | cut -d. -f1,2)" "$kmod/cdev" 1 \
		'*/drivers/iommu/iommu-priv.h' '*/drivers/iommu/iommufd/*' '*/drivers/vfio/*' \
		'*/lib/interval_tree.c'
	# the kernel has the first half of this file, and the second one only for iommufd
	sed -n '/^#include/p; /^#ifdef CONFIG_INTERVAL_TREE_SPAN_ITER/,/^#endif/p' \
		"$kmod/cdev/lib/interval_tree.c" | grep -v '^EXPORT_SYMBOL\|^#[ie][fn]d' \
		>"$kmod/cdev/drivers/iommu/iommufd/span_iter.c"
	echo 'iommufd-y += span_iter.o' >>"$kmod/cdev/drivers/iommu/iommufd/Makefile"
}

build_cdev()
{
	local folder

	[ -d "$kmod/cdev/drivers" ] || fetch_cdev
	[ "$cdev" != -nogroups ] || printf '#undef CONFIG_VFIO_%s\n' \
		GROUP CONTAINER IOMMU_TYPE1_MODULE >"$kmod/no_groups.h"
	for folder in iommu/iommufd vfio; do
		say "building the kernel modules of $folder"
		quiet make_modules "$kmod/cdev/drivers/$folder"
		use_symbols "$folder"
	done
	mkdir -p "$linux/lib/modules/$release/updates"
	find "$kmod/cdev" -name '*.ko' \
		-exec cp -t "$linux/lib/modules/$release/updates" {} +
	depmod -b "$linux" "$release"
	touch "$kmod/cdev.done"
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
	sum=$(find ../*.[ch] . -type f | sort | xargs sha256sum | sha256sum)
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

# what Debian leaves out, and what it has that a kernel without groups has not: a header
# after those of the kernel takes it away
cdev_options=(CONFIG_IOMMUFD=m CONFIG_VFIO_DEVICE_CDEV=y)
cdev_flags="-DCONFIG_IOMMUFD_MODULE=1 -DCONFIG_VFIO_DEVICE_CDEV=1"
symbols=
case $cdev in
-cdev)
	cdev_options+=(CONFIG_VFIO_NOIOMMU=y)
	cdev_flags+=" -DCONFIG_VFIO_NOIOMMU=1"
	;;
-nogroups)
	cdev_options+=(CONFIG_VFIO_{GROUP,CONTAINER,IOMMU_TYPE1}"=")
	cdev_flags+=" -include ${kmod#"$linux"}/no_groups.h"
	;;
*)
	cdev_options=()
	;;
esac
[ -z "$cdev" ] || cdev_options+=("KCFLAGS=$cdev_flags")

lock linux
mkdir -p "$kmod"
if [ -f "$kmod/cdev.done" ]; then
	use_symbols iommu/iommufd vfio
elif [ -n "$cdev" ]; then
	build_cdev
fi
cp "$top"/kernel/linux/*.[ch] "$kmod"
for module; do
	case $module in
	mtty|mdpy) build "$module" ;;
	*) [ ! -d "$top/kernel/linux/$module" ] || build "$module" ;;
	esac
done
