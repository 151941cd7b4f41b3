#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine: a program of another release of Debian, unpacked as a
# root, with our libraries and a mediated NIC. Prints a line for each test.
#
#   devtools/vm/programs.sh PROGRAM ROOT DIRECTORY-OF-OUR-LIBRARIES
#
# PROGRAM is grout, suricata or testpmd.

. "$(dirname "$0")/../tests/common"
. "$(dirname "$0")/network"

program=$1
root=$2
ours=$3
nic=0f6f6d1c-93ab-4c05-8ffb-8e4c2a6f1d55
# shellcheck disable=SC2034 # for pings
count=10

# The loader finds what is in the directory of the others, as after an installation.
give_libraries()
{
	local directory library file

	directory=$(echo "$root"/usr/lib/*/dpdk/pmds-*)
	for library in bus_pci bus_mdev; do
		file=$(basename "$ours"/librte_$library.so.*.*[0-9])
		cp "$ours/$file" "$directory/" &&
			ln -sf "$file" "$directory/${file%.*}" || return
	done
	ln -sf "${directory#"$root"}/$file" "$directory/../../${file%.*}"
	# it looks a port up by the name of the device
	[ "$program" != grout ] ||
		cp "$ours"/../lib/librte_ethdev.so.*.*[0-9] "$directory/../.." || return
	# EAL loads no driver from below a directory that everybody may write to
	chmod o-w /tmp
}

prepare()
{
	local directory

	give_libraries && mkdir -p "$root"/{proc,sys,dev,run,tmp} || return
	for directory in proc sys dev; do
		mount --rbind "/$directory" "$root/$directory" || return
	done
	mount -t tmpfs run "$root/run" &&
		mdevctl start -u $nic -p mdev_vnet -t mdev_vnet-nic &&
		interface=$(ls /sys/bus/mdev/devices/$nic/net)
}

# await SECONDS COMMAND...: until it succeeds
await()
{
	local end=$((SECONDS + $1))

	until "${@:2}"; do
		[ $SECONDS -lt $end ] || return
		sleep 0.2
	done
}

configure_suricata()
{
	cat >"$root/run/suricata.yaml" <<-END
	%YAML 1.1
	---
	vars:
	  address-groups:
	    HOME_NET: "any"
	    EXTERNAL_NET: "any"
	outputs:
	  - fast:
	      enabled: yes
	      filename: fast.log
	dpdk:
	  eal-params:
	    allow: ["bus=mdev,uuid=$nic,name=$1"]
	  interfaces:
	    - interface: $1
	      threads: 1
	      promisc: false
	      multicast: false
	      mtu: 1500
	      mempool-size: 2047
	      mempool-cache-size: 63
	      rx-descriptors: 256
	      tx-descriptors: 256
	      copy-mode: none
	      copy-iface: none
	runmode: workers
	threading:
	  set-cpu-affinity: yes
	  cpu-affinity:
	    - management-cpu-set:
	        cpu: [ 0 ]
	    - worker-cpu-set:
	        cpu: [ 1 ]
	classification-file: /etc/suricata/classification.config
	reference-config-file: /etc/suricata/reference.config
	END
	echo 'alert icmp any any -> any any (msg:"a ping"; itype:8; sid:1000001; rev:1;)' \
		>"$root/run/ping.rules"
}

suricata_runs()
{
	grep -q "Engine started" "$root/run/suricata.output" ||
		! kill -0 "$suricata" 2>/dev/null
}

start_suricata()
{
	configure_suricata web0
	chroot "$root" suricata --dpdk -c /run/suricata.yaml -S /run/ping.rules -l /run \
		>"$root/run/suricata.output" 2>&1 &
	suricata=$!
	await 180 suricata_runs
	cat "$root/run/suricata.output"
	kill -0 "$suricata"
}

# Nobody answers: the frames must go to where an answer would have said.
raises_alert()
{
	give_address nic "$interface" 192.0.2.1 &&
		ip -n nic neighbor add 192.0.2.2 lladdr 02:00:00:00:00:02 dev "$interface" &&
		! pings nic 192.0.2.2 &&
		await 30 grep -F '[1:1000001:1] a ping' "$root/run/fast.log"
}

ends_suricata()
{
	kill "$suricata"
	wait "$suricata"
	cat "$root/run/suricata.output"
	! grep -E 'E: |Error:' "$root/run/suricata.output"
}

start_testpmd()
{
	mkfifo /run/testpmd.input
	chroot "$root" dpdk-testpmd -a $nic -- --forward-mode=icmpecho --total-num-mbufs=2048 \
		--auto-start <>/run/testpmd.input >/run/testpmd.output 2>&1 &
	testpmd=$!
	give_address nic "$interface" 192.0.2.1 &&
		await 120 ip netns exec nic ping -c 1 -W 1 192.0.2.2 && return
	cat /run/testpmd.output
	return 1
}

ends_testpmd()
{
	echo >/run/testpmd.input
	wait "$testpmd"
	cat /run/testpmd.output
	grep -q "Bye" /run/testpmd.output
}

grcli()
{
	chroot "$root" grcli "$@"
}

grout_answers()
{
	grcli interface show || ! kill -0 "$grout"
}

# Tables for as many routes as it has room for would take more memory than there is.
start_grout()
{
	GROUT_MAX_ROUTES=1024 chroot "$root" grout -v >/run/grout.output 2>&1 &
	grout=$!
	await 120 grout_answers && grcli interface add port p0 devargs $nic &&
		grcli address add 192.0.2.2/24 iface p0 &&
		give_address nic "$interface" 192.0.2.1 &&
		await 60 ip netns exec nic ping -c 1 -W 1 192.0.2.2 && return
	cat /run/grout.output
	return 1
}

ends_grout()
{
	local status=0

	kill "$grout"
	wait "$grout" || status=$?
	cat /run/grout.output
	# by itself, or by the signal
	[ $status = 0 ] || [ $status = 143 ]
}

test_that "the root of $program has our libraries and a NIC" prepare
case $program in
grout)
	test_that "grout gets a port by a UUID" start_grout
	test_that "it answers pings" pings nic 192.0.2.2
	test_that "it ends well" ends_grout
	;;
suricata)
	test_that "Suricata starts on a NIC by its alias" start_suricata
	test_that "it raises an alert for a ping" raises_alert
	test_that "it ends well" ends_suricata
	;;
testpmd)
	test_that "the distribution's testpmd starts on a NIC" start_testpmd
	test_that "it answers pings" pings nic 192.0.2.2
	test_that "the distribution's dumpcap captures on it" captures nic 192.0.2.2 "$root"
	test_that "it ends well" ends_testpmd
	;;
esac
