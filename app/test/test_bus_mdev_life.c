/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/vfio.h>
#include <mntent.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <bus_pci_driver.h>
#include <dev_vfio.h>
#include <rte_alarm.h>
#include <rte_common.h>
#include <rte_cycles.h>
#include <rte_dev.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_ether.h>
#include <rte_lcore.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>
#include <rte_memory.h>
#include <rte_mempool.h>
#include <rte_string_fns.h>
#include <rte_thread.h>
#include <rte_uuid.h>

#include "test.h"
#include "test_mdev.h"
#include "test_mdev_bus.h"
#include "test_mdev_nic.h"

/*
 * The life of mediated devices in a running application: the test creates NICs
 * of the kernel module mdev_vnet, attaches, uses, detaches and removes them. It
 * needs root. Memory modes are a matter of EAL's options: run it in each.
 */

#define NIC_A "234c220f-05a7-4cf7-8bf0-8678943bebde"
#define NIC_A_UPPER "234C220F-05A7-4CF7-8BF0-8678943BEBDE"
#define NIC_B "451bdb51-0821-43c4-b623-f5b8135f36aa"
#define NIC_C "6c331b8e-0231-44ee-b0b9-f7c50b95c480"
#define NIC_NAMED "5d1f6a1e-6f0c-4c0c-9a57-0b6d1c1b7a35"
#define NIC_NAMED_UPPER "5D1F6A1E-6F0C-4C0C-9A57-0B6D1C1B7A35"
#define NIC_ABSENT "95311984-96a1-477e-9611-16588a55b4ea"
#define DISPLAY "a5903146-310b-4afd-ac6d-216ba830e8f9"

/* How often the long test attaches and detaches, unless this variable says it. */
#define CYCLES_VARIABLE "MDEV_LIFE_CYCLES"
#define CYCLES 1000

#define ROUNDS_HOTPLUG 200
#define ROUNDS_REMOVAL 50

static const char * const nics[] = { NIC_A, NIC_B, NIC_C };

/* What most test cases take their frames from. */
static struct rte_mempool *pool;

/*
 * Devices and ports
 */

static struct rte_device *
find_device(const char *uuid)
{
	struct rte_dev_iterator it;
	struct rte_device *dev, *found = NULL;

	RTE_DEV_FOREACH(dev, "bus=mdev", &it) {
		if (strcmp(rte_dev_name(dev), uuid) == 0 && rte_dev_is_probed(dev))
			found = dev;
	}

	return found;
}

static int
detach(const char *uuid)
{
	struct rte_device *dev = find_device(uuid);

	return dev != NULL ? rte_dev_remove(dev) : -ENODEV;
}

static int
start(const char *uuid, struct rte_mempool *mp)
{
	uint16_t port;

	if (rte_eth_dev_get_port_by_name(uuid, &port) != 0)
		return -ENODEV;

	return mdev_nic_start(port, mp);
}

/* Send frames both ways through a NIC that was started. */
static int
exchange(const char *uuid, struct rte_mempool *mp)
{
	char interface[IF_NAMESIZE];
	uint16_t port;

	if (rte_eth_dev_get_port_by_name(uuid, &port) != 0 ||
			mdev_nic_interface(uuid, interface) != 0)
		return -ENODEV;

	return mdev_nic_exchange(interface, port, mp);
}

static int
start_and_exchange(const char *uuid, struct rte_mempool *mp)
{
	int ret = start(uuid, mp);

	return ret == 0 ? exchange(uuid, mp) : ret;
}

/* Does a NIC live a whole life: attached, used and detached? */
static int
live(const char *uuid)
{
	int ret = rte_dev_probe(uuid);

	if (ret != 0) {
		printf("%s: cannot attach: %d\n", uuid, ret);
		return ret;
	}
	ret = start_and_exchange(uuid, pool);

	return detach(uuid) != 0 ? -1 : ret;
}

/*
 * What the process uses
 */

/*
 * Files of memory come and go, and so does that on which the interrupt thread waits:
 * it makes a new one when interrupts are added or removed.
 */
static bool
is_transient(const char *target)
{
	return strstr(target, "/rtemap_") != NULL || strstr(target, "/memfd:") != NULL ||
		strcmp(target, "anon_inode:[eventpoll]") == 0;
}

/* Read what an open file is; false if the entry of its directory is no file. */
static bool
read_target(DIR *dir, const struct dirent *entry, char *target, size_t size)
{
	ssize_t len;

	len = readlinkat(dirfd(dir), entry->d_name, target, size - 1);
	if (len < 0)
		return false;
	target[len] = '\0';

	return true;
}

/* Count the open files, but for those that come and go. */
static unsigned int
count_fds(void)
{
	const struct dirent *entry;
	char target[PATH_MAX];
	unsigned int count = 0;
	DIR *dir;

	dir = opendir("/proc/self/fd");
	if (dir == NULL)
		return 0;
	while ((entry = readdir(dir)) != NULL) {
		if (read_target(dir, entry, target, sizeof(target)))
			count += !is_transient(target);
	}
	closedir(dir);

	return count;
}

/* Count the files of huge pages, in all mounts of them. */
static unsigned int
count_huge_files(void)
{
	const struct mntent *mount;
	unsigned int count = 0;
	FILE *mounts;

	mounts = setmntent("/proc/self/mounts", "r");
	if (mounts == NULL)
		return 0;
	while ((mount = getmntent(mounts)) != NULL) {
		if (strcmp(mount->mnt_type, "hugetlbfs") == 0)
			count += mdev_count_files(mount->mnt_dir);
	}
	endmntent(mounts);

	return count;
}

static unsigned int
count_free_huge_pages(void)
{
	unsigned int count = 0;
	char line[128];
	FILE *file;

	file = fopen("/proc/meminfo", "r");
	if (file == NULL)
		return 0;
	while (fgets(line, sizeof(line), file) != NULL) {
		if (sscanf(line, "HugePages_Free: %u", &count) == 1)
			break;
	}
	fclose(file);

	return count;
}

struct usage {
	unsigned int fds;
	unsigned int huge_files;
	unsigned int free_huge_pages;
	unsigned int allocations;
	size_t allocated;
	size_t heap_free;
};

static void
get_usage(struct usage *usage)
{
	struct rte_malloc_socket_stats stats;
	unsigned int i;

	*usage = (struct usage) {
		.fds = count_fds(),
		.huge_files = count_huge_files(),
		.free_huge_pages = count_free_huge_pages(),
	};
	for (i = 0; i < rte_socket_count(); i++) {
		if (rte_malloc_get_socket_stats(rte_socket_id_by_idx(i), &stats) != 0)
			continue;
		usage->allocations += stats.alloc_count;
		usage->allocated += stats.heap_allocsz_bytes;
		usage->heap_free += stats.heap_freesz_bytes;
	}
}

static int
compare_usage(const struct usage *before)
{
	struct usage after;

	get_usage(&after);
	TEST_ASSERT_EQUAL(after.fds, before->fds, "%u open files instead of %u",
			  after.fds, before->fds);
	TEST_ASSERT_EQUAL(after.free_huge_pages, before->free_huge_pages,
			  "%u huge pages free instead of %u",
			  after.free_huge_pages, before->free_huge_pages);
	TEST_ASSERT_EQUAL(after.huge_files, before->huge_files,
			  "%u files of huge pages instead of %u",
			  after.huge_files, before->huge_files);
	TEST_ASSERT_EQUAL(after.allocations, before->allocations,
			  "%u pieces of memory allocated instead of %u",
			  after.allocations, before->allocations);
	TEST_ASSERT_EQUAL(after.allocated, before->allocated,
			  "%zu bytes allocated instead of %zu",
			  after.allocated, before->allocated);

	return 0;
}

/*
 * Events: what a callback was told waits in a pipe.
 */

struct event {
	enum rte_dev_event_type type;
	char name[RTE_UUID_STRLEN];
};

static int event_pipe[2];

static void
note_event(const char *name, enum rte_dev_event_type type, void *pipe_end)
{
	struct event event = { .type = type };

	strlcpy(event.name, name, sizeof(event.name));
	if (write(*(int *)pipe_end, &event, sizeof(event)) != sizeof(event))
		printf("an event of %s is lost\n", name);
}

/* Take the next event, if there is one in time. */
static bool
next_event(struct event *event, int timeout_ms)
{
	struct pollfd pollfd = { .fd = event_pipe[0], .events = POLLIN };

	return poll(&pollfd, 1, timeout_ms) == 1 &&
		read(event_pipe[0], event, sizeof(*event)) == sizeof(*event);
}

static bool
event_arrives(const char *uuid, enum rte_dev_event_type type)
{
	struct event event;

	while (next_event(&event, MDEV_TIMEOUT_MS)) {
		if (event.type == type && strcmp(event.name, uuid) == 0)
			return true;
	}

	return false;
}

/*
 * A removal by the administrator, in a thread of its own as it may wait.
 */

struct removal {
	const char *uuid;
	unsigned int delay_us;
	/* the thread is there */
	bool running;
	/* readable when the removal is done */
	int done;
	rte_thread_t thread;
};

static struct removal removal;

static uint32_t
run_removal(void *arg)
{
	struct removal *rm = arg;
	int ret;

	if (rm->delay_us > 0)
		rte_delay_us_sleep(rm->delay_us);
	ret = mdev_remove(rm->uuid);
	eventfd_write(rm->done, 1);

	return -ret;
}

static int
start_removal(const char *uuid, unsigned int delay_us)
{
	/* one that waits for ever is enough */
	if (removal.running)
		return -EBUSY;
	removal.uuid = uuid;
	removal.delay_us = delay_us;
	removal.done = eventfd(0, EFD_CLOEXEC);
	if (removal.done < 0)
		return -errno;
	if (rte_thread_create(&removal.thread, NULL, run_removal, &removal) != 0) {
		close(removal.done);
		return -1;
	}
	removal.running = true;

	return 0;
}

static bool
removal_is_done(int timeout_ms)
{
	struct pollfd pollfd = { .fd = removal.done, .events = POLLIN };

	return poll(&pollfd, 1, timeout_ms) == 1;
}

/* Wait for the end of a removal; returns 0 if it succeeded. */
static int
finish_removal(void)
{
	uint32_t error = 0;

	if (!removal_is_done(MDEV_TIMEOUT_MS)) {
		printf("%s: the removal waits and waits\n", removal.uuid);
		return -ETIMEDOUT;
	}
	if (rte_thread_join(removal.thread, &error) != 0)
		return -1;
	close(removal.done);
	removal.running = false;

	return -error;
}

/*
 * A driver for mdpy, the sample display of the Linux kernel: a device that
 * cannot ask for its release.
 */

static struct rte_device *display;

static int
probe_display(struct rte_pci_driver *drv __rte_unused, struct rte_pci_device *dev)
{
	display = &dev->device;

	return 0;
}

static int
remove_display(struct rte_pci_device *dev __rte_unused)
{
	display = NULL;

	return 0;
}

static const struct rte_pci_id display_ids[] = {
	{ RTE_PCI_DEVICE(0x1b36, 0x000f) },
	{ .vendor_id = 0 },
};

static struct rte_pci_driver display_driver = {
	.driver.name = "test_mdev_display",
	.id_table = display_ids,
	.probe = probe_display,
	.remove = remove_display,
	.drv_flags = RTE_PCI_DRV_NEED_MAPPING,
};

/*
 * Setup and teardown
 */

static int
suite_setup(void)
{
	if (access(MDEV_NIC_CREATE, W_OK) != 0) {
		printf("Skipped: no right to create NICs, or mdev_vnet is not loaded\n");
		return TEST_SKIPPED;
	}

	/* what is said before a crash shall be seen */
	setvbuf(stdout, NULL, _IOLBF, 0);

	TEST_ASSERT_SUCCESS(pipe(event_pipe), "no pipe");
	pool = rte_pktmbuf_pool_create("mdev_life", MDEV_NIC_MBUFS, 0, 0,
				       RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
	TEST_ASSERT_NOT_NULL(pool, "no memory for the pool");

	return 0;
}

static void
suite_teardown(void)
{
	rte_mempool_free(pool);
	close(event_pipe[0]);
	close(event_pipe[1]);
}

/* Remove a device if it is there, but do not wait for ever. */
static int
remove_in_time(const char *uuid)
{
	int ret = 0;

	if (mdev_exists(uuid))
		ret = start_removal(uuid, 0);
	if (ret == 0 && removal.running)
		ret = finish_removal();

	return ret;
}

/* A test that did not come to its end may have left the device. */
static int
create(const char *uuid)
{
	int ret = remove_in_time(uuid);

	return ret == 0 ? mdev_nic_create(uuid) : ret;
}

static int
create_nic(void)
{
	return create(NIC_A);
}

static int
create_all(void)
{
	unsigned int i;

	for (i = 0; i < RTE_DIM(nics); i++) {
		if (create(nics[i]) != 0)
			return -1;
	}

	return 0;
}

static int
attach_nic(void)
{
	return create_nic() == 0 ? rte_dev_probe(NIC_A) : -1;
}

static int
attach_all(void)
{
	unsigned int i;

	if (create_all() != 0)
		return -1;
	for (i = 0; i < RTE_DIM(nics); i++) {
		if (rte_dev_probe(nics[i]) != 0)
			return -1;
	}

	return 0;
}

/* Leave nothing behind, wherever the test case stopped. */
static void
remove_all(void)
{
	struct event event;
	unsigned int i;

	for (i = 0; i < RTE_DIM(nics); i++)
		detach(nics[i]);
	if (removal.running)
		finish_removal();
	for (i = 0; i < RTE_DIM(nics); i++)
		remove_in_time(nics[i]);
	while (next_event(&event, 0))
		;
	if (rte_mempool_avail_count(pool) != MDEV_NIC_MBUFS)
		printf("%u buffers of %u are left\n", rte_mempool_avail_count(pool),
		       MDEV_NIC_MBUFS);
}

/*
 * Test cases: attach and detach
 */

static int
test_probe_and_remove(void)
{
	struct rte_eth_dev_info info;
	uint16_t port;

	TEST_ASSERT_SUCCESS(rte_dev_probe(NIC_A), "cannot attach");
	TEST_ASSERT_SUCCESS(rte_eth_dev_get_port_by_name(NIC_A, &port), "no port");
	TEST_ASSERT_SUCCESS(rte_eth_dev_info_get(port, &info), "no information");
	TEST_ASSERT(info.device == find_device(NIC_A), "a port of another device");
	TEST_ASSERT_SUCCESS(start_and_exchange(NIC_A, pool), "no traffic");

	TEST_ASSERT_SUCCESS(rte_dev_remove(info.device), "cannot detach");
	TEST_ASSERT_NULL(find_device(NIC_A), "not detached");
	TEST_ASSERT_FAIL(rte_eth_dev_get_port_by_name(NIC_A, &port), "the port stayed");
	TEST_ASSERT_EQUAL(rte_mempool_avail_count(pool), MDEV_NIC_MBUFS,
			  "%u buffers came back", rte_mempool_avail_count(pool));

	return TEST_SUCCESS;
}

static int
test_hotplug_by_bus_and_name(void)
{
	TEST_ASSERT_SUCCESS(rte_eal_hotplug_add("mdev", NIC_A, ""), "cannot attach");
	TEST_ASSERT_SUCCESS(start_and_exchange(NIC_A, pool), "no traffic");
	TEST_ASSERT_SUCCESS(rte_eal_hotplug_remove("mdev", NIC_A), "cannot detach");
	TEST_ASSERT_NULL(find_device(NIC_A), "not detached");
	TEST_ASSERT_FAIL(rte_eal_hotplug_remove("mdev", NIC_A), "detached once more");

	return TEST_SUCCESS;
}

static int
test_spellings(void)
{
	static const char * const names[] = {
		NIC_A_UPPER, "mdev:" NIC_A, "mdev:" NIC_A_UPPER, "bus=mdev,uuid=" NIC_A_UPPER,
	};
	unsigned int i;

	for (i = 0; i < RTE_DIM(names); i++) {
		TEST_ASSERT_SUCCESS(rte_dev_probe(names[i]), "cannot attach %s", names[i]);
		TEST_ASSERT_SUCCESS(start_and_exchange(NIC_A, pool), "%s: no traffic", names[i]);
		TEST_ASSERT_SUCCESS(detach(NIC_A), "cannot detach %s", names[i]);
	}
	TEST_ASSERT_SUCCESS(rte_eal_hotplug_add("mdev", NIC_A_UPPER, ""), "cannot attach");
	TEST_ASSERT_SUCCESS(detach(NIC_A), "cannot detach");

	return TEST_SUCCESS;
}

/* With a short name, which is that of the port, too. */
static int
test_alias_of_port(void)
{
	static const char * const names[] = {
		"web0", NIC_NAMED, NIC_NAMED_UPPER, "mdev:web0", "mdev:" NIC_NAMED,
	};
	uint16_t port, found;
	char name[RTE_ETH_NAME_MAX_LEN];
	unsigned int i;

	TEST_ASSERT_SUCCESS(mdev_nic_create(NIC_NAMED), "cannot create a device");
	TEST_ASSERT_SUCCESS(rte_dev_probe("bus=mdev,uuid=" NIC_NAMED_UPPER ",name=web0"),
			    "cannot attach");
	TEST_ASSERT_SUCCESS(start_and_exchange(NIC_NAMED, pool), "no traffic");
	TEST_ASSERT_SUCCESS(rte_eth_dev_get_port_by_name("web0", &port), "no port");
	TEST_ASSERT_SUCCESS(rte_eth_dev_get_name_by_port(port, name), "no name");
	TEST_ASSERT_EQUAL(strcmp(name, "web0"), 0, "the port is %s", name);
	for (i = 0; i < RTE_DIM(names); i++) {
		TEST_ASSERT_SUCCESS(rte_eth_dev_get_port_by_name(names[i], &found),
				    "%s: no port", names[i]);
		TEST_ASSERT_EQUAL(found, port, "%s: the wrong port", names[i]);
	}
	TEST_ASSERT_EQUAL(rte_eth_dev_get_port_by_name("web1", &found), -ENODEV, "found");
	TEST_ASSERT_EQUAL(rte_eth_dev_get_port_by_name(NIC_ABSENT, &found), -ENODEV, "found");

	TEST_ASSERT_SUCCESS(rte_eal_hotplug_remove("mdev", NIC_NAMED), "cannot detach");
	TEST_ASSERT_FAIL(rte_eth_dev_get_port_by_name(NIC_NAMED, &found), "the port stayed");

	return mdev_remove(NIC_NAMED);
}

static int
test_arguments(void)
{
	static const uint32_t speeds[] = { 10000, 40000, RTE_ETH_SPEED_NUM_UNKNOWN, 25000 };
	struct rte_eth_link link;
	char arguments[32];
	uint16_t port;
	unsigned int i;

	for (i = 0; i < RTE_DIM(speeds); i++) {
		arguments[0] = '\0';
		if (speeds[i] != RTE_ETH_SPEED_NUM_UNKNOWN)
			snprintf(arguments, sizeof(arguments), "speed=%" PRIu32, speeds[i]);
		TEST_ASSERT_SUCCESS(rte_eal_hotplug_add("mdev", NIC_A, arguments),
				    "cannot attach with %s", arguments);
		TEST_ASSERT_SUCCESS(start_and_exchange(NIC_A, pool), "no traffic");

		TEST_ASSERT_SUCCESS(rte_eth_dev_get_port_by_name(NIC_A, &port), "no port");
		TEST_ASSERT_SUCCESS(rte_eth_link_get_nowait(port, &link), "no link status");
		TEST_ASSERT_EQUAL(link.link_speed, speeds[i], "speed %" PRIu32 " with %s",
				  link.link_speed, arguments);
		TEST_ASSERT_SUCCESS(detach(NIC_A), "cannot detach");
	}

	return TEST_SUCCESS;
}

static int
test_attach_twice(void)
{
	TEST_ASSERT_SUCCESS(start_and_exchange(NIC_A, pool), "no traffic");

	TEST_ASSERT_EQUAL(rte_dev_probe(NIC_A), -EEXIST, "attached twice");
	TEST_ASSERT_EQUAL(rte_eal_hotplug_add("mdev", NIC_A_UPPER, ""), -EEXIST,
			  "attached twice, spelled differently");

	TEST_ASSERT_SUCCESS(exchange(NIC_A, pool), "the port suffers");
	TEST_ASSERT_SUCCESS(detach(NIC_A), "cannot detach");
	TEST_ASSERT_SUCCESS(live(NIC_A), "cannot attach again");

	return TEST_SUCCESS;
}

static int
cycle(const char *uuid, unsigned int cycles)
{
	unsigned int i;

	for (i = 0; i < cycles; i++) {
		TEST_ASSERT_SUCCESS(rte_dev_probe(uuid), "cannot attach, round %u", i);
		TEST_ASSERT_SUCCESS(detach(uuid), "cannot detach, round %u", i);
	}

	return 0;
}

static unsigned int
cycles_to_go(void)
{
	const char *text = getenv(CYCLES_VARIABLE);

	return text != NULL ? strtoul(text, NULL, 0) : CYCLES;
}

/* Other long tests are shorter where that one is. */
static unsigned int
rounds_to_go(unsigned int most)
{
	return RTE_MIN(most, 2 * cycles_to_go());
}

static int
test_cycles(void)
{
	unsigned int cycles = cycles_to_go();
	struct usage before;

	/* the first ones set up what stays */
	TEST_ASSERT_SUCCESS(live(NIC_A), "no life before");
	TEST_ASSERT_SUCCESS(cycle(NIC_A, 5), "the first cycles failed");

	get_usage(&before);
	TEST_ASSERT_SUCCESS(cycle(NIC_A, cycles), "the cycles failed");
	TEST_ASSERT_SUCCESS(compare_usage(&before), "%u cycles leave something", cycles);

	TEST_ASSERT_SUCCESS(live(NIC_A), "no life after");
	TEST_ASSERT_SUCCESS(compare_usage(&before), "the last life leaves something");

	return TEST_SUCCESS;
}

/* With a second device in use, the container is never without one. */
static int
test_cycles_beside_another(void)
{
	unsigned int cycles = RTE_MAX(cycles_to_go() / 100, 1u);
	struct usage before;
	unsigned int i;

	TEST_ASSERT_SUCCESS(rte_dev_probe(NIC_B), "cannot attach the other one");
	TEST_ASSERT_SUCCESS(start_and_exchange(NIC_B, pool), "no traffic of the other one");
	TEST_ASSERT_SUCCESS(cycle(NIC_A, 5), "the first cycles failed");

	get_usage(&before);
	for (i = 0; i < cycles; i++) {
		TEST_ASSERT_SUCCESS(cycle(NIC_A, 10), "the cycles failed");
		TEST_ASSERT_SUCCESS(exchange(NIC_B, pool), "the other one suffers");
	}
	TEST_ASSERT_SUCCESS(compare_usage(&before), "the cycles leave something");

	return TEST_SUCCESS;
}

/*
 * Test cases: matching
 */

static unsigned int
count_ports(const char *filter, uint16_t *port)
{
	struct rte_dev_iterator it;
	unsigned int count = 0;
	uint16_t id;

	RTE_ETH_FOREACH_MATCHING_DEV(id, filter, &it) {
		*port = id;
		count++;
	}

	return count;
}

static int
test_match_ports(void)
{
	/* what stands before and behind the UUID */
	static const char * const filters[][2] = {
		{ "mdev:", "" },
		{ "", "" },
		{ "bus=mdev,uuid=", "" },
		{ "bus=mdev,name=", "" },
		{ "bus=mdev,uuid=", "/class=eth" },
	};
	uint16_t port, found;
	char filter[128];
	unsigned int i, j;

	for (i = 0; i < RTE_DIM(nics); i++) {
		TEST_ASSERT_SUCCESS(rte_eth_dev_get_port_by_name(nics[i], &port), "no port");
		for (j = 0; j < RTE_DIM(filters); j++) {
			snprintf(filter, sizeof(filter), "%s%s%s", filters[j][0], nics[i],
				 filters[j][1]);
			TEST_ASSERT_EQUAL(count_ports(filter, &found), 1,
					  "%s: not one port", filter);
			TEST_ASSERT_EQUAL(found, port, "%s: the wrong port", filter);

			snprintf(filter, sizeof(filter), "%s" NIC_ABSENT "%s", filters[j][0],
				 filters[j][1]);
			TEST_ASSERT_EQUAL(count_ports(filter, &found), 0, "%s: found", filter);
		}
	}

	return TEST_SUCCESS;
}

/* The key of the class counts, with and without a layer for the bus. */
static int
test_match_class(void)
{
	static const char * const buses[] = { "", "bus=mdev/", "bus=mdev,uuid=" NIC_A "/" };
	struct rte_ether_addr mac;
	uint16_t port, found;
	char filter[128];
	unsigned int i, j;

	for (i = 0; i < RTE_DIM(nics); i++) {
		TEST_ASSERT_SUCCESS(rte_eth_dev_get_port_by_name(nics[i], &port), "no port");
		TEST_ASSERT_SUCCESS(rte_eth_macaddr_get(port, &mac), "no MAC address");
		for (j = 0; j < RTE_DIM(buses); j++) {
			bool matches = strstr(buses[j], "uuid") == NULL ||
				       strcmp(nics[i], NIC_A) == 0;

			snprintf(filter, sizeof(filter), "%sclass=eth,mac=" RTE_ETHER_ADDR_PRT_FMT,
				 buses[j], RTE_ETHER_ADDR_BYTES(&mac));
			TEST_ASSERT_EQUAL(count_ports(filter, &found), matches,
					  "%s: another number of ports", filter);
			TEST_ASSERT(!matches || found == port, "%s: the wrong port", filter);
		}
	}

	return TEST_SUCCESS;
}

static bool
is_one_of_ours(const char *name)
{
	unsigned int i;

	for (i = 0; i < RTE_DIM(nics); i++) {
		if (strcmp(nics[i], name) == 0)
			return true;
	}

	return false;
}

/* Count the devices in use that the test has created. */
static unsigned int
count_devices(const char *filter)
{
	struct rte_dev_iterator it;
	struct rte_device *dev;
	unsigned int count = 0;

	RTE_DEV_FOREACH(dev, filter, &it)
		count += rte_dev_is_probed(dev) && is_one_of_ours(rte_dev_name(dev));

	return count;
}

/* The same, for the ports of devices. */
static unsigned int
count_our_ports(const char *filter)
{
	struct rte_eth_dev_info info;
	struct rte_dev_iterator it;
	unsigned int count = 0;
	uint16_t port;

	RTE_ETH_FOREACH_MATCHING_DEV(port, filter, &it) {
		if (rte_eth_dev_info_get(port, &info) == 0)
			count += is_one_of_ours(rte_dev_name(info.device));
	}

	return count;
}

static const struct {
	const char *filter;
	unsigned int count;
} filters_of_all[] = {
	{ "bus=mdev", 3 },
	{ "bus=mdev,device_api=vfio-pci", 3 },
	{ "bus=mdev,mdev_type=mdev_vnet-nic", 3 },
	{ "bus=mdev,device_api=vfio-pci,mdev_type=mdev_vnet-nic", 3 },
	{ "bus=mdev,mdev_type=mdev_vnet-nic,uuid=" NIC_B, 1 },
	{ "bus=mdev,device_api=vfio-ccw", 0 },
	{ "bus=mdev,mdev_type=mdev_vnet", 0 },
	{ "bus=mdev,device_api=vfio-ccw,uuid=" NIC_B, 0 },
};

static int
test_match_devices(void)
{
	unsigned int count, i;

	for (i = 0; i < RTE_DIM(filters_of_all); i++) {
		count = count_devices(filters_of_all[i].filter);
		TEST_ASSERT_EQUAL(count, filters_of_all[i].count, "%s: %u devices",
				  filters_of_all[i].filter, count);
	}

	return TEST_SUCCESS;
}

static int
test_match_ports_of_all(void)
{
	unsigned int count, i;

	for (i = 0; i < RTE_DIM(filters_of_all); i++) {
		count = count_our_ports(filters_of_all[i].filter);
		TEST_ASSERT_EQUAL(count, filters_of_all[i].count, "%s: %u ports",
				  filters_of_all[i].filter, count);
	}

	return TEST_SUCCESS;
}

/*
 * Test cases: arrival and removal
 */

static int
watch_events(const char *uuid)
{
	return rte_dev_event_callback_register(uuid, note_event, &event_pipe[1]);
}

/* Stop it, however often the callback is running at this moment. */
static void
unwatch_events(const char *uuid)
{
	while (rte_dev_event_callback_unregister(uuid, note_event, &event_pipe[1]) == -EAGAIN)
		rte_delay_us_sleep(1000);
}

static int
check_events(void)
{
	struct event event;

	TEST_ASSERT_SUCCESS(create(NIC_A), "cannot create");
	TEST_ASSERT(event_arrives(NIC_A, RTE_DEV_EVENT_ADD), "nothing said of the new device");
	TEST_ASSERT_SUCCESS(mdev_remove(NIC_A), "cannot remove");
	TEST_ASSERT(event_arrives(NIC_A, RTE_DEV_EVENT_REMOVE), "nothing said of the removal");
	TEST_ASSERT(!next_event(&event, 100), "one more event, of %s", event.name);

	return 0;
}

static int
test_events_of_all(void)
{
	int ret;

	TEST_ASSERT_SUCCESS(rte_dev_event_monitor_start(), "cannot watch for events");
	ret = watch_events(NULL);
	if (ret == 0)
		ret = check_events();
	unwatch_events(NULL);
	TEST_ASSERT_SUCCESS(mdev_stop_event_monitor(), "cannot stop");

	return ret;
}

static int
test_events_of_one(void)
{
	struct event event;
	int ret;

	TEST_ASSERT_SUCCESS(rte_dev_event_monitor_start(), "cannot watch for events");
	ret = watch_events(NIC_A);
	if (ret == 0)
		ret = create(NIC_B);
	if (ret == 0 && next_event(&event, 500)) {
		printf("told of %s, which is not asked for\n", event.name);
		ret = -1;
	}
	if (ret == 0)
		ret = check_events();
	unwatch_events(NIC_A);
	TEST_ASSERT_SUCCESS(mdev_stop_event_monitor(), "cannot stop");

	return ret;
}

static int
net_bus_scan(void)
{
	return 0;
}

static int
net_bus_handler(struct rte_device *dev __rte_unused)
{
	return 0;
}

/* It has the name of the kernel's subsystem for network interfaces. */
static struct rte_bus net_bus = {
	.name = "net",
	.scan = net_bus_scan,
	.probe = mdev_no_probe,
	.find_device = mdev_no_device,
};

/* Is there an event of the interface that a new device has? */
static bool
interface_arrives(void)
{
	char interface[IF_NAMESIZE];
	struct event event;
	bool found = false;

	if (create(NIC_A) != 0 || mdev_nic_interface(NIC_A, interface) != 0)
		return false;
	while (next_event(&event, 500)) {
		if (event.type == RTE_DEV_EVENT_ADD && strcmp(event.name, interface) == 0)
			found = true;
	}

	return found;
}

/* A bus that handles removals gets the events of the subsystem with its name, no other does. */
static int
test_events_of_other_bus(void)
{
	bool unasked, asked;

	rte_bus_register(&net_bus);
	TEST_ASSERT_SUCCESS(rte_dev_event_monitor_start(), "cannot watch for events");
	watch_events(NULL);

	unasked = interface_arrives();
	net_bus.hot_unplug_handler = net_bus_handler;
	asked = interface_arrives();

	unwatch_events(NULL);
	TEST_ASSERT_SUCCESS(mdev_stop_event_monitor(), "cannot stop");
	rte_bus_unregister(&net_bus);

	TEST_ASSERT(!unasked, "told of what the bus did not ask for");
	TEST_ASSERT(asked, "not told of what the bus asks for");

	return TEST_SUCCESS;
}

static int arrival_result;

static void
attach_at_once(const char *name, enum rte_dev_event_type type, void *pipe_end)
{
	if (type == RTE_DEV_EVENT_ADD)
		arrival_result = rte_dev_probe(name);
	note_event(name, type, pipe_end);
}

static int
check_arrivals(void)
{
	unsigned int rounds = RTE_MIN(cycles_to_go() / 2, 50u);
	unsigned int i;

	for (i = 0; i < rounds; i++) {
		TEST_ASSERT_SUCCESS(create(NIC_A), "cannot create, round %u", i);
		TEST_ASSERT(event_arrives(NIC_A, RTE_DEV_EVENT_ADD), "no event, round %u", i);
		TEST_ASSERT_SUCCESS(arrival_result, "not attached, round %u: %d",
				    i, arrival_result);
		TEST_ASSERT_SUCCESS(detach(NIC_A), "cannot detach, round %u", i);
		TEST_ASSERT_SUCCESS(mdev_remove(NIC_A), "cannot remove, round %u", i);
	}

	return 0;
}

/* The kernel tells of a device before it has made all of it. */
static int
test_attached_on_arrival(void)
{
	int ret;

	TEST_ASSERT_SUCCESS(rte_dev_event_monitor_start(), "cannot watch for events");
	ret = rte_dev_event_callback_register(NIC_A, attach_at_once, &event_pipe[1]);
	if (ret == 0)
		ret = check_arrivals();
	while (rte_dev_event_callback_unregister(NIC_A, attach_at_once, &event_pipe[1]) == -EAGAIN)
		rte_delay_us_sleep(1000);
	TEST_ASSERT_SUCCESS(mdev_stop_event_monitor(), "cannot stop");

	return ret;
}

/* The event comes through VFIO here, as nothing watches for uevents. */
static int
check_removal_request(void)
{
	char interface[IF_NAMESIZE];
	uint16_t port;

	TEST_ASSERT_SUCCESS(rte_eth_dev_get_port_by_name(NIC_A, &port), "no port");
	TEST_ASSERT_SUCCESS(mdev_nic_interface(NIC_A, interface), "no interface");
	TEST_ASSERT_SUCCESS(start(NIC_A, pool), "cannot start");

	TEST_ASSERT_SUCCESS(start_removal(NIC_A, 0), "cannot start the removal");
	TEST_ASSERT(event_arrives(NIC_A, RTE_DEV_EVENT_REMOVE), "not asked for the device");
	TEST_ASSERT(!removal_is_done(500), "the device is gone while it is in use");
	TEST_ASSERT_SUCCESS(mdev_nic_exchange(interface, port, pool),
			    "the device does not work until it is released");

	TEST_ASSERT_SUCCESS(detach(NIC_A), "cannot detach");
	TEST_ASSERT_SUCCESS(finish_removal(), "not removed");
	TEST_ASSERT(!mdev_exists(NIC_A), "the device is still there");

	return 0;
}

static int
test_removal_request(void)
{
	int ret;

	TEST_ASSERT_SUCCESS(watch_events(NIC_A), "cannot register for events");
	ret = check_removal_request();
	unwatch_events(NIC_A);
	if (ret != 0)
		return ret;

	TEST_ASSERT_SUCCESS(create_nic(), "cannot create the device again");
	TEST_ASSERT_SUCCESS(live(NIC_A), "the next device does not work");

	return TEST_SUCCESS;
}

static int
create_display(void)
{
	rte_pci_register(&display_driver);
	if (mdev_write_file(MDEV_CREATE("mdpy", "vga"), DISPLAY) != 0) {
		printf("Skipped: the kernel's sample mdpy is not loaded\n");
		return TEST_SKIPPED;
	}

	return 0;
}

static void
remove_display_and_driver(void)
{
	detach(DISPLAY);
	if (removal.running)
		finish_removal();
	remove_in_time(DISPLAY);
	rte_pci_unregister(&display_driver);
}

static int
test_removal_without_request(void)
{
	struct event event;
	bool told;

	TEST_ASSERT_SUCCESS(rte_dev_probe(DISPLAY), "cannot attach");
	TEST_ASSERT_NOT_NULL(display, "not probed");
	TEST_ASSERT_SUCCESS(watch_events(NULL), "cannot register for events");
	TEST_ASSERT_SUCCESS(start_removal(DISPLAY, 0), "cannot start the removal");

	told = next_event(&event, 1000);
	unwatch_events(NULL);
	TEST_ASSERT(!told, "asked for %s by a device that cannot ask", event.name);
	TEST_ASSERT(!removal_is_done(0), "the device is gone while it is in use");
	TEST_ASSERT_NOT_NULL(display, "the device was taken away");

	TEST_ASSERT_SUCCESS(rte_dev_remove(display), "cannot detach");
	TEST_ASSERT_SUCCESS(finish_removal(), "not removed");
	TEST_ASSERT(!mdev_exists(DISPLAY), "the device is still there");

	return TEST_SUCCESS;
}

/*
 * Test cases: bad sequences
 */

/* What a thread does over and over: the result is 0 or a negative errno. */
struct hotplug {
	int (*act)(const char *uuid);
	const char *uuid;
	rte_thread_t thread;
};

static int
hotplug_add(const char *uuid)
{
	return rte_eal_hotplug_add("mdev", uuid, "");
}

static int
hotplug_remove(const char *uuid)
{
	return rte_eal_hotplug_remove("mdev", uuid);
}

/* Nobody else attaches or detaches that one. */
static int
hotplug_own(const char *uuid)
{
	int ret = rte_eal_hotplug_add("mdev", uuid, "");

	return ret == 0 ? rte_eal_hotplug_remove("mdev", uuid) : ret;
}

static bool
is_errno(int value)
{
	return value < 0 && value > -4096;
}

static uint32_t
run_hotplug(void *arg)
{
	const struct hotplug *hotplug = arg;
	unsigned int i, rounds = rounds_to_go(ROUNDS_HOTPLUG), bad = 0;
	int ret;

	for (i = 0; i < rounds; i++) {
		ret = hotplug->act(hotplug->uuid);
		if (ret == 0 || (hotplug->act != hotplug_own && is_errno(ret)))
			continue;
		printf("%s: round %u: result %d\n", hotplug->uuid, i, ret);
		bad++;
	}

	return bad;
}

static int
test_concurrent_hotplug(void)
{
	struct hotplug jobs[] = {
		{ .act = hotplug_add, .uuid = NIC_A },
		{ .act = hotplug_remove, .uuid = NIC_A },
		{ .act = hotplug_own, .uuid = NIC_B },
	};
	unsigned int i, started, fds;
	uint32_t bad, total = 0;

	TEST_ASSERT_SUCCESS(live(NIC_A), "no life before");
	fds = count_fds();

	for (started = 0; started < RTE_DIM(jobs); started++) {
		if (rte_thread_create(&jobs[started].thread, NULL, run_hotplug,
				      &jobs[started]) != 0)
			break;
	}
	for (i = 0; i < started; i++) {
		if (rte_thread_join(jobs[i].thread, &bad) == 0)
			total += bad;
	}
	TEST_ASSERT_EQUAL(started, RTE_DIM(jobs), "cannot start the threads");
	TEST_ASSERT_EQUAL(total, 0, "%u wrong results", total);

	detach(NIC_A);
	TEST_ASSERT_NULL(find_device(NIC_A), "it cannot be detached any more");
	TEST_ASSERT_EQUAL(count_fds(), fds, "%u open files instead of %u", count_fds(), fds);
	TEST_ASSERT_SUCCESS(live(NIC_A), "no life after");
	TEST_ASSERT_SUCCESS(live(NIC_B), "no life of the other one");

	return TEST_SUCCESS;
}

static int
test_detach_twice(void)
{
	struct rte_device *dev = find_device(NIC_A);

	TEST_ASSERT_NOT_NULL(dev, "not attached");
	TEST_ASSERT_SUCCESS(rte_dev_remove(dev), "cannot detach");
	TEST_ASSERT(is_errno(rte_dev_remove(dev)), "detached twice");
	TEST_ASSERT_SUCCESS(live(NIC_A), "no life after");

	return TEST_SUCCESS;
}

/* Tell how long it takes to attach. */
static unsigned int
attach_time_us(void)
{
	uint64_t from = rte_get_timer_cycles();

	if (rte_dev_probe(NIC_A) != 0)
		return 0;

	return (rte_get_timer_cycles() - from) * US_PER_S / rte_get_timer_hz();
}

/*
 * Remove the device while it is being probed. The moment when that is hardest
 * is the one from which on the probe succeeds: close in on it.
 */
static int
test_removal_during_probe(void)
{
	unsigned int rounds = rounds_to_go(ROUNDS_REMOVAL), attached = 0;
	int delay_us, step_us;
	unsigned int fds, i;
	int ret;

	TEST_ASSERT_SUCCESS(live(NIC_A), "no life before");
	fds = count_fds();
	step_us = attach_time_us();
	TEST_ASSERT(step_us > 0, "cannot attach");
	TEST_ASSERT_SUCCESS(detach(NIC_A), "cannot detach");
	TEST_ASSERT_SUCCESS(mdev_remove(NIC_A), "cannot remove");

	delay_us = 0;
	for (i = 0; i < rounds; i++) {
		TEST_ASSERT_SUCCESS(create_nic(), "round %u: cannot create", i);
		TEST_ASSERT_SUCCESS(start_removal(NIC_A, RTE_MAX(delay_us, 0)),
				    "round %u: cannot start the removal", i);
		if (delay_us < 0)
			rte_delay_us_sleep(-delay_us);
		ret = rte_dev_probe(NIC_A);
		TEST_ASSERT(ret == 0 || is_errno(ret), "round %u: result %d", i, ret);
		if (ret == 0) {
			attached++;
			TEST_ASSERT_SUCCESS(detach(NIC_A), "round %u: cannot detach", i);
		}
		TEST_ASSERT_SUCCESS(finish_removal(), "round %u: not removed", i);
		TEST_ASSERT(!mdev_exists(NIC_A), "round %u: it is still there", i);
		TEST_ASSERT_EQUAL(count_fds(), fds, "round %u: %u open files instead of %u",
				  i, count_fds(), fds);

		step_us = RTE_MAX(step_us * 3 / 4, 50);
		delay_us += ret == 0 ? -step_us : step_us;
	}
	printf("attached in %u rounds of %u\n", attached, rounds);

	TEST_ASSERT_SUCCESS(create_nic(), "cannot create");
	TEST_ASSERT_SUCCESS(live(NIC_A), "no life after");

	return TEST_SUCCESS;
}

/* Open the group of a device, so that nobody else can. */
static int
open_group(const char *uuid)
{
	char path[PATH_MAX];
	int group;

	if (dev_vfio_get_group_num(MDEV_DEVICES, uuid, &group) != 0)
		return -1;
	snprintf(path, sizeof(path), "/dev/vfio/%d", group);

	return open(path, O_RDWR | O_CLOEXEC);
}

static int
test_failed_probe(void)
{
	struct usage before;
	int group, ret;

	/* the file of a device in cdev mode is opened by whoever wants to */
	if (dev_vfio_get_mode() == DEV_VFIO_MODE_CDEV)
		return TEST_SKIPPED;

	TEST_ASSERT_SUCCESS(live(NIC_A), "no life before");
	get_usage(&before);

	group = open_group(NIC_A);
	TEST_ASSERT(group >= 0, "cannot open the group");
	ret = rte_dev_probe(NIC_A);
	close(group);
	TEST_ASSERT_EQUAL(ret, -EBUSY, "attached what is in use: %d", ret);
	TEST_ASSERT_NULL(find_device(NIC_A), "attached what is in use");
	TEST_ASSERT_SUCCESS(compare_usage(&before), "the device in use leaves something");

	/* the driver refuses this speed */
	TEST_ASSERT_FAIL(rte_dev_probe(NIC_A ",speed=1"), "attached with a wrong argument");
	TEST_ASSERT_NULL(find_device(NIC_A), "attached with a wrong argument");
	TEST_ASSERT_SUCCESS(compare_usage(&before), "the wrong argument leaves something");

	TEST_ASSERT_SUCCESS(live(NIC_A), "no life after");
	TEST_ASSERT_SUCCESS(compare_usage(&before), "the life after leaves something");

	return TEST_SUCCESS;
}

struct limited_probe {
	struct rlimit limit;
	int ret;
	/* readable when the result is there */
	int done;
};

static void
probe_with_limit(void *arg)
{
	struct limited_probe *probe = arg;
	struct rlimit saved;

	if (getrlimit(RLIMIT_NOFILE, &saved) != 0 ||
			setrlimit(RLIMIT_NOFILE, &probe->limit) != 0) {
		probe->ret = -errno;
	} else {
		probe->ret = rte_dev_probe(NIC_A);
		setrlimit(RLIMIT_NOFILE, &saved);
	}
	eventfd_write(probe->done, 1);
}

/*
 * EAL ends the process if its interrupt thread cannot open a file, as it does when
 * interrupts are added or removed. So this is the thread that attaches the device.
 */
static int
probe_in_interrupt_thread(struct limited_probe *probe)
{
	eventfd_t count;
	int ret;

	ret = rte_eal_alarm_set(1, probe_with_limit, probe);
	if (ret == 0 && eventfd_read(probe->done, &count) != 0)
		ret = -errno;

	return ret != 0 ? ret : probe->ret;
}

/*
 * Let a probe fail wherever it opens a file: allow one file more each time, until
 * there are enough.
 */
static int
test_probe_without_files(void)
{
	struct limited_probe probe;
	struct usage before;
	int lowest, ret;
	rlim_t enough;

	TEST_ASSERT_SUCCESS(live(NIC_A), "no life before");
	probe.done = eventfd(0, EFD_CLOEXEC);
	TEST_ASSERT(probe.done >= 0, "no eventfd");
	get_usage(&before);
	TEST_ASSERT_SUCCESS(getrlimit(RLIMIT_NOFILE, &probe.limit), "no limit");
	enough = probe.limit.rlim_cur;
	lowest = dup(event_pipe[0]);
	TEST_ASSERT(lowest >= 0, "not one file more");
	close(lowest);

	probe.limit.rlim_cur = lowest;
	do {
		ret = probe_in_interrupt_thread(&probe);
		if (ret == 0)
			break;
		TEST_ASSERT(is_errno(ret), "limit %u: result %d",
			    (unsigned int)probe.limit.rlim_cur, ret);
		TEST_ASSERT_NULL(find_device(NIC_A), "attached in spite of an error");
		TEST_ASSERT_SUCCESS(compare_usage(&before), "limit %u leaves something",
				    (unsigned int)probe.limit.rlim_cur);
	} while (++probe.limit.rlim_cur < enough);
	printf("from %u files on, %u were needed\n", lowest,
	       (unsigned int)probe.limit.rlim_cur);
	close(probe.done);

	TEST_ASSERT_SUCCESS(ret, "it cannot be attached at all");
	TEST_ASSERT((int)probe.limit.rlim_cur > lowest, "it needs no files");
	TEST_ASSERT_SUCCESS(start_and_exchange(NIC_A, pool), "no traffic");

	return TEST_SUCCESS;
}

/*
 * Test cases: memory
 */

/* Modes in which memory neither grows nor shrinks. */
static bool
memory_is_fixed(void)
{
	char text[4096];
	ssize_t len = 0;
	ssize_t i;
	int fd;

	fd = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		len = read(fd, text, sizeof(text) - 1);
		close(fd);
	}
	/* each argument ends with a NUL */
	for (i = 0; i < len; i++) {
		if (text[i] == '\0')
			text[i] = ' ';
	}
	text[RTE_MAX(len, 0)] = '\0';

	return strstr(text, "--legacy-mem") != NULL || strstr(text, "--no-huge") != NULL;
}

static int
add_length(const struct rte_memseg_list *msl, const struct rte_memseg *ms, void *total)
{
	if (msl->external == 0)
		*(size_t *)total += ms->len;

	return 0;
}

static size_t
total_memory(void)
{
	size_t total = 0;

	rte_memseg_walk(add_length, &total);

	return total;
}

/*
 * Find the file of EAL's container. In 23.11 and 24.11, the function that should return it
 * opens another one each time.
 */
static int
find_container(void)
{
	const struct dirent *entry;
	char target[PATH_MAX];
	int fd = -1;
	DIR *dir;

	dir = opendir("/proc/self/fd");
	if (dir == NULL)
		return -1;
	while (fd < 0 && (entry = readdir(dir)) != NULL) {
		if (read_target(dir, entry, target, sizeof(target)) &&
				strcmp(target, "/dev/vfio/vfio") == 0)
			fd = atoi(entry->d_name);
	}
	closedir(dir);

	return fd;
}

/*
 * Can a device reach memory at this address? VFIO maps nothing over what is
 * mapped, so try to map a page there. Some device must be attached.
 */
static bool
is_mapped(int container, rte_iova_t iova)
{
	size_t page = sysconf(_SC_PAGESIZE);
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map),
		.flags = VFIO_DMA_MAP_FLAG_READ,
		.iova = RTE_ALIGN_FLOOR(iova, page),
		.size = page,
	};
	struct vfio_iommu_type1_dma_unmap unmap = {
		.argsz = sizeof(unmap),
		.iova = map.iova,
		.size = page,
	};
	bool mapped = false;
	void *memory;

	if (posix_memalign(&memory, page, page) != 0)
		return false;
	map.vaddr = (uintptr_t)memory;
	if (ioctl(container, VFIO_IOMMU_MAP_DMA, &map) == 0)
		ioctl(container, VFIO_IOMMU_UNMAP_DMA, &unmap);
	else if (errno == EEXIST)
		mapped = true;
	else
		printf("VFIO maps nothing: %s\n", strerror(errno));
	free(memory);

	return mapped;
}

static void
note_iova(struct rte_mempool *mp __rte_unused, void *iovas, void *mbuf, unsigned int index)
{
	((rte_iova_t *)iovas)[index] = rte_mbuf_iova_get(mbuf);
}

/* Count the buffers that devices can reach. */
static unsigned int
count_mapped(const rte_iova_t *iovas, unsigned int count)
{
	int container = find_container();
	unsigned int mapped = 0;
	unsigned int i;

	for (i = 0; i < count; i++)
		mapped += is_mapped(container, iovas[i]);

	return mapped;
}

/*
 * Make a pool of a size for which the memory must grow, or such one as fits
 * where it cannot.
 */
static struct rte_mempool *
create_big_pool(void)
{
	unsigned int count = MDEV_NIC_MBUFS;
	struct usage usage;

	if (!memory_is_fixed()) {
		get_usage(&usage);
		count = (usage.heap_free + (16 << 20)) / RTE_MBUF_DEFAULT_BUF_SIZE;
	}

	return rte_pktmbuf_pool_create("mdev_life_big", count, 0, 0, RTE_MBUF_DEFAULT_BUF_SIZE,
				       SOCKET_ID_ANY);
}

static int
check_big_pool(struct rte_mempool *big, size_t before, rte_iova_t *iovas)
{
	TEST_ASSERT_EQUAL((total_memory() > before), !memory_is_fixed(),
			  "%zu bytes of memory, %zu before", total_memory(), before);

	rte_mempool_obj_iter(big, note_iova, iovas);
	TEST_ASSERT_EQUAL(count_mapped(iovas, big->size), big->size, "some is not mapped");
	TEST_ASSERT_SUCCESS(start_and_exchange(NIC_A, big), "no traffic in new memory");
	TEST_ASSERT_SUCCESS(detach(NIC_A), "cannot detach");
	TEST_ASSERT_EQUAL(rte_mempool_avail_count(big), big->size, "buffers are lost");

	return 0;
}

/* Memory that comes and goes while devices are attached. */
static int
test_memory_grows_and_shrinks(void)
{
	size_t before = total_memory();
	unsigned int count, mapped;
	struct rte_mempool *big;
	rte_iova_t *iovas;
	int ret = -1;

	/* the container of groups tells what it maps, iommufd does not */
	if (dev_vfio_get_mode() == DEV_VFIO_MODE_CDEV)
		return TEST_SKIPPED;

	big = create_big_pool();
	TEST_ASSERT_NOT_NULL(big, "no memory for the pool");
	count = big->size;
	iovas = calloc(count, sizeof(*iovas));
	if (iovas != NULL)
		ret = check_big_pool(big, before, iovas);
	rte_eal_hotplug_remove("mdev", NIC_A);
	rte_mempool_free(big);
	if (ret == 0) {
		/* what is given back is unmapped, but for the pages at the edges */
		mapped = count_mapped(iovas, count);
		printf("%u buffers of %u are still mapped\n", mapped, count);
		if (memory_is_fixed() ? mapped != count : mapped > count / 2)
			ret = -1;
	}
	free(iovas);
	TEST_ASSERT_SUCCESS(ret, "the memory is not what it should be");

	TEST_ASSERT_SUCCESS(live(NIC_A), "no life after");
	TEST_ASSERT_SUCCESS(start_and_exchange(NIC_B, pool), "the other one suffers");

	return TEST_SUCCESS;
}

/* Memory that is not EAL's, each buffer on a page of its own. */
struct external {
	uint8_t *memory;
	size_t page;
	size_t len;
	rte_iova_t iovas[MDEV_NIC_MBUFS];
	struct rte_pktmbuf_extmem areas[MDEV_NIC_MBUFS];
	struct rte_mempool *pool;
};

static int
create_external(struct external *ext)
{
	unsigned int i;

	memset(ext, 0, sizeof(*ext));
	ext->page = sysconf(_SC_PAGESIZE);
	ext->len = RTE_DIM(ext->areas) * ext->page;
	ext->memory = mmap(NULL, ext->len, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	TEST_ASSERT(ext->memory != MAP_FAILED, "no memory");
	TEST_ASSERT_SUCCESS(mlock(ext->memory, ext->len), "cannot lock the memory");

	for (i = 0; i < RTE_DIM(ext->areas); i++) {
		ext->areas[i] = (struct rte_pktmbuf_extmem) {
			.buf_ptr = ext->memory + i * ext->page,
			.buf_iova = rte_mem_virt2iova(ext->memory + i * ext->page),
			.buf_len = ext->page,
			.elt_size = ext->page,
		};
		ext->iovas[i] = ext->areas[i].buf_iova;
	}
	TEST_ASSERT_SUCCESS(rte_extmem_register(ext->memory, ext->len, ext->iovas,
						RTE_DIM(ext->iovas), ext->page),
			    "cannot register the memory");

	ext->pool = rte_pktmbuf_pool_create_extbuf("mdev_life_external", RTE_DIM(ext->areas), 0, 0,
						   RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY,
						   ext->areas, RTE_DIM(ext->areas));
	TEST_ASSERT_NOT_NULL(ext->pool, "no pool");

	return 0;
}

static void
free_external(struct external *ext)
{
	rte_mempool_free(ext->pool);
	rte_extmem_unregister(ext->memory, ext->len);
	munmap(ext->memory, ext->len);
}

static int
map_external(struct external *ext, int (*map)(struct rte_device *, void *, uint64_t, size_t))
{
	struct rte_device *dev = find_device(NIC_B);
	unsigned int i;

	for (i = 0; i < RTE_DIM(ext->areas); i++) {
		if (map(dev, ext->areas[i].buf_ptr, ext->areas[i].buf_iova, ext->page) != 0)
			return -1;
	}

	return 0;
}

/* All devices share the mappings: one is asked for them, another one uses them. */
static int
check_external(struct external *ext)
{
	const unsigned int count = RTE_DIM(ext->iovas);

	TEST_ASSERT_EQUAL(count_mapped(ext->iovas, count), 0, "mapped by itself");
	TEST_ASSERT_SUCCESS(map_external(ext, rte_dev_dma_map), "cannot map");
	TEST_ASSERT_EQUAL(count_mapped(ext->iovas, count), count, "some is not mapped");

	TEST_ASSERT_SUCCESS(start_and_exchange(NIC_A, ext->pool), "no traffic");
	TEST_ASSERT_SUCCESS(detach(NIC_A), "cannot detach");
	TEST_ASSERT_EQUAL(rte_mempool_avail_count(ext->pool), count, "buffers are lost");

	/* the memory is mapped again when the container had to be emptied */
	TEST_ASSERT_SUCCESS(detach(NIC_B), "cannot detach the other one");
	TEST_ASSERT_SUCCESS(rte_dev_probe(NIC_B), "cannot attach the other one");
	TEST_ASSERT_EQUAL(count_mapped(ext->iovas, count), count, "some is not mapped again");

	TEST_ASSERT_SUCCESS(map_external(ext, rte_dev_dma_unmap), "cannot unmap");
	TEST_ASSERT_EQUAL(count_mapped(ext->iovas, count), 0, "some is not unmapped");

	return 0;
}

static int
test_external_memory(void)
{
	static struct external ext;
	int ret;

	/* the container of groups tells what it maps, iommufd does not */
	if (dev_vfio_get_mode() == DEV_VFIO_MODE_CDEV)
		return TEST_SKIPPED;

	ret = create_external(&ext);
	if (ret == 0)
		ret = check_external(&ext);
	rte_eal_hotplug_remove("mdev", NIC_A);
	free_external(&ext);
	if (ret != 0)
		return ret;

	TEST_ASSERT_SUCCESS(live(NIC_A), "no life after");
	TEST_ASSERT_SUCCESS(start_and_exchange(NIC_B, pool), "the other one suffers");

	return TEST_SUCCESS;
}

static struct unit_test_suite suite = {
	.suite_name = "life of mediated devices",
	.setup = suite_setup,
	.teardown = suite_teardown,
	.unit_test_cases = {
		TEST_CASE_ST(create_nic, remove_all, test_probe_and_remove),
		TEST_CASE_ST(create_nic, remove_all, test_hotplug_by_bus_and_name),
		TEST_CASE_ST(create_nic, remove_all, test_spellings),
		TEST_CASE_ST(create_nic, remove_all, test_alias_of_port),
		TEST_CASE_ST(create_nic, remove_all, test_arguments),
		TEST_CASE_ST(attach_nic, remove_all, test_attach_twice),
		TEST_CASE_ST(create_nic, remove_all, test_cycles),
		TEST_CASE_ST(create_all, remove_all, test_cycles_beside_another),
		TEST_CASE_ST(attach_all, remove_all, test_match_ports),
		TEST_CASE_ST(attach_all, remove_all, test_match_class),
		TEST_CASE_ST(attach_all, remove_all, test_match_devices),
		TEST_CASE_ST(attach_all, remove_all, test_match_ports_of_all),
		TEST_CASE_ST(NULL, remove_all, test_events_of_all),
		TEST_CASE_ST(NULL, remove_all, test_events_of_one),
		TEST_CASE_ST(NULL, remove_all, test_events_of_other_bus),
		TEST_CASE_ST(NULL, remove_all, test_attached_on_arrival),
		TEST_CASE_ST(attach_nic, remove_all, test_removal_request),
		TEST_CASE_ST(create_display, remove_display_and_driver,
			     test_removal_without_request),
		TEST_CASE_ST(create_all, remove_all, test_concurrent_hotplug),
		TEST_CASE_ST(attach_nic, remove_all, test_detach_twice),
		TEST_CASE_ST(create_nic, remove_all, test_removal_during_probe),
		TEST_CASE_ST(create_nic, remove_all, test_failed_probe),
		TEST_CASE_ST(create_nic, remove_all, test_probe_without_files),
		TEST_CASE_ST(attach_all, remove_all, test_memory_grows_and_shrinks),
		TEST_CASE_ST(attach_all, remove_all, test_external_memory),
		TEST_CASES_END()
	}
};

static int
test_bus_mdev_life(void)
{
	return unit_test_suite_runner(&suite);
}

REGISTER_DRIVER_TEST(bus_mdev_life_autotest, test_bus_mdev_life);
