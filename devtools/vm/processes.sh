#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine: several processes share mediated NICs. First
# DPDK's example hotplug_mp attaches and detaches them in either process, then
# two testpmd and proc-info use the same port. Prints a line for each test; they
# build on each other.
#
#   devtools/vm/processes.sh HOTPLUG-MP TESTPMD PROC-INFO DPDK-TELEMETRY

. "$(dirname "$0")/../tests/common"
. "$(dirname "$0")/console"
. "$(dirname "$0")/network"

hotplug_mp=$1 testpmd=$2 proc_info=$3 telemetry=$4
nics=(
	17ce209d-18c0-43b1-920b-90f659e73d13
	5f6aacef-c406-4efa-9629-e1ded7ec8683
	8779b265-07f9-420b-841e-6c6c3737c07e
)
absent=e972498a-e9d1-4659-b479-22ee7c4b0943
count=10
example_prompt='example> '
long=$(printf '%0200d' 0)

# A thread logs while another one writes a prompt.
prompt_is_torn()
{
	# shellcheck disable=SC2016 # expanded in the other shell
	run_console torn "$example_prompt" sh -c 'printf "$0"
		while read -r line; do
			printf exam
			echo "EAL: Device is not probed" >&2
			printf p
			printf "\nPort 1: link state change event\n"
			printf "le> "
		done' "$example_prompt" &&
		query torn list && query torn list && close_console torn
}

# hotplug NAME EAL-OPTION...
hotplug()
{
	run_console "$1" "$example_prompt" "$hotplug_mp" "${@:2}"
}

# Do all the named processes have these NICs, and no others?
have()
{
	local devices name nic

	read -ra devices <<<"$1"
	shift
	for name; do
		replies "$name" list "list all etherdev" || return
		matches '^[0-9]+[[:space:]]+[0-9a-f-]{36}'
		[ "$matching" = ${#devices[@]} ] || return
		for nic in "${devices[@]}"; do
			[[ $answer = *"$nic"* ]] || return
		done
	done
}

both_start()
{
	hotplug primary -l 0 -a "${nics[0]}" &&
		hotplug secondary -l 1 --proc-type=secondary &&
		have "${nics[0]}" primary secondary
}

# attaches NAME NIC WANTED: in one process, for both
attaches()
{
	replies "$1" "attach $2" "^attached device" && have "$3" primary secondary
}

detaches()
{
	replies "$1" "detach $2" "^detached device" && have "$3" primary secondary
}

attaches_nothing()
{
	replies secondary "attach $absent" "failed to attached device" &&
		have "${nics[0]}" primary secondary
}

# Both at once: each gets errors or successes, and none must lose its way.
at_once()
{
	forget_output primary
	forget_output secondary
	for _ in {1..10}; do
		type_in primary "attach ${nics[1]}"
		type_in secondary "detach ${nics[1]}"
		type_in secondary "attach ${nics[1]}"
		type_in primary "detach ${nics[1]}"
	done
	# EAL gives each of them 5 seconds
	await_prompts primary 20 200 && await_prompts secondary 20 200 || return
	replies primary "detach ${nics[1]}" detach &&
		attaches primary "${nics[1]}" "${nics[*]:0:2}" &&
		detaches secondary "${nics[1]}" "${nics[0]}"
}

# A third process does not see the last NIC in sysfs, and so cannot attach it.
third_lacks()
{
	mkdir /run/mdev
	ln -s "$(realpath "/sys/bus/mdev/devices/${nics[0]}")" "/run/mdev/${nics[0]}"
	attaches primary "${nics[2]^^}" "${nics[0]} ${nics[2]}" || return
	# shellcheck disable=SC2016 # expanded in the other shell
	run_console third "$example_prompt" unshare --mount sh -ec '
		mount --bind /run/mdev /sys/bus/mdev/devices
		exec "$@"' third "$hotplug_mp" -l 1 --proc-type=secondary &&
		have "${nics[0]}" third
}

# Who had it before keeps it.
others_keep()
{
	replies primary "attach ${nics[2]}" "failed to attached device" &&
		have "${nics[0]} ${nics[2]}" primary secondary && have "${nics[0]}" third
}

others_detach()
{
	detaches secondary "${nics[2]}" "${nics[0]}"
}

# Who has just attached it gives it up, and can attach it again.
others_undo()
{
	replies primary "attach ${nics[2]^^}" "failed to attached device" &&
		have "${nics[0]}" primary secondary third && quit third &&
		attaches secondary "${nics[2]^^}" "${nics[0]} ${nics[2]}" &&
		detaches primary "${nics[2]^^}" "${nics[0]}"
}

outlives_secondary()
{
	end secondary KILL
	replies primary "attach ${nics[1]}" "^attached device" &&
		have "${nics[*]:0:2}" primary &&
		replies primary "detach ${nics[0]}" "^detached device" &&
		replies primary "attach ${nics[0]}" "^attached device" &&
		have "${nics[*]:0:2}" primary
}

new_secondary()
{
	hotplug secondary -l 1 --proc-type=secondary &&
		have "${nics[*]:0:2}" primary secondary
}

both_quit()
{
	quit secondary && quit primary
}

start_testpmd()
{
	run_console "$1" 'testpmd> ' "$testpmd" "${@:2}" -- \
		-i --total-num-mbufs=2048 --forward-mode=icmpecho
}

# The port forwards in this process.
answers()
{
	replies "$1" start "icmpecho packet forwarding" && pings nic 192.0.2.2
}

# refuses_long NAME: what the other process would get only a part of is an error
refuses_long()
{
	replies "$1" "port attach ${nics[1]},key=$long" "Failed to attach" &&
		grep "longer than the 239 characters.*${nics[1]},key=$long" "/run/$1.output" &&
		! holds primary "${nics[1]}" && ! holds secondary "${nics[1]}"
}

# Nobody else has to be told.
takes_long()
{
	replies primary "port attach ${nics[1]},key=$long" "is attached" &&
		holds primary "${nics[1]}" && replies primary "port detach 1" "ports is 1"
}

secondary_answers()
{
	start_testpmd secondary -l 0-1 --proc-type=secondary && answers secondary
}

primary_answers()
{
	end secondary KILL
	answers primary
}

next_start_answers()
{
	end primary KILL
	start_testpmd primary -l 0-1 -a "${nics[0]}" && answers primary
}

# Does the process have the device open?
holds()
{
	find "/proc/${pids[$1]}/fd" -lname "$(vfio_file "$2")" | grep .
}

# refuses NIC: does the secondary process tell, in one line, that the primary lacks it?
refuses()
{
	grep "$1" /run/secondary.output
	[ "$(grep -c "$1" /run/secondary.output)" = 1 ] &&
		grep -q "$1: the primary process does not use this device" /run/secondary.output
}

# The devices of a process, for who asks by telemetry
telemetry_tells()
{
	printf '%s\n' /mdev/list "/mdev/info,${nics[0]^^}" /mdev/info,x | "$telemetry" >/run/output
	cat /run/output
	grep -F "{\"/mdev/list\": [\"${nics[0]}\"]}" /run/output &&
		grep -F "{\"/mdev/info\": {\"name\": \"${nics[0]}\", \"uuid\": \"${nics[0]}\"," \
			/run/output &&
		grep -F '"device_api": "vfio-pci", "mdev_type": "mdev_vnet-nic", "parent": "mdev_vnet",' \
			/run/output && grep -F '"driver": "net_virtio"' /run/output &&
		grep -F '{"/mdev/info": null}' /run/output
}

mistaken_secondary()
{
	hotplug primary -l 0 &&
		hotplug secondary -l 1 --proc-type=secondary -a "${nics[0]}" &&
		refuses "${nics[0]}" && have "" primary secondary &&
		! holds primary "${nics[0]}" && ! holds secondary "${nics[0]}" &&
		quit secondary
}

primary_attaches()
{
	replies primary "attach ${nics[1]}" "^attached device" && have "${nics[1]}" primary
}

# What a name is spelled like, and which devices are named, does not matter.
names_in_secondary()
{
	hotplug secondary -l 1 --proc-type=secondary -a "${nics[1]^^}" \
		-a "${nics[2]},key=1" || return
	refuses "${nics[2]}" && have "${nics[1]}" primary secondary &&
		! grep "${nics[1]}: the primary" /run/secondary.output && quit secondary
}

blocks_in_secondary()
{
	hotplug secondary -l 1 --proc-type=secondary -b "${nics[1]}" &&
		have "" secondary && ! holds secondary "${nics[1]}" && quit secondary
}

# The same for a device that is attached while the secondary process runs
attaches_by_upper_case()
{
	hotplug secondary -l 1 --proc-type=secondary &&
		attaches primary "mdev:${nics[2]^^}" "${nics[*]:1:2}" &&
		detaches primary "${nics[2]}" "${nics[1]}"
}

# named NIC NAME...: do all the named processes have this NIC alone, by that name?
named()
{
	local wanted=$1 name

	shift
	for name; do
		replies "$name" list "list all etherdev" || return
		matches "^[0-9]+[[:space:]]+${wanted}[[:space:]]*$" &&
			matches '^[0-9]+[[:space:]]' && [ "$matching" = 1 ] || return
	done
}

alias_in_both()
{
	hotplug primary -l 0 -a "bus=mdev,uuid=${nics[0]},name=web0" &&
		hotplug secondary -l 1 --proc-type=secondary && named web0 primary secondary
}

# Each looks the device up by the UUID or by the alias.
alias_by_uuid()
{
	replies secondary "detach ${nics[0]}" "^detached device" && have "" primary secondary &&
		replies primary "attach ${nics[0]}" "^attached device" &&
		named web0 primary secondary &&
		replies primary "detach web0" "^detached device" && have "" primary secondary &&
		replies secondary "attach web0" "^attached device" &&
		named web0 primary secondary
}

# One that starts with the alias, and has no other name for the device
alias_of_secondary()
{
	quit secondary && ! hotplug secondary -l 1 --proc-type=secondary -a web0 &&
		grep 'failed to parse device "web0"' /run/secondary.output &&
		close_console secondary &&
		hotplug secondary -l 1 --proc-type=secondary -a mdev:web0 &&
		named web0 primary secondary && ! grep "web0: the primary" /run/secondary.output &&
		quit secondary &&
		hotplug secondary -l 1 --proc-type=secondary \
			-a "bus=mdev,uuid=${nics[0]},name=web1" &&
		named web0 primary secondary &&
		grep "web1: the primary process has named this device web0" \
			/run/secondary.output
}

# It had the device from the record alone.
alias_detached_by_primary()
{
	replies primary "detach ${nics[0]}" "^detached device" && have "" primary secondary
}

# Both have started without VFIO.
vfio_comes_late()
{
	disable_vfio && hotplug primary -l 0 &&
		hotplug secondary -l 1 --proc-type=secondary && have "" primary secondary &&
		enable_vfio && attaches primary "${nics[0]}" "${nics[0]}"
}

# The kernel gets VFIO between the start of the one and that of the other.
vfio_comes_between()
{
	for nic in "${nics[@]}"; do
		echo 1 >"/sys/bus/mdev/devices/$nic/remove" || return
	done
	rmmod mdev_vnet mdev && unload_vfio && hotplug primary -l 0 || return
	load_vfio && modprobe mdev_vnet &&
		mdevctl start -u "${nics[0]}" -p mdev_vnet -t mdev_vnet-nic || return
	hotplug secondary -l 1 --proc-type=secondary || return
	# EAL waits 5 seconds for an answer, and tells when there was none
	! grep "Fail to recv reply" /run/secondary.output && have "" primary secondary &&
		! grep "Cannot find action" /run/primary.output &&
		attaches primary "${nics[0]}" "${nics[0]}"
}

# vm.sh switches randomized addresses off. Users have them, and processes that share
# memory must bear it.
echo 2 >/proc/sys/kernel/randomize_va_space

for nic in "${nics[@]}"; do
	mdevctl start -u "$nic" -p mdev_vnet -t mdev_vnet-nic
done

test_that "a prompt that a line of a log has torn is one" prompt_is_torn
test_that "a secondary process has the devices of its primary" both_start
test_that "what the primary attaches, the secondary has" \
	attaches primary "${nics[1]}" "${nics[*]:0:2}"
test_that "what the secondary attaches, the primary has" \
	attaches secondary "${nics[2]}" "${nics[*]}"
test_that "what the secondary detaches, the primary has no more" \
	detaches secondary "${nics[1]}" "${nics[0]} ${nics[2]}"
test_that "what the primary detaches, the secondary has no more" \
	detaches primary "${nics[2]}" "${nics[0]}"
test_that "a device that is not there is attached in neither" attaches_nothing
test_that "both attach and detach the same device at once" at_once
test_that "a third process lacks a device of the others" third_lacks
test_that "what it cannot attach, the others keep" others_keep
test_that "what it does not have, the others detach" others_detach
test_that "what it cannot attach, the others give up, however it is spelled" others_undo
test_that "a secondary process is killed, the primary works on" outlives_secondary
test_that "a new secondary process has what the primary has" new_secondary
test_that "both end well" both_quit

give_address nic "$(ls "/sys/bus/mdev/devices/${nics[0]}/net")" 192.0.2.1
test_that "testpmd starts on a device" start_testpmd primary -l 0-1 -a "${nics[0]}"
test_that "telemetry tells UUID, API, type and parent" telemetry_tells
test_that "the only process takes long device arguments" takes_long
test_that "a secondary process sends and receives" secondary_answers
test_that "the secondary refuses device arguments that do not fit into a message" \
	refuses_long secondary
test_that "so does the primary, and keeps its devices" refuses_long primary
# a third process; what it reads is what the other two have counted
test_that "dpdk-proc-info reads the statistics" \
	received_at_least $count "$proc_info"
test_that "the secondary is killed, the primary sends and receives" primary_answers
test_that "the socket that the secondary has left makes no device arguments too long" takes_long
test_that "the primary is killed, the next start takes the device" next_start_answers
test_that "testpmd ends well" quit primary

test_that "a secondary process names what its primary lacks: an error, and nothing is opened" \
	mistaken_secondary
test_that "the primary attaches devices after that" primary_attaches
test_that "a secondary process has what its primary has, whatever it names" \
	names_in_secondary
test_that "a secondary process leaves alone what it was told to block" blocks_in_secondary
test_that "what the primary attaches by another spelling, the secondary has" \
	attaches_by_upper_case
test_that "both end well after that" both_quit
test_that "an alias is the name of the device and its port in both" alias_in_both
test_that "it is detached and attached by UUID and alias in both" alias_by_uuid
test_that "a secondary process names it by its alias, another one is an error" \
	alias_of_secondary
test_that "the primary detaches it by its UUID in both" alias_detached_by_primary
test_that "both end well after the alias" both_quit
test_that "what the primary attaches when VFIO is loaded later, the secondary has" \
	vfio_comes_late
test_that "both end well without VFIO at the start" both_quit
test_that "the kernel gets VFIO between their starts: nobody waits, and both attach" \
	vfio_comes_between
test_that "both end well after VFIO came between" both_quit
