#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Run apt-get with a private configuration: the machine's own package
# sources, with the source packages enabled, and everything apt writes below
# .cache/apt. Needs no root and changes nothing on the machine.
#
#   devtools/lib/apt.sh [--suite SUITE] [--cache] [-qq | -qqy] ARGUMENT...
#
# With --suite it knows nothing but the packages of another release of Debian,
# from the mirror of this one, and none as installed. SUITE-backports has those of SUITE
# as well. With --cache it is apt-cache that is run.

. "$(dirname "$0")/common.sh"

program="apt-get"
suite=
if [ "${1-}" = --suite ]; then
	suite=${2-}
	shift 2 || refuse "a suite is missing"
fi
if [ "${1-}" = --cache ]; then
	program="apt-cache"
	shift
fi
[ $# != 0 ] || refuse "a command is missing"
[[ $1 =~ ^-qqy?$ ]] || no_option "$1"

apt=$cache/apt${suite:+/$suite}
etc=/etc/apt

# One-line format: each deb line once more as deb-src.
copy_list()
{
	sed -n 's/^[[:space:]]*deb[[:space:]].*/&/p' "$1" |
		sed 'p; s/deb/deb-src/' >>"$apt/sources.list"
}

# deb822 format: every stanza offers both types.
copy_sources()
{
	sed 's/^Types:.*/Types: deb deb-src/I' "$1" \
		>"$apt/sources.list.d/$(basename "$1")"
}

copy_machine_sources()
{
	local file

	for file in "$etc"/sources.list "$etc"/sources.list.d/*.list; do
		[ ! -f "$file" ] || copy_list "$file"
	done
	for file in "$etc"/sources.list.d/*.sources; do
		[ ! -f "$file" ] || copy_sources "$file"
	done
}

write_suite()
{
	local codename mirror name

	codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
	# shellcheck disable=SC2016 # apt's variables, not the shell's
	mirror=$(apt-get indextargets --format '$(RELEASE) $(REPO_URI)' |
		sed -n "s/^$codename //p" | head -n 1)
	[ -n "$mirror" ] || die "apt knows no mirror of $codename, see $etc"
	for name in "${suite%-backports}" "$suite"; do
		echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]" \
			"$mirror $name main"
	done | uniq >"$apt/sources.list"
	: >"$apt/status"
}

write_sources()
{
	rm -rf "$apt/sources.list" "$apt/sources.list.d"
	mkdir -p "$apt/sources.list.d" "$apt/lists/partial" \
		"$apt/archives/partial"
	: >"$apt/sources.list"
	if [ -n "$suite" ]; then
		write_suite
	else
		copy_machine_sources
	fi
}

private_apt()
{
	"$@" -o Dir::Etc::SourceList="$apt/sources.list" \
		-o Dir::Etc::SourceParts="$apt/sources.list.d" \
		-o Dir::State::Lists="$apt/lists" \
		-o Dir::Cache="$apt" \
		-o APT::Sandbox::User= \
		${suite:+-o Dir::State::Status="$apt/status" -o APT::Default-Release="$suite"}
}

lock apt
if [ -z "$(find "$apt/updated" -mmin -720 2>/dev/null)" ]; then
	write_sources
	if private_apt apt-get -qq update; then
		touch "$apt/updated"
	else
		say "some package lists are missing, trying without them"
	fi
fi
private_apt "$program" "$@"
