#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Build a Debian package that gives the distribution's DPDK the mdev bus, and
# print its path. Without an argument it is for the version of DPDK that
# apt would install.
#
#   devtools/package.sh [VERSION-OF-DPDK]
#   devtools/package.sh --samples
#
# With --samples it is a package of the sample kernel modules, which DKMS builds for
# the kernels where it is installed.

. "$(dirname "$0")/lib/common.sh"

candidate()
{
	"$top/devtools/lib/apt.sh" --cache policy dpdk | sed -n 's/^ *Candidate: //p'
}

# The maintainer of a package that is not uploaded is who builds it.
maintainer()
{
	local name email

	name=${DEBFULLNAME-$(git config user.name 2>/dev/null || id -un)}
	email=${DEBEMAIL-$(git config user.email 2>/dev/null || echo "$(id -un)@$(hostname -f)")}
	echo "$name <$email>"
}

# When it was changed last
changed()
{
	git -C "$top" log -1 --format=%ct 2>/dev/null || stat -c %Y "$top/devtools/package.sh"
}

# The last change as a part of a version
version_of_now()
{
	date -u -d "@$changed" +%Y%m%d.%H%M%S
}

fill_in_templates()
{
	local abi_version

	abi_version=$(cat dpdk/ABI_VERSION)
	find debian -type f -exec sed -i "
		s|@MAINTAINER@|$maintainer|g
		s|@DPDK@|$version|g
		s|@ABI@|${abi_version%.*}|g
		s|@ABI_VERSION@|$abi_version|g
		s|@LIBDIR@|/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)|g" {} +
}

# write_changelog SOURCE VERSION CHANGE
write_changelog()
{
	cat <<-END
	$1 ($2) UNRELEASED; urgency=medium

	  * $3

	 -- $maintainer  $(date -u -R -d "@$changed")
	END
}

# DPDK's, and one more paragraph
write_copyright()
{
	cat dpdk/debian/copyright
	cat <<-END

	Files: drivers/bus/mdev/*
	 drivers/bus/pci/linux/*mdev*
 drivers/bus/pci/linux/pci_areas.h
 drivers/bus/pci/linux/pci_region.h
 debian/*
	Copyright: 2026 The DPDK mdev bus authors
	License: BSD-3-clause
	END
}

# What the package is made of
inputs()
{
	printf '%s\n' "$version" "$maintainer" "$changed"
	(cd "$top" && find app compat devtools/{lib/apply.py,debian,insertions,package.sh} doc \
		drivers lib -type f -exec sha256sum {} +) | sort
}

build_package()
{
	mkdir -p "$directory/source/dpdk"
	cd "$directory/source"
	rm -rf debian ../dpdk-mdev* ../librte-bus-mdev*
	cp -r "$top/devtools/debian" .
	python3 "$top/devtools/lib/apply.py" "$source" dpdk
	fill_in_templates
	write_changelog dpdk-mdev "$version+mdev$(version_of_now)" \
		"Build for DPDK $version." >debian/changelog
	write_copyright >debian/copyright
	run_build
}

run_build()
{
	say "building the package"
	DEB_BUILD_OPTIONS=noautodbgsym quiet \
		dpkg-buildpackage --build=binary --no-pre-clean --unsigned-source --unsigned-changes
}

build_samples()
{
	local module

	rm -rf "$directory"
	mkdir -p "$directory/source"
	cd "$directory/source"
	cp -r "$top"/kernel/linux/. .
	rm -f mdev_*/.gitignore
	mkdir doc
	mv README.rst doc/mediated_devices_samples.rst
	mv mdev_pci/nics.rst doc
	for module in mdev_*/; do
		mv "$module/README.rst" "doc/${module%/}.rst"
	done
	cp -r "$top/devtools/debian-samples" debian
	sed -i "s|@MAINTAINER@|$maintainer|" debian/control
	write_changelog mdev-samples "0.$(version_of_now)" "Build for DKMS." >debian/changelog
	run_build
}

maintainer=$(maintainer)
changed=${SOURCE_DATE_EPOCH:-$(changed)}
if [ "$*" = --samples ]; then
	"$top/devtools/install-deps.sh" build-essential debhelper dh-dkms
	lock package-samples
	directory=$cache/package/samples
	build_samples
	echo "$directory"/mdev-samples-dkms_*.deb
	exit
fi
takes 0 1 "$@"
"$top/devtools/install-deps.sh" build-essential chrpath debhelper libbsd-dev libfdt-dev
version=${1:-$(candidate)}
[ -n "$version" ] || die "apt knows no package dpdk"
source=$("$top/devtools/lib/get-dpdk.sh" "$version")
abi=$(cut -d. -f1 "$source/ABI_VERSION")
"$top/devtools/install-deps.sh" "librte-bus-pci$abi" "librte-ethdev$abi"

# Who reads the package must not lose it to one that is the same.
lock package
directory=$cache/package/$version
inputs=$(inputs | sha256sum)
if [ "$inputs" != "$(cat "$directory/inputs" 2>/dev/null)" ] ||
		[ -z "$(find "$directory" -maxdepth 1 -name 'librte-bus-mdev*.deb')" ]; then
	rm -f "$directory/inputs"
	build_package
	echo "$inputs" >"$directory/inputs"
fi
cd "$directory/source"
echo "$directory/librte-bus-mdev${abi}_$(dpkg-parsechangelog -S Version)_$(dpkg --print-architecture).deb"
