#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# The quilt series for Debian's source package: what is built with it are, to the
# byte, the libraries of our package, which the tests of the package use. Debian's
# rules make packages of them, without a diversion.
#
# seconds: 45

. "$(dirname "$0")/common"
. "$top/devtools/lib/temporary"
. "$(dirname "$0")/deb"
. "$(dirname "$0")/libraries"

"$top/devtools/install-deps.sh" debhelper dh-exec dh-python dpkg-dev quilt || exit
packaged=$(dirname "$deb")/source/dpdk
libraries=(drivers/librte_bus_{mdev,pci}".so.$abi_version" "lib/librte_ethdev.so.$abi_version")
work=$(temporary quilt-test) || exit
# the virtual machine has a /dev/shm of its own
packages=$(mktemp -d "$top/.cache/quilt-test.XXXXXX")
trap 'rm -rf "$work" "$packages"' EXIT
cp -r "$source" "$work/quilt"

# Somebody must sign off the patches.
export GIT_CONFIG_COUNT=2
export GIT_CONFIG_KEY_0=user.name GIT_CONFIG_VALUE_0="Series Test"
export GIT_CONFIG_KEY_1=user.email GIT_CONFIG_VALUE_1=series@test.invalid
export QUILT_PATCHES=debian/patches

in_quilt()
(
	cd "$work/quilt" && quilt --quiltrc=- "$@"
)

pushes()
{
	in_quilt push -a --fuzz=0 && ! in_quilt next
}

equal()
{
	# who exports the patches is named in there
	diff -r -x MAINTAINERS -x debian -x .pc -x 'obj-*' "$packaged" "$work/quilt"
}

builds()
{
	link_libraries "$work/quilt" bus/mdev,bus/pci "${libraries[@]}"
}

same()
{
	local library

	for library in "${libraries[@]}"; do
		cmp "$packaged"/obj-*/"$library" "$work"/quilt/obj-*/"$library" || return
	done
}

# What "ninja install" would have made of all of DPDK
install_libraries()
{
	local lib=debian/tmp$installed name pmds=dpdk/pmds-$abi_version

	mkdir -p "$lib/$pmds" && cp obj-*/lib/librte_ethdev.so."$abi_version" "$lib" &&
		cp obj-*/drivers/librte_bus_{mdev,pci}.so."$abi_version" "$lib/$pmds" &&
		chrpath --delete "$lib"/*.so.* "$lib/$pmds"/*.so.* || return
	ln -s "librte_ethdev.so.$abi_version" "$lib/librte_ethdev.so.$abi"
	for name in librte_bus_{mdev,pci}; do
		ln -s "$name.so.$abi_version" "$lib/$pmds/$name.so.$abi"
		ln -s "$pmds/$name.so.$abi_version" "$pmds/$name.so.$abi" "$lib"
	done
}

# Debian's rules, without what needs the rest of DPDK
packages()
(
	local step names=(-p"librte-bus-mdev$abi" -p"librte-bus-pci$abi" -p"librte-ethdev$abi")

	cd "$work/quilt" && install_libraries || return
	mkdir "$work/skipped" && ln -s /bin/true "$work/skipped/dh_auto_install" &&
		ln -s /bin/true "$work/skipped/chrpath" &&
		PATH=$work/skipped:$PATH debian/rules override_dh_auto_install-arch || return
	for step in installdocs installchangelogs strip compress fixperms makeshlibs shlibdeps \
			installdeb gencontrol md5sums; do
		dh_$step "${names[@]}" || return
	done
	dh_builddeb "${names[@]}" --destdir="$packages" -- -Znone
)

# The library is in a package of its own, which the PCI bus depends on.
beside()
{
	local mdev pci

	mdev=$(echo "$packages/librte-bus-mdev$abi"_*.deb)
	pci=$(echo "$packages/librte-bus-pci$abi"_*.deb)
	dpkg-deb --info "$mdev" && dpkg-deb --contents "$mdev" || return
	! dpkg-deb --info "$mdev" preinst &&
		dpkg-deb --contents "$mdev" | grep "/librte_bus_mdev.so.$abi_version$" &&
		! dpkg-deb --contents "$mdev" | grep librte_bus_pci &&
		dpkg-deb --field "$pci" Depends | grep "librte-bus-mdev$abi"
}

test_that "the series is added to that of Debian" \
	"$top/devtools/export-quilt.sh" "$work/quilt"
test_that "quilt applies it without fuzz" pushes
test_that "the result is the tree of which our package is built" equal
test_that "Debian's rules build the libraries of it" builds
test_that "they are, to the byte, those of our package" same
test_that "Debian's rules make packages of them" packages
test_that "the bus has a package of its own, without a diversion" beside
test_that "with these packages, Debian's testpmd answers pings" \
	"$top/devtools/vm.sh" "${copies[@]}" "$vm/package.sh" "$packages" "$vm/icmpecho.sh" dpdk-testpmd
