#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Add what devtools/apply.sh does to DPDK to the quilt series of Debian's source
# package, and the package of the new library, for who maintains that. It is unpacked,
# with its patches applied; "quilt push -a" applies ours.
#
#   devtools/export-quilt.sh DIRECTORY-OF-SOURCE-PACKAGE
#
# The tests build the libraries of the buses and of Ethernet devices of it, and their
# packages, by Debian's rules. To build all of it, with "dpkg-buildpackage -B" there,
# takes long, and is not among them.

. "$(dirname "$0")/lib/common.sh"

takes 1 1 "$@"
debian=$1/debian
patches=$debian/patches
[ -f "$patches/series" ] || die "$patches: no quilt series"
[ ! -e "$patches/mdev" ] || die "$patches/mdev: is there already"

# Libraries that others need have the same architectures.
abi=$(cut -d. -f1 "$1/ABI_VERSION")
package=librte-bus-mdev$abi
architectures=$(sed -n "/^Package: librte-bus-pci$abi\$/,/^\$/s/^Architecture: *//p" \
	"$debian/control")
[ -n "$architectures" ] || die "$debian/control: no package librte-bus-pci$abi"

# Debian's rules install a library into the package that has its name.
paragraph()
{
	cat <<-END

	Package: $package
	Architecture: $architectures
	Multi-Arch: same
	Pre-Depends: \${misc:Pre-Depends},
	Depends: \${misc:Depends}, \${shlibs:Depends},
	Suggests: mdevctl
	Description: Data Plane Development Kit (librte-bus-mdev runtime library)
	 DPDK is a set of libraries for fast packet processing.
	 .
	 This package contains the bus for mediated devices, slices of devices that
	 kernel drivers hand to user space through VFIO.
	END
}

symbols()
{
	cat <<-END
	librte_bus_mdev.so.$abi $package #MINVER#
	 (symver)INTERNAL $(cut -d- -f1 "$1/VERSION")
	END
}

"$top/devtools/export-series.sh" "$1" "$patches/mdev" >/dev/null
(cd "$patches" && printf '%s\n' mdev/*.patch) >>"$patches/series"
paragraph >>"$debian/control"
symbols "$1" >"$debian/$package.symbols"
