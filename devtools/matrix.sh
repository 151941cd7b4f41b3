#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Build DPDK trees with the mdev bus in all the ways that DPDK is built, and check
# what else needs no device. The trees are not touched. Without an argument it is
# the tree of Debian's source package.
#
#   devtools/matrix.sh [-c CHECK]... [DPDK-DIRECTORY]...
#
# It prints a line of the Test Anything Protocol for every check, and at last a
# table, which is kept in .cache/matrix/table.md. With -c only these checks are
# made, and the table has the others from before if the sources are the same.
# Exits with 1 if one failed.

# shellcheck disable=SC2317 # the checks are called by their names

. "$(dirname "$0")/lib/common.sh"

declare -A titles=(
	[gcc-shared]="gcc, shared"
	[gcc-static]="gcc, static"
	[clang-shared]="clang, shared"
	[clang-static]="clang, static"
	[no-bus]="bus disabled"
	[32-bit]="32-bit x86"
	[aarch64]="aarch64"
	[windows]="Windows as it was"
	[freebsd]="FreeBSD as it was"
	[docs]="guides and API"
	[series]="patches"
	[each]="each patch builds"
)
checks=(gcc-shared gcc-static clang-shared clang-static no-bus 32-bit aarch64
	windows freebsd docs series each)
# what a check exits with if it cannot be made
skipped=77

matrix=$cache/matrix
export CCACHE_DIR=$matrix/ccache
export PYTHONDONTWRITEBYTECODE=1
cross=$top/devtools/matrix

# Something to tell of this check, in its line and below the table
note()
{
	printf '%s\n' "$*" >"$matrix/note"
}

skip()
{
	note "$*"
	exit "$skipped"
}

needs()
{
	"$top/devtools/install-deps.sh" "$@" || skip "cannot be installed: $*"
}

#
# Trees
#

# Files of ours, and of DPDK that are not the same any more
changed()
{
	{ diff -rq "$work/unmodified" "$work/dpdk" || true; } | sed -n "
		s|^Files .* and $work/dpdk/\(.*\) differ\$|\1|p
		s|^Only in $work/dpdk/\?\(.*\): \(.*\)|\1/\2|p" |
		while read -r name; do
			(cd "$work/dpdk" && find "${name#/}" -type f)
		done
}

# What was found with other sources is of no use.
drop_old_results()
{
	local sources

	sources=$(tar -C "$work/dpdk" -c --sort=name --mtime=@0 . | sha256sum)
	[ -f "$work/results/sources" ] && [ "$(cat "$work/results/sources")" = "$sources" ] &&
		return
	rm -rf "$work/results"
	mkdir "$work/results"
	echo "$sources" >"$work/results/sources"
}

make_trees()
{
	rm -rf "$work/unmodified"
	mkdir -p "$work/unmodified"
	tar -C "$dpdk" -c --exclude=./.git . | tar -x -C "$work/unmodified"
	python3 "$top/devtools/lib/apply.py" "$work/unmodified" "$work/dpdk"
	drop_old_results
	changed >"$work/changed"
	[ -s "$work/changed" ]
}

#
# Builds
#

# The options of our own build, with no more libraries and programs than show
# whether our part is right
mapfile -t profile < <(
	sed -n '/^platform=\|^enable_drivers=/s/^/-D/p' "$top/config/small"
	printf '%s\n' '-Ddisable_libs=*' -Denable_apps=test,test-pmd
)
# Warnings need no more of it, but for those of gcc.
fast=(-Doptimization=1)

# setup TREE [OPTION-OF-MESON]...: configure $work/build-TREE
setup()
{
	local tree=$1

	shift
	rm -rf "$work/build-$tree"
	nice meson setup --native-file "$top/config/native.ini" \
		-Ddeveloper_mode=enabled "$@" "$work/build-$tree" "$work/$tree"
}

# findings TREE PATTERN: keep these lines of its log in $work/TREE.findings, without
# line numbers and addresses, so that they can be compared.
findings()
{
	{ grep -Ei "$2" "$work/$1.log" || true; } |
		sed "s,\(\.\.\|$work\)/$1/,,g; s,build-$1,build,g; s/:[0-9]\+//g; s/0x[0-9a-f]\+//g" |
		sort -u >"$work/$1.findings"
}

# Prints what was found only with our change, and fails if there is any.
no_new_findings()
{
	local new

	new=$(comm -23 "$work/dpdk.findings" "$work/unmodified.findings") || return
	[ -z "$new" ] || { printf '%s\n' "$new"; return 1; }
}

# build TREE [OPTION-OF-MESON]...: what is wrong with it is in $work/TREE.findings
build()
{
	local tree=$1 status=0

	setup "$@" || return
	nice ninja -j "$(nproc)" -k 0 -C "$work/build-$tree" >"$work/$tree.log" 2>&1 || status=$?
	findings "$tree" 'warning: |error: |^FAILED: |undefined reference'
	return "$status"
}

# builds_without_warning [TARGET]...: in the tree that is set up
builds_without_warning()
{
	nice ninja -C "$work/build-dpdk" "$@" | tee "$work/dpdk.log"
	if grep -q 'warning: ' "$work/dpdk.log"; then
		return 1
	fi
}

# It is no use to build without what is to be tested.
has_bus()
{
	local objects

	objects=$(find "$work/build-dpdk" -name '*bus_mdev*.o' | wc -l)
	echo "$objects objects of the bus and its tests"
	[ "$objects" -gt 5 ]
}

# builds CHECK [OPTION-OF-MESON]...: without a warning that unmodified DPDK has not
builds()
{
	local check=$1 status=0 status_before=0

	shift
	build dpdk "${profile[@]}" "$@" || status=$?
	if [ -s "$work/dpdk.findings" ]; then
		build unmodified "${profile[@]}" "$@" || status_before=$?
		no_new_findings || return
		note "DPDK itself: $(head -n 1 "$work/unmodified.findings")"
		[ "$status_before" = 0 ] || exit "$skipped"
	fi
	[ "$status" = 0 ] || { tail "$work/dpdk.log"; return 1; }
	[ "$check" = no-bus ] || has_bus
}

# header_checks NAME: the objects of DPDK's check that this header compiles alone
# and in C++
header_checks()
{
	ninja -C "$work/build-dpdk" -t targets all |
		sed -n "s/^\(.*chkincs.*$1\.c.*\.o\):.*/\1/p"
}

header_compiles()
{
	local objects=()

	meson configure -Dcheck_includes=true "$work/build-dpdk"
	ninja -C "$work/build-dpdk" build.ninja
	if [ -z "$(header_checks bus_pci_driver)" ]; then
		note "DPDK does not check headers of drivers"
		return
	fi
	mapfile -t objects < <(header_checks bus_mdev_driver)
	[ ${#objects[@]} -gt 1 ]
	builds_without_warning "${objects[@]}"
}

# The libraries are always built in both ways, from the same objects; it is the
# programs that are linked with the ones or with the others.
check_gcc()
{
	needs ccache g++
	CC="ccache gcc" builds "$1" --default-library="${1#gcc-}"
	header_compiles
}

check_clang()
{
	needs ccache clang
	CC="ccache clang" builds "$1" "${fast[@]}" --default-library="${1#clang-}"
}

# The options are those of gcc-shared, of which most objects come from the cache.
check_no-bus()
{
	needs ccache
	CC="ccache gcc" builds no-bus --default-library=shared -Ddisable_drivers=bus/mdev
	[ -z "$(find "$work/build-dpdk" -name '*mdev*.o' -print -quit)" ]
}

#
# Other processors
#

# What meson would build in build-TREE, and how
targets()
{
	{
		meson introspect --targets "$work/build-$1" | jq -r '.[] |
			"\(.name), \(.type)" + (.target_sources[] |
			": " + (.sources + .generated_sources + .parameters)[])'
		sed -n 's/^#define/config:/p' "$work/build-$1/rte_build_config.h"
	} | sed "s|$work/build-$1|build|g; s|$work/$1|source|g" | sort
}

# Ours, and those of DPDK that are not the same any more; the targets are known.
changed_files_compile()
{
	local file files=()

	while read -r file; do
		files+=("../dpdk/$file^")
	done < <(grep '\.c$' "$work/changed" | sort -u |
		comm -12 - <(sed -n 's/.*: source\///p' "$work/dpdk.targets" | sort -u))
	builds_without_warning "${files[@]}"
	note "${#files[@]} changed files compile"
}

# compiles_for CROSS-FILE
compiles_for()
{
	setup dpdk "${profile[@]}" --cross-file "$1"
	targets dpdk >"$work/dpdk.targets"
	changed_files_compile
	has_bus
}

check_32-bit()
{
	needs ccache gcc-i686-linux-gnu libc6-dev-i386-cross jq
	compiles_for "$cross/i686.ini"
}

check_aarch64()
{
	needs ccache gcc-aarch64-linux-gnu libc6-dev-arm64-cross jq
	compiles_for "$work/dpdk/config/arm/arm64_armv8_linux_gcc"
}

#
# Systems that have no mediated devices
#

# compare_targets CROSS-FILE: prints what differs, and keeps it
compare_targets()
{
	local tree

	for tree in unmodified dpdk; do
		setup "$tree" --cross-file "$1" >"$work/setup.log" || {
			tail "$work/setup.log"
			return 1
		}
		targets "$tree" >"$work/$tree.targets"
	done
	wc -l "$work"/*.targets
	# a limit of VFIO is one for all systems, and so is what EAL has in common
	diff "$work/unmodified.targets" "$work/dpdk.targets" |
		sed -n '/RTE_MAX_VFIO_/d; /source\/lib\/eal\/common\/eal_/d; /^[<>]/p' \
			>"$work/differences" || true
	cat "$work/differences"
}

check_windows()
{
	needs ccache g++-mingw-w64-x86-64 mingw-w64-tools jq
	compare_targets "$work/dpdk/config/x86/cross-mingw"
	[ ! -s "$work/differences" ]
	changed_files_compile
}

check_freebsd()
{
	needs jq
	compare_targets "$cross/freebsd.ini"
	[ ! -s "$work/differences" ]
	note "configured only"
}

#
# Documents
#

is_there()
{
	[ -f "$1" ] || { echo "$1: not built"; return 1; }
}

is_linked()
{
	grep -qF "$2" "$1" || { echo "$1: no link to $2"; return 1; }
}

# Is what we have written built, and can it be found?
is_built()
{
	local html=$work/build-dpdk/doc/guides/html file

	while read -r file; do
		case $file in
		*/index.rst | */rel_notes/*) ;;
		*.rst)
			file=${file%.rst}.html
			is_there "$html/$file"
			is_linked "$html/$(dirname "$file")/index.html" "$(basename "$file")"
			;;
		*.svg)
			is_there "$html/_images/$(basename "$file")"
			;;
		esac
	done < <(sed -n 's|^doc/guides/||p' "$work/changed")
}

# build_documents TREE: what is wrong with them is in $work/TREE.findings
build_documents()
{
	setup "$1" "${profile[@]}" -Denable_docs=true
	nice ninja -C "$work/build-$1" doc >"$work/$1.log" 2>&1 || {
		tail -n 50 "$work/$1.log"
		return 1
	}
	findings "$1" 'warning|error'
}

check_docs()
{
	needs doxygen graphviz python3-sphinx python3-sphinx-rtd-theme
	build_documents dpdk
	is_built
	if [ -s "$work/dpdk.findings" ]; then
		build_documents unmodified
		no_new_findings
		note "DPDK itself: $(wc -l <"$work/dpdk.findings") warnings"
	fi
}

#
# Patches
#

# export_patches DIRECTORY: the files in there are those of tests/patches
export_patches()
{
	local work=$1

	rm -rf "$work"
	mkdir "$work"
	. "$top/devtools/tests/patches"
	make_repository
	exports
}

check_series()
{
	local work=$work/series

	export_patches "$work"
	applies
	equal
	checked
	note "$(find "$series" -type f | wc -l) patches"
	rm -rf "$work"
}

# A tree with only the first of the patches must build, too. It takes the place of
# the whole one, so that most objects come from the cache.
check_each()
{
	local patch

	needs ccache
	export_patches "$work/each"
	mv "$work/dpdk" "$work/whole"
	trap 'rm -rf "$work/dpdk"; mv "$work/whole" "$work/dpdk"' EXIT
	mv "$work/each/git" "$work/dpdk"
	for patch in "$series"/*; do
		git -C "$work/dpdk" am -q "$patch"
		[ -d "$work/build-dpdk" ] ||
			CC="ccache gcc" setup dpdk "${profile[@]}" --default-library=shared
		builds_without_warning
	done
	rm -rf "$work/each"
}

#
# Results
#

# run_check CHECK: the function with its name, or with what is before the dash
run_check()
{
	local check=$1 function status cell note

	function=check_$check
	declare -F "$function" >/dev/null || function=check_${check%%-*}
	say "  $check"
	: >"$matrix/note"
	# a plain subshell, as errexit is off in whatever "if" tests
	set +e
	(set -e; "$function" "$check") >"$work/$check.log" 2>&1
	status=$?
	set -e
	note=$(cat "$matrix/note")
	case $status in
	0)
		cell=yes
		echo "ok - DPDK $version, ${titles[$check]}${note:+: $note}"
		;;
	"$skipped")
		cell=skipped
		echo "ok - DPDK $version, ${titles[$check]} # SKIP $note"
		;;
	*)
		cell=no
		note=
		tail -n 100 "$work/$check.log" | sed 's/^/# /'
		echo "not ok - DPDK $version, ${titles[$check]}"
		failed=1
		;;
	esac
	printf '%s\t%s\n' "$cell" "$note" >"$work/results/$check"
	rm -rf "$work"/build-*
}

# One row; the notes go to the end, where those with the same text share a number.
row()
{
	local check cell note

	printf '| %s |' "$version"
	for check in "${checks[@]}"; do
		cell=
		note=
		[ ! -f "$work/results/$check" ] ||
			IFS=$'\t' read -r cell note <"$work/results/$check"
		if [ -n "$note" ]; then
			[ -n "${numbers[$note]-}" ] || {
				notes+=("$note")
				numbers[$note]=${#notes[@]}
			}
			cell+=" (${numbers[$note]})"
		fi
		printf ' %s |' "$cell"
	done
	echo
}

table()
{
	local check i

	printf '| DPDK |'
	for check in "${checks[@]}"; do
		printf ' %s |' "${titles[$check]}"
	done
	printf '\n|---|'
	printf '%s' "${checks[@]/*/---|}"
	echo
	for version in "${versions[@]}"; do
		work=$matrix/$version
		row
	done
	echo
	for i in "${!notes[@]}"; do
		echo "$((i + 1)). ${notes[i]}"
	done
	echo
	tools
}

tools()
{
	local program versions=()

	for program in gcc clang meson sphinx-build doxygen; do
		! command -v "$program" >/dev/null ||
			versions+=("$program $("$program" --version |
				sed -n '1s/^\(.* \)\?\([0-9.]\+\).*/\2/p')")
	done
	printf '%s, ' "${versions[@]}" | sed 's/, $/\n/'
}

chosen=()
while getopts c: option; do
	case $option in
	c)
		[ -n "${titles[$OPTARG]-}" ] ||
			refuse "$OPTARG: no such check, there are ${checks[*]}"
		chosen+=("$OPTARG")
		;;
	*) refuse "unknown option" ;;
	esac
done
shift $((OPTIND - 1))
[ ${#chosen[@]} != 0 ] || chosen=("${checks[@]}")
[ $# != 0 ] || set -- "$("$top/devtools/lib/get-dpdk.sh")"

"$top/devtools/install-deps.sh"
mkdir -p "$matrix"
lock matrix
failed=0
versions=()
notes=()
declare -A numbers=()
for dpdk; do
	version=$(cat "$dpdk/VERSION")
	versions+=("$version")
	work=$matrix/$version
	say "DPDK $version"
	make_trees
	for check in "${chosen[@]}"; do
		run_check "$check"
	done
done
table | tee "$matrix/table.md"
exit $failed
