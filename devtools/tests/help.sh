#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Every script prints its usage if it is asked for it, refuses an option that it does
# not know, and does nothing else.
#
# seconds: 5

. "$(dirname "$0")/common"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# In a copy of the scripts, the one to be tried is itself; the others, with which it
# would begin its work, leave a mark.
cat >"$work/mark" <<-END
	#!/bin/sh
	echo "started \$0 \$*" >>$work/marks
	exit 1
END
chmod +x "$work/mark"
cp -r "$top/devtools" "$work"
mapfile -t scripts < <(cd "$top/devtools" &&
	find . \( -name '*.sh' -o -name '*.py' \) -executable -printf '%P\n' | sort)
for script in "${scripts[@]}"; do
	# modules are imported, too
	[[ $script = *.py ]] || cp "$work/mark" "$work/devtools/$script"
done

# Locks are no work.
did_nothing()
{
	find "$work/.cache" -type f ! -name '*.lock' >>"$work/marks" 2>/dev/null
	cat "$work/marks"
	[ ! -s "$work/marks" ]
}

# try SCRIPT OPTION: leave what it prints in output and error
try()
{
	local status=0

	rm -rf "$work/.cache" "$work/marks"
	(cd "$work" && timeout 60 "devtools/$1" "$2") >"$work/output" 2>"$work/error" \
		</dev/null || status=$?
	cat "$work/output" "$work/error"
	did_nothing && return $status
}

# The test scripts have no arguments to be shown.
helps()
{
	try "$1" "$2" && [ -s "$work/output" ] && [ ! -s "$work/error" ] || return
	[[ $1 = tests/*.sh ]] || grep -q "devtools/$1\|^usage: $(basename "$1")" "$work/output"
}

refuses()
{
	! try "$1" --no-such-option && [ ! -s "$work/output" ] &&
		grep -q 'unknown option\|^usage: ' "$work/error" && [ ! -s "$work/marks" ]
}

tells_its_use()
{
	local status=0

	cp "$top/devtools/$1" "$work/devtools/$1"
	helps "$1" -h && helps "$1" --help && refuses "$1" || status=1
	[[ $1 = *.py ]] || cp "$work/mark" "$work/devtools/$1"
	return $status
}

for script in "${scripts[@]}"; do
	test_that "$script tells its use, and begins nothing" tells_its_use "$script"
done
