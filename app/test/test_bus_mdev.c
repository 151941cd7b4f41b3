/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <bus_driver.h>
#include <bus_mdev_driver.h>
#include <dev_driver.h>
#include <eal_sysfs.h>
#include <mdev_logs.h>
#include <rte_bus.h>
#include <rte_common.h>
#include <rte_cycles.h>
#include <rte_dev.h>
#include <rte_devargs.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_log.h>
#include <rte_malloc.h>
#include <rte_memory.h>
#include <rte_string_fns.h>
#include <rte_tailq.h>
#include <rte_thread.h>

#include "test.h"
#include "test_mdev_bus.h"
#include "test_mdev_tree.h"

#define TYPE_PLAIN "test-plain"
#define TYPE_SPECIAL "test-special"
/* A device API of which no driver but those of this test knows. */
#define API "bus-mdev-test"

#define DEV_A "aaaaaaaa-0001-4000-8000-abcdefabcdef"
#define DEV_A_UPPER "AAAAAAAA-0001-4000-8000-ABCDEFABCDEF"
#define DEV_B "bbbbbbbb-0002-4000-8000-abcdefabcdef"
#define DEV_B_UPPER "BBBBBBBB-0002-4000-8000-ABCDEFABCDEF"
#define DEV_C "cccccccc-0003-4000-8000-abcdefabcdef"
#define DEV_ABSENT "dddddddd-0004-4000-8000-abcdefabcdef"

static struct rte_bus *bus;

/* What the suite changes in the process, to put it back. */
static enum rte_bus_scan_mode saved_scan_mode;
static uint32_t saved_log_level;

/* What the bus and EAL log during a test case. */
static FILE *log_stream, *saved_log_stream;
static char *log_text;
static size_t log_size, log_seen;

/* What the drivers of this test have seen, and what they shall answer. */
static unsigned int probes, removals, dma_maps, dma_unmaps;
static char probed_args[128];
static uint32_t probed_number;
static int probe_result, remove_result;
/* What else happens during a probe or a removal, unless it is NULL. */
static void (*probe_meanwhile)(void), (*remove_meanwhile)(void);

static int
make_devices(void)
{
	if (make_tree() < 0 || make_type(TYPE_PLAIN, API "\n") < 0 ||
			make_type(TYPE_SPECIAL, API "\n") < 0 ||
			make_device(DEV_A, TYPE_PLAIN) < 0 ||
			make_device(DEV_B, TYPE_SPECIAL) < 0)
		return -1;

	return 0;
}

static void
open_log(void)
{
	log_stream = open_memstream(&log_text, &log_size);
	saved_log_stream = rte_log_get_stream();
	if (log_stream == NULL)
		return;
	fflush(log_stream);
	log_seen = 0;
	rte_openlog_stream(log_stream);
}

/* Let the messages until now not count for what follows. */
static void
forget_log(void)
{
	log_seen = log_size;
}

static void
close_log(void)
{
	rte_openlog_stream(saved_log_stream == stderr ? NULL : saved_log_stream);
	if (log_stream == NULL)
		return;
	fclose(log_stream);
	fputs(log_text, stdout);
	free(log_text);
}

/* Tell whether some message has both strings in it. */
static bool
logged(const char *device, const char *text)
{
	const char *line, *end, *where, *what;

	for (line = log_text + log_seen; *line != '\0'; line = end + 1) {
		end = strchr(line, '\n');
		if (end == NULL)
			break;
		where = strstr(line, device);
		what = strstr(line, text);
		if (where != NULL && where < end && what != NULL && what < end)
			return true;
	}

	return false;
}

static struct rte_device *
find_device(const char *uuid)
{
	struct rte_dev_iterator it;
	struct rte_device *dev, *found = NULL;

	RTE_DEV_FOREACH(dev, "bus=mdev", &it) {
		if (strcmp(rte_dev_name(dev), uuid) == 0)
			found = dev;
	}

	return found;
}

static bool
is_probed(const char *uuid)
{
	const struct rte_device *dev = find_device(uuid);

	return dev != NULL && rte_dev_is_probed(dev);
}

/* Count the devices that match, or all of them if there is no filter. */
static unsigned int
count_devices(const char *filter)
{
	struct rte_dev_iterator it;
	struct rte_device *dev;
	unsigned int count = 0;
	char str[128];

	snprintf(str, sizeof(str), "bus=mdev%s%s", filter != NULL ? "," : "",
		 filter != NULL ? filter : "");
	RTE_DEV_FOREACH(dev, str, &it)
		count++;

	return count;
}

static unsigned int
count_devargs(void)
{
	struct rte_devargs *devargs;
	unsigned int count = 0;

	RTE_EAL_DEVARGS_FOREACH("mdev", devargs)
		count++;

	return count;
}

/* Count what the processes are told to be in use. */
static unsigned int
count_records(void)
{
	const struct rte_tailq_head *head = rte_eal_tailq_lookup("MDEV_RECORD_LIST");
	const struct rte_tailq_entry *entry;
	unsigned int count = 0;

	if (head == NULL)
		return UINT_MAX;
	TAILQ_FOREACH(entry, &head->tailq_head, next)
		count++;

	return count;
}

static const struct rte_mdev_driver *
driver_of(const char *uuid)
{
	const struct rte_device *dev = find_device(uuid);

	return dev != NULL ? rte_mdev_from_device(dev)->driver : NULL;
}

/* Scan in blocklist mode: all devices that are not blocked. */
static int
scan_all(void)
{
	bus->conf.scan_mode = RTE_BUS_SCAN_BLOCKLIST;

	return bus->scan();
}

/*
 * Drivers of the test
 */

static int
test_probe(struct rte_mdev_driver *drv __rte_unused, struct rte_mdev_device *dev)
{
	const struct rte_devargs *devargs = dev->device->devargs;

	probes++;
	probed_number = dev->number;
	snprintf(probed_args, sizeof(probed_args), "%s",
		 devargs != NULL ? devargs->args : "none");
	if (probe_meanwhile != NULL)
		probe_meanwhile();

	return probe_result;
}

static int
test_remove(struct rte_mdev_device *dev __rte_unused)
{
	removals++;
	if (remove_meanwhile != NULL)
		remove_meanwhile();

	return remove_result;
}

/* What a DMA mapping must bring unchanged from the application. */
static void *dma_memory;
#define DMA_IOVA UINT64_C(0x123456789000)
#define DMA_LEN ((size_t)0x3000)

static int
check_dma(struct rte_mdev_device *dev, void *addr, uint64_t iova, size_t len)
{
	return strcmp(dev->name, DEV_A) == 0 && addr == dma_memory &&
		iova == DMA_IOVA && len == DMA_LEN ? 0 : -1;
}

static int
test_dma_map(struct rte_mdev_device *dev, void *addr, uint64_t iova, size_t len)
{
	dma_maps++;

	return check_dma(dev, addr, iova, len);
}

static int
test_dma_unmap(struct rte_mdev_device *dev, void *addr, uint64_t iova, size_t len)
{
	dma_unmaps++;

	return check_dma(dev, addr, iova, len);
}

static const struct rte_mdev_id any_type[] = {
	{ .device_api = API },
	{ .device_api = NULL },
};

static const struct rte_mdev_id special_type[] = {
	{ .device_api = API, .mdev_type = TYPE_SPECIAL },
	{ .device_api = NULL },
};

static struct rte_mdev_driver generic_driver = {
	.driver.name = "test_mdev_generic",
	.id_table = any_type,
	.probe = test_probe,
	.remove = test_remove,
	.dma_map = test_dma_map,
	.dma_unmap = test_dma_unmap,
};

static struct rte_mdev_driver special_driver = {
	.driver.name = "test_mdev_special",
	.id_table = special_type,
	.probe = test_probe,
	.remove = test_remove,
};

/* A driver that needs more than the generic device, and IOVA as VA. */
struct embedding {
	uint64_t before[3];
	struct rte_device device;
	uint64_t after[3];
};

static struct rte_mdev_driver embedding_driver = {
	.driver.name = "test_mdev_embedding",
	.id_table = special_type,
	.probe = test_probe,
	.remove = test_remove,
	.drv_flags = RTE_MDEV_DRV_NEED_IOVA_AS_VA,
	.device_size = sizeof(struct embedding),
	.device_offset = offsetof(struct embedding, device),
};

/* A driver that sees whether two threads are in it for the same device. */
struct stress_device {
	struct rte_device device;
	unsigned int inside, attached, overlaps;
};

static int
stress_enter(struct rte_mdev_device *mdev, unsigned int attached)
{
	struct stress_device *dev = container_of(mdev->device, struct stress_device, device);

	if (dev->inside++ != 0 || dev->attached == attached)
		dev->overlaps++;
	dev->attached = attached;
	rte_delay_us_sleep(1);
	dev->inside--;

	return 0;
}

static int
stress_probe(struct rte_mdev_driver *drv __rte_unused, struct rte_mdev_device *mdev)
{
	return stress_enter(mdev, 1);
}

static int
stress_remove(struct rte_mdev_device *mdev)
{
	return stress_enter(mdev, 0);
}

static struct rte_mdev_driver stress_driver = {
	.driver.name = "test_mdev_stress",
	.id_table = any_type,
	.probe = stress_probe,
	.remove = stress_remove,
	.device_size = sizeof(struct stress_device),
	.device_offset = offsetof(struct stress_device, device),
};

static struct rte_mdev_driver * const drivers[] = {
	&generic_driver,
	&special_driver,
	&embedding_driver,
	&stress_driver,
};
static bool registered[RTE_DIM(drivers)];

static void
set_registered(struct rte_mdev_driver *driver, bool value)
{
	unsigned int i;

	for (i = 0; i < RTE_DIM(drivers); i++) {
		if (drivers[i] != driver || registered[i] == value)
			continue;
		if (value)
			rte_mdev_register(driver);
		else
			rte_mdev_unregister(driver);
		registered[i] = value;
	}
}

/*
 * A bus that takes all UUIDs, as VMBus does, and that is registered before the mdev bus
 * where the program is linked statically. It takes none unless it is told to.
 */

static bool greedy_bus_takes;
static unsigned int identified_by_bus;

static int
greedy_bus_scan(void)
{
	return 0;
}

static void
no_event(const char *name __rte_unused, enum rte_dev_event_type event __rte_unused,
	 void *arg __rte_unused)
{
}

/* It waits for ever if EAL holds the lock of its callbacks while a bus is asked. */
static int
greedy_bus_parse(const char *name, void *addr)
{
	rte_uuid_t uu;

	if (addr != NULL)
		identified_by_bus++;
	rte_dev_event_callback_unregister(name, no_event, NULL);

	return greedy_bus_takes ? rte_uuid_parse(name, uu) : -1;
}

static struct rte_bus greedy_bus = {
	.name = "test_mdev_greedy",
	.scan = greedy_bus_scan,
	.probe = mdev_no_probe,
	.find_device = mdev_no_device,
	.parse = greedy_bus_parse,
};

RTE_INIT_PRIO(register_greedy_bus, LOG)
{
	rte_bus_register(&greedy_bus);
}

/*
 * Setup and teardown
 */

static int
suite_setup(void)
{
	bus = rte_bus_find_by_name("mdev");
	TEST_ASSERT_NOT_NULL(bus, "the bus is not registered");

	if (count_devargs() > 0) {
		printf("Skipped: mediated devices are named on the command line\n");
		return TEST_SKIPPED;
	}

	saved_scan_mode = bus->conf.scan_mode;
	saved_log_level = rte_log_get_level(mdev_bus_logtype);
	rte_log_set_level(mdev_bus_logtype, RTE_LOG_NOTICE);

	return 0;
}

static void
suite_teardown(void)
{
	rte_mdev_set_sysfs_path(NULL);
	bus->conf.scan_mode = saved_scan_mode;
	rte_log_set_level(mdev_bus_logtype, saved_log_level);
	bus->scan();
}

static int
case_setup(void)
{
	probes = removals = dma_maps = dma_unmaps = 0;
	probe_result = remove_result = 0;
	probe_meanwhile = remove_meanwhile = NULL;
	generic_driver.probe_again = NULL;
	bus->conf.scan_mode = RTE_BUS_SCAN_UNDEFINED;
	open_log();
	set_registered(&generic_driver, true);

	return make_devices();
}

static void
case_teardown(void)
{
	struct rte_dev_iterator it;
	struct rte_devargs *devargs;
	struct rte_device *dev;
	unsigned int i;

	remove_result = 0;
	remove_meanwhile = NULL;
	do {
		RTE_DEV_FOREACH(dev, "bus=mdev", &it) {
			if (rte_dev_is_probed(dev) && rte_dev_remove(dev) == 0)
				break;
		}
	} while (dev != NULL);

	while ((devargs = rte_devargs_next("mdev", NULL)) != NULL)
		rte_devargs_remove(devargs);
	while ((devargs = rte_devargs_next(greedy_bus.name, NULL)) != NULL)
		rte_devargs_remove(devargs);
	greedy_bus_takes = false;
	for (i = 0; i < RTE_DIM(drivers); i++)
		set_registered(drivers[i], false);

	mdev_bus_cleanup(bus);
	remove_tree();
	close_log();
}

/*
 * Test cases
 */

static int
test_sysfs_read_str(void)
{
	char path[PATH_MAX];
	char buf[8];

	snprintf(path, sizeof(path), "%s", tree("attribute"));

	TEST_ASSERT_EQUAL(eal_sysfs_read_str(path, buf, sizeof(buf)), -ENOENT,
			  "a missing file was read");
	TEST_ASSERT_EQUAL(buf[0], '\0', "a missing file left a string");

	TEST_ASSERT_SUCCESS(write_file(path, ""), "cannot write %s", path);
	TEST_ASSERT_EQUAL(eal_sysfs_read_str(path, buf, sizeof(buf)), -ENODATA,
			  "an empty file was read");

	TEST_ASSERT_SUCCESS(write_file(path, "\n"), "cannot write %s", path);
	TEST_ASSERT_EQUAL(eal_sysfs_read_str(path, buf, sizeof(buf)), -ENODATA,
			  "an empty line was read");

	TEST_ASSERT_SUCCESS(write_file(path, "abc\n"), "cannot write %s", path);
	TEST_ASSERT_EQUAL(eal_sysfs_read_str(path, buf, sizeof(buf)), 3,
			  "wrong length of a line");
	TEST_ASSERT_EQUAL(strcmp(buf, "abc"), 0, "wrong line: %s", buf);

	TEST_ASSERT_SUCCESS(write_file(path, "abcd"), "cannot write %s", path);
	TEST_ASSERT_EQUAL(eal_sysfs_read_str(path, buf, sizeof(buf)), 4,
			  "wrong length without a newline");
	TEST_ASSERT_EQUAL(strcmp(buf, "abcd"), 0, "wrong text: %s", buf);

	/* seven characters and the terminator fill the buffer */
	TEST_ASSERT_SUCCESS(write_file(path, "1234567\n"), "cannot write %s", path);
	TEST_ASSERT_EQUAL(eal_sysfs_read_str(path, buf, sizeof(buf)), 7,
			  "a line that fits was not read");
	TEST_ASSERT_EQUAL(strcmp(buf, "1234567"), 0, "wrong line: %s", buf);
	TEST_ASSERT_SUCCESS(write_file(path, "1234567"), "cannot write %s", path);
	TEST_ASSERT_EQUAL(eal_sysfs_read_str(path, buf, sizeof(buf)), 7,
			  "a text that fits was not read");

	TEST_ASSERT_SUCCESS(write_file(path, "12345678\n"), "cannot write %s", path);
	TEST_ASSERT_EQUAL(eal_sysfs_read_str(path, buf, sizeof(buf)), -ENAMETOOLONG,
			  "a line that is too long was read");
	TEST_ASSERT_EQUAL(buf[0], '\0', "a line that is too long left a string");
	TEST_ASSERT_SUCCESS(write_file(path, "12345678"), "cannot write %s", path);
	TEST_ASSERT_EQUAL(eal_sysfs_read_str(path, buf, sizeof(buf)), -ENAMETOOLONG,
			  "a text that is too long was read");

	TEST_ASSERT_EQUAL(eal_sysfs_read_str(tree("bus"), buf, sizeof(buf)), -EISDIR,
			  "a directory was read");

	return TEST_SUCCESS;
}

static int
test_parse_name(void)
{
	static const char * const good[] = {
		DEV_A, DEV_A_UPPER, "mdev:" DEV_A, "mdev:" DEV_A_UPPER,
		"AAAAAAAA-0001-4000-8000-abcdefABCDEF",
	};
	/* meant for this bus: accepted, for the scan to complain of */
	static const char * const malformed[] = {
		"mdev:", "mdev:eth0",
		"aaaaaaaa-0001-4000-8000-abcdefabcde",
		"aaaaaaaa-0001-4000-8000-abcdefabcdef0",
		"aaaaaaaa-0001-4000-8000-abcdefabcdeg",
		"aaaaaaaa00-01-4000-8000-abcdefabcdef",
	};
	static const char * const foreign[] = {
		"", "mdev", "eth0", "net_null0", "00:01.0", "0000:00:01.0",
		"aaaaaaaa-0001-4000-8000", "aaaaaaaa000140008000abcdefabcdef",
		"aaaaaaaa-0001-4000-8000-abcdef.bcdef",
	};
	char name[RTE_UUID_STRLEN];
	unsigned int i;

	for (i = 0; i < RTE_DIM(good); i++) {
		TEST_ASSERT_SUCCESS(bus->parse(good[i], name), "%s refused", good[i]);
		TEST_ASSERT_EQUAL(strcmp(name, DEV_A), 0, "%s became %s", good[i], name);
		TEST_ASSERT_SUCCESS(bus->parse(good[i], NULL),
				    "%s refused without a result", good[i]);
	}
	for (i = 0; i < RTE_DIM(malformed); i++) {
		TEST_ASSERT_SUCCESS(bus->parse(malformed[i], name),
				    "%s left to other buses", malformed[i]);
		TEST_ASSERT_EQUAL(name[0], '\0', "%s became %s", malformed[i], name);
	}
	for (i = 0; i < RTE_DIM(foreign); i++)
		TEST_ASSERT_FAIL(bus->parse(foreign[i], name), "%s taken", foreign[i]);

	return TEST_SUCCESS;
}

static int
test_parse_devargs(void)
{
	static const char * const good[] = {
		DEV_A ",key=1", DEV_A_UPPER ",key=1", "mdev:" DEV_A ",key=1",
		"mdev:" DEV_A_UPPER ",key=1",
	};
	struct rte_devargs devargs;
	unsigned int i;

	for (i = 0; i < RTE_DIM(good); i++) {
		TEST_ASSERT_SUCCESS(rte_devargs_parse(&devargs, good[i]),
				    "%s refused", good[i]);
		TEST_ASSERT(devargs.bus == bus, "%s went to another bus", good[i]);
		TEST_ASSERT_EQUAL(strcmp(devargs.args, "key=1"), 0,
				  "%s: wrong arguments: %s", good[i], devargs.args);
		TEST_ASSERT_SUCCESS(bus->devargs_parse(&devargs), "%s refused by the bus", good[i]);
		TEST_ASSERT_EQUAL(strcmp(devargs.name, DEV_A), 0, "%s: parsed as %s",
				  good[i], devargs.name);
		rte_devargs_reset(&devargs);

		/* where EAL does not let the bus parse the name, the scan makes it canonical */
		TEST_ASSERT_SUCCESS(rte_devargs_add(RTE_DEVTYPE_ALLOWED, good[i]),
				    "%s refused", good[i]);
		TEST_ASSERT_SUCCESS(bus->scan(), "the scan failed");
		TEST_ASSERT_EQUAL(count_devargs(), 1, "%s: old arguments stayed", good[i]);
		TEST_ASSERT_EQUAL(strcmp(rte_devargs_next("mdev", NULL)->name, DEV_A), 0,
				  "%s: not made canonical", good[i]);
		TEST_ASSERT_NOT_NULL(find_device(DEV_A), "%s: no device", good[i]);
	}

	return TEST_SUCCESS;
}

#define WITH_ALIAS(uuid, alias) "bus=mdev,uuid=" uuid ",name=" alias

static int
test_parse_layers(void)
{
	struct rte_devargs devargs;

	TEST_ASSERT_SUCCESS(rte_devargs_parse(&devargs,
			"bus=mdev,uuid=" DEV_A_UPPER "/class=eth/driver=net_test,key=1"),
			"global syntax refused");
	TEST_ASSERT(devargs.bus == bus, "wrong bus");
	TEST_ASSERT_NOT_NULL(devargs.cls, "no class");
	TEST_ASSERT_EQUAL(strcmp(devargs.name, DEV_A), 0, "wrong name: %s", devargs.name);
	TEST_ASSERT_EQUAL(strcmp(devargs.drv_str, "driver=net_test,key=1"), 0,
			  "wrong driver layer: %s", devargs.drv_str);
	rte_devargs_reset(&devargs);

	TEST_ASSERT_SUCCESS(rte_devargs_parse(&devargs, "bus=mdev,name=" DEV_A_UPPER),
			    "global syntax with a name refused");
	TEST_ASSERT_EQUAL(strcmp(devargs.name, DEV_A), 0, "wrong name: %s", devargs.name);
	rte_devargs_reset(&devargs);

	TEST_ASSERT_FAIL(rte_devargs_parse(&devargs, "bus=mdev,uuid=" DEV_A "," DEV_B),
			 "two UUIDs accepted");
	TEST_ASSERT(logged(DEV_B, "without a key"), "second UUID not logged");

	/* a filter names no device */
	TEST_ASSERT_SUCCESS(rte_devargs_parse(&devargs, "bus=mdev,mdev_type=" TYPE_PLAIN),
			"global syntax without a UUID refused");
	TEST_ASSERT_EQUAL(devargs.name[0], '\0', "a name from nowhere: %s", devargs.name);
	rte_devargs_reset(&devargs);

	TEST_ASSERT_FAIL(rte_devargs_parse(&devargs, "bus=mdev,uuid=eth0"),
			 "malformed UUID accepted");
	TEST_ASSERT(logged("eth0", "not a UUID"), "malformed UUID not logged");
	rte_devargs_reset(&devargs);

	TEST_ASSERT_FAIL(rte_devargs_parse(&devargs, "bus=mdev,uid=" DEV_A),
			 "mistyped key accepted");
	TEST_ASSERT(logged("uid=" DEV_A, "the keys are"), "mistyped key not logged");
	rte_devargs_reset(&devargs);

	TEST_ASSERT_FAIL(rte_devargs_parse(&devargs, WITH_ALIAS(DEV_A, "web,0")),
			 "an alias with a comma accepted");
	TEST_ASSERT(logged("name=web,0", "the keys are"), "comma not logged");
	rte_devargs_reset(&devargs);

	TEST_ASSERT_SUCCESS(rte_dev_probe("bus=mdev,uuid=" DEV_A_UPPER),
			    "no attach by global syntax");
	TEST_ASSERT(is_probed(DEV_A), "not attached by global syntax");

	return TEST_SUCCESS;
}

/* The short names that the user may give. */
#define ALIAS "web0"

static const char *
uuid_of(const char *name)
{
	const struct rte_device *dev = find_device(name);

	return dev != NULL ? rte_mdev_from_device(dev)->uuid : "none";
}

static int
test_alias(void)
{
	static const char * const names[] = {
		ALIAS, "mdev:" ALIAS, DEV_A_UPPER, "bus=mdev,name=" ALIAS,
		"bus=mdev,uuid=" DEV_A_UPPER, "bus=mdev,name=" DEV_A,
		WITH_ALIAS(DEV_A_UPPER, ALIAS), WITH_ALIAS(DEV_A, ALIAS) "/driver=x,key=1",
	};
	unsigned int i;

	TEST_ASSERT_FAIL(bus->parse(ALIAS, NULL), "taken before it is a name");
	TEST_ASSERT_FAIL(rte_dev_probe("bus=mdev,name=" ALIAS), "attached without a UUID");
	TEST_ASSERT(logged(ALIAS, "neither a UUID nor"), "not logged");

	TEST_ASSERT_SUCCESS(rte_dev_probe(WITH_ALIAS(DEV_A_UPPER, ALIAS)), "not attached");
	TEST_ASSERT(is_probed(ALIAS), "not known by the alias");
	TEST_ASSERT_NULL(find_device(DEV_A), "still named by the UUID");
	TEST_ASSERT_EQUAL(strcmp(uuid_of(ALIAS), DEV_A), 0, "wrong device");

	TEST_ASSERT_EQUAL(count_devices("name=" ALIAS), 1, "not found by the alias");
	TEST_ASSERT_EQUAL(count_devices("uuid=" DEV_A_UPPER), 1, "not found by the UUID");
	TEST_ASSERT_EQUAL(count_devices("name=" DEV_A_UPPER), 1, "not found by the UUID");
	TEST_ASSERT_EQUAL(count_devices("name=" ALIAS ",uuid=" DEV_A), 1, "not found by both");
	TEST_ASSERT_EQUAL(count_devices("name=web1"), 0, "found by another name");

	TEST_ASSERT_EQUAL(rte_dev_probe(DEV_A), -EEXIST, "attached twice");
	TEST_ASSERT_SUCCESS(rte_eal_hotplug_remove("mdev", DEV_A_UPPER), "not detached by UUID");
	TEST_ASSERT_EQUAL(count_devargs(), 0, "arguments left");

	/* the name lasts */
	for (i = 0; i < RTE_DIM(names); i++) {
		TEST_ASSERT_SUCCESS(rte_dev_probe(names[i]), "%s not attached", names[i]);
		TEST_ASSERT(is_probed(ALIAS), "%s: not known by the alias", names[i]);
		TEST_ASSERT_EQUAL(count_devices(NULL), 1, "%s: two devices", names[i]);
		TEST_ASSERT_SUCCESS(rte_eal_hotplug_remove("mdev", ALIAS), "not detached");
		TEST_ASSERT_EQUAL(count_records(), 0, "record left");
	}

	return TEST_SUCCESS;
}

static int
test_bad_alias(void)
{
	static const struct {
		const char *name;
		const char *message;
	} bad[] = {
		{ "", "cannot be its name" },
		{ "abcdefghijklmnop", "longer than 15" },
		{ DEV_B, "longer than 15" },
		{ "a-b-c-d-e", "cannot be its name" },
		{ "00:03.0", "cannot be its name" },
		{ "0", "cannot be its name" },
		{ "web/0", "cannot be its name" },
		{ "vdev", "bus vdev" },
		{ "net_null0", "bus vdev" },
		{ "mdev", "bus mdev" },
	};
	char args[128];
	unsigned int i;

	for (i = 0; i < RTE_DIM(bad); i++) {
		forget_log();
		snprintf(args, sizeof(args), WITH_ALIAS(DEV_A, "%s"), bad[i].name);
		TEST_ASSERT_FAIL(rte_dev_probe(args), "%s accepted", args);
		TEST_ASSERT(logged(DEV_A, bad[i].message), "%s: not logged", args);
		TEST_ASSERT_FAIL(rte_devargs_add(RTE_DEVTYPE_ALLOWED, args), "%s accepted", args);
		TEST_ASSERT_EQUAL(count_devargs(), 0, "%s: arguments left", args);
	}
	TEST_ASSERT_EQUAL(probes, 0, "a driver was asked");

	/* fifteen characters fit */
	TEST_ASSERT_SUCCESS(rte_dev_probe(WITH_ALIAS(DEV_A, "a_b.c-defghijkl")), "not attached");

	forget_log();
	TEST_ASSERT_FAIL(rte_dev_probe(WITH_ALIAS(DEV_B, "a_b.c-defghijkl")), "two of a name");
	TEST_ASSERT(logged(DEV_B, "is the name of device " DEV_A), "not logged");
	TEST_ASSERT_FAIL(rte_dev_probe(WITH_ALIAS(DEV_A, ALIAS)), "renamed in use");
	TEST_ASSERT(logged(DEV_A, "in use as a_b.c-defghijkl"), "not logged");
	TEST_ASSERT(is_probed("a_b.c-defghijkl"), "what is in use was lost");
	TEST_ASSERT_EQUAL(count_devargs(), 1, "arguments left");

	return TEST_SUCCESS;
}

/* What the options -a do, in any order. */
static int
test_alias_at_start(void)
{
	static const char * const orders[][2] = {
		{ WITH_ALIAS(DEV_A, ALIAS), DEV_A ",key=1" },
		{ DEV_A, WITH_ALIAS(DEV_A, ALIAS) "/driver=x,key=1" },
		{ WITH_ALIAS(DEV_A, ALIAS), ALIAS ",key=1" },
		{ WITH_ALIAS(DEV_A, "web1"), WITH_ALIAS(DEV_A, ALIAS) "/driver=x,key=1" },
	};
	const struct rte_devargs *devargs;
	unsigned int i;

	for (i = 0; i < RTE_DIM(orders); i++) {
		TEST_ASSERT_SUCCESS(rte_devargs_add(RTE_DEVTYPE_ALLOWED, orders[i][0]),
				    "%s refused", orders[i][0]);
		TEST_ASSERT_SUCCESS(rte_devargs_add(RTE_DEVTYPE_ALLOWED, orders[i][1]),
				    "%s refused", orders[i][1]);
		TEST_ASSERT_SUCCESS(bus->scan(), "the scan failed");
		TEST_ASSERT_EQUAL(count_devargs(), 1, "%s: not the same device", orders[i][1]);
		devargs = rte_devargs_next("mdev", NULL);
		TEST_ASSERT_EQUAL(strcmp(devargs->name, ALIAS), 0, "wrong name: %s", devargs->name);
		TEST_ASSERT_NOT_NULL(strstr(devargs->args, "key=1"), "old arguments stayed");
		TEST_ASSERT_SUCCESS(mdev_bus_probe(bus), "the probe failed");
		TEST_ASSERT(is_probed(ALIAS), "not attached");
		TEST_ASSERT_SUCCESS(rte_eal_hotplug_remove("mdev", ALIAS), "not detached");
		TEST_ASSERT_SUCCESS(mdev_bus_cleanup(bus), "the cleanup failed");
		TEST_ASSERT_FAIL(bus->parse(ALIAS, NULL), "a name was left");
	}
	TEST_ASSERT(logged(DEV_A, "no longer web1"), "a lost name is not logged");

	TEST_ASSERT_SUCCESS(rte_devargs_add(RTE_DEVTYPE_ALLOWED, WITH_ALIAS(DEV_A, ALIAS)),
			    "refused");
	TEST_ASSERT_FAIL(rte_devargs_add(RTE_DEVTYPE_ALLOWED, WITH_ALIAS(DEV_B, ALIAS)),
			 "two of a name");
	TEST_ASSERT(logged(DEV_B, "is the name of device " DEV_A), "not logged");

	/* also if the first one is not there */
	TEST_ASSERT_SUCCESS(rte_devargs_add(RTE_DEVTYPE_ALLOWED, WITH_ALIAS(DEV_ABSENT, "web1")),
			    "refused");
	TEST_ASSERT_FAIL(rte_devargs_add(RTE_DEVTYPE_ALLOWED, WITH_ALIAS(DEV_B, "web1")),
			 "two of a name");
	TEST_ASSERT(logged(DEV_B, "is the name of device " DEV_ABSENT), "not logged");
	TEST_ASSERT_EQUAL(count_devargs(), 2, "arguments lost");

	return TEST_SUCCESS;
}

/* A device that is not in use may get another name, and lose its own to another device. */
static int
test_alias_changes(void)
{
	TEST_ASSERT_SUCCESS(rte_dev_probe(DEV_A), "not attached");
	TEST_ASSERT_SUCCESS(rte_eal_hotplug_remove("mdev", DEV_A), "not detached");
	TEST_ASSERT_SUCCESS(rte_dev_probe(WITH_ALIAS(DEV_A, ALIAS)), "not renamed");
	TEST_ASSERT_EQUAL(count_devices(NULL), 1, "known by two names");
	TEST_ASSERT_SUCCESS(rte_eal_hotplug_remove("mdev", ALIAS), "not detached");
	TEST_ASSERT_SUCCESS(rte_dev_probe(WITH_ALIAS(DEV_A, "web1")), "not renamed");
	TEST_ASSERT_NULL(find_device(ALIAS), "still known by the old name");
	TEST_ASSERT_SUCCESS(rte_eal_hotplug_remove("mdev", "web1"), "not detached");

	TEST_ASSERT_SUCCESS(rte_dev_probe(WITH_ALIAS(DEV_B, "web1")), "no name for another");
	TEST_ASSERT_EQUAL(strcmp(uuid_of("web1"), DEV_B), 0, "wrong device");
	TEST_ASSERT_SUCCESS(rte_dev_probe(DEV_A), "not attached");
	TEST_ASSERT(is_probed(DEV_A), "not known by its UUID");
	TEST_ASSERT_SUCCESS(rte_eal_hotplug_remove("mdev", "web1"), "not detached");

	/* what is no more needs no name */
	TEST_ASSERT_SUCCESS(unlink(tree("bus/%s", DEV_B)), "not removed");
	TEST_ASSERT_SUCCESS(make_device(DEV_C, TYPE_PLAIN), "cannot make a device");
	TEST_ASSERT_SUCCESS(rte_dev_probe(WITH_ALIAS(DEV_C, "web1")), "no name for another");
	TEST_ASSERT_EQUAL(strcmp(uuid_of("web1"), DEV_C), 0, "wrong device");

	return TEST_SUCCESS;
}

static int result_of_renaming;

static void
rename_meanwhile(void)
{
	result_of_renaming = rte_dev_probe(WITH_ALIAS(DEV_A, "web1"));
}

/* While it is attached or detached, it gets no other name. */
static int
test_alias_meanwhile(void)
{
	probe_meanwhile = rename_meanwhile;
	TEST_ASSERT_SUCCESS(rte_dev_probe(DEV_A), "not attached");
	TEST_ASSERT_EQUAL(result_of_renaming, -EBUSY, "renamed: %d", result_of_renaming);
	TEST_ASSERT(is_probed(DEV_A), "not known by its UUID");

	result_of_renaming = 0;
	probe_meanwhile = NULL;
	remove_meanwhile = rename_meanwhile;
	TEST_ASSERT_SUCCESS(rte_eal_hotplug_remove("mdev", DEV_A), "not detached");
	TEST_ASSERT_EQUAL(result_of_renaming, -EBUSY, "renamed: %d", result_of_renaming);
	remove_meanwhile = NULL;

	TEST_ASSERT_SUCCESS(rte_dev_probe(WITH_ALIAS(DEV_A, "web1")), "not renamed after that");
	TEST_ASSERT(is_probed("web1"), "not known by the alias");

	return TEST_SUCCESS;
}

/* A UUID that was mistyped takes no name away, nor is the device of that name attached. */
static int
test_alias_of_absent(void)
{
	TEST_ASSERT_SUCCESS(rte_dev_probe(WITH_ALIAS(DEV_A, ALIAS)), "not attached");
	TEST_ASSERT_SUCCESS(rte_eal_hotplug_remove("mdev", ALIAS), "not detached");
	TEST_ASSERT_FAIL(rte_dev_probe(WITH_ALIAS(DEV_ABSENT, ALIAS)), "attached");
	TEST_ASSERT(logged(DEV_ABSENT, ALIAS " stays the name of device " DEV_A), "not logged");
	TEST_ASSERT(!is_probed(ALIAS), "another device was attached");
	TEST_ASSERT_EQUAL(strcmp(uuid_of(ALIAS), DEV_A), 0, "the name was lost");
	TEST_ASSERT_SUCCESS(rte_dev_probe(ALIAS), "not attached by its name");

	/* and what is not there keeps none from the device that was meant */
	forget_log();
	TEST_ASSERT_FAIL(rte_dev_probe(WITH_ALIAS(DEV_ABSENT, "web1")), "attached");
	TEST_ASSERT(logged(DEV_ABSENT, "no such mediated device"), "not logged");
	TEST_ASSERT_SUCCESS(rte_dev_probe(WITH_ALIAS(DEV_B, "web1")), "not attached");
	TEST_ASSERT_EQUAL(strcmp(uuid_of("web1"), DEV_B), 0, "wrong device");

	return TEST_SUCCESS;
}

static int
test_alias_of_blocked(void)
{
	TEST_ASSERT_SUCCESS(rte_devargs_add(RTE_DEVTYPE_BLOCKED, WITH_ALIAS(DEV_A, ALIAS)),
			    "not blocked");
	TEST_ASSERT_SUCCESS(scan_all(), "the scan failed");
	TEST_ASSERT_SUCCESS(mdev_bus_probe(bus), "the probe failed");
	TEST_ASSERT(!is_probed(ALIAS) && !is_probed(DEV_A), "a blocked device was attached");

	TEST_ASSERT_SUCCESS(rte_dev_probe(WITH_ALIAS(DEV_A, ALIAS)), "not attached by name");
	TEST_ASSERT_SUCCESS(rte_eal_hotplug_remove("mdev", ALIAS), "not detached");
	TEST_ASSERT_SUCCESS(scan_all(), "the scan failed");
	TEST_ASSERT_SUCCESS(mdev_bus_probe(bus), "the probe failed");
	TEST_ASSERT(!is_probed(ALIAS), "no longer blocked");
	TEST_ASSERT(is_probed(DEV_B), "the other one is blocked, too");

	return TEST_SUCCESS;
}

static int
test_dump(void)
{
	char *text = NULL;
	size_t size;
	FILE *f;
	bool shown;

	TEST_ASSERT_SUCCESS(rte_dev_probe(WITH_ALIAS(DEV_A, ALIAS)), "not attached");
	f = open_memstream(&text, &size);
	TEST_ASSERT_NOT_NULL(f, "no memory");
	rte_bus_dump(f);
	fclose(f);
	shown = strstr(text, " mdev\n  " ALIAS " uuid=" DEV_A ", device_api=" API
		       ", mdev_type=" TYPE_PLAIN ", parent=" PARENT "\n") != NULL;
	fputs(text, stdout);
	free(text);
	TEST_ASSERT(shown, "the dump does not show the device");

	return TEST_SUCCESS;
}

/* The name of another device is no argument, but may be part of one. */
static int
test_two_names(void)
{
	static const char * const bad[] = {
		DEV_A "," DEV_B,
		DEV_A ",key=1," DEV_B,
		DEV_A "," DEV_B ",key=1",
		DEV_A ",keys=[1,2]," DEV_B_UPPER ",key=1",
		"mdev:" DEV_A_UPPER ",mdev:" DEV_B,
	};
	static const char * const good[] = {
		"", ",", "key", "key=" DEV_B, "keys=[" DEV_B "," DEV_C "],key=1",
		"key=1,key=[" DEV_B, DEV_B "0", "aaaa," DEV_B "=1",
	};
	char name[256];
	unsigned int i;

	for (i = 0; i < RTE_DIM(bad); i++) {
		forget_log();
		TEST_ASSERT_EQUAL(rte_dev_probe(bad[i]), -EINVAL, "%s accepted", bad[i]);
		TEST_ASSERT_EQUAL(probes, 0, "%s: a driver was asked", bad[i]);
		TEST_ASSERT(logged(DEV_A, DEV_B), "%s: not logged", bad[i]);
		TEST_ASSERT(!is_probed(DEV_A) && !is_probed(DEV_B), "%s: attached", bad[i]);
	}

	/* the same at start: the others are used */
	TEST_ASSERT_SUCCESS(rte_devargs_add(RTE_DEVTYPE_ALLOWED, bad[0]), "not accepted");
	TEST_ASSERT_SUCCESS(make_device(DEV_C, TYPE_PLAIN), "cannot make a device");
	TEST_ASSERT_SUCCESS(rte_devargs_add(RTE_DEVTYPE_ALLOWED, DEV_C), "not accepted");
	forget_log();
	TEST_ASSERT_SUCCESS(bus->scan(), "the scan failed");
	TEST_ASSERT_SUCCESS(mdev_bus_probe(bus), "the probe failed");
	TEST_ASSERT(logged(DEV_A, DEV_B), "not logged");
	TEST_ASSERT(!is_probed(DEV_A) && !is_probed(DEV_B), "attached");
	TEST_ASSERT(is_probed(DEV_C), "a good device was not attached");

	for (i = 0; i < RTE_DIM(good); i++) {
		snprintf(name, sizeof(name), "%s,%s", DEV_A, good[i]);
		TEST_ASSERT_SUCCESS(rte_dev_probe(name), "%s refused", name);
		TEST_ASSERT_EQUAL(strcmp(probed_args, good[i]), 0, "wrong arguments: %s",
				  probed_args);
		TEST_ASSERT_SUCCESS(rte_eal_hotplug_remove("mdev", DEV_A), "cannot detach");
	}

	return TEST_SUCCESS;
}

/* Names reach this bus, also if another one takes them and was registered before. */
static int
test_greedy_bus(void)
{
	struct rte_devargs devargs;

	greedy_bus_takes = true;
	TEST_ASSERT_SUCCESS(rte_devargs_parse(&devargs, DEV_A), "name refused");
	TEST_ASSERT(devargs.bus == bus, "name went to another bus");
	rte_devargs_reset(&devargs);
	TEST_ASSERT_SUCCESS(rte_dev_probe(DEV_A), "cannot attach");
	TEST_ASSERT_SUCCESS(rte_eal_hotplug_remove("mdev", DEV_A), "cannot detach");

	/* what another bus was told to leave alone, this one does */
	TEST_ASSERT_SUCCESS(rte_devargs_add(RTE_DEVTYPE_BLOCKED,
			"bus=test_mdev_greedy,name=" DEV_A_UPPER), "not accepted");
	TEST_ASSERT_SUCCESS(scan_all(), "the scan failed");
	TEST_ASSERT_SUCCESS(mdev_bus_probe(bus), "the probe failed");
	TEST_ASSERT(!is_probed(DEV_A), "blocked device attached");
	TEST_ASSERT(is_probed(DEV_B), "device not attached");

	return TEST_SUCCESS;
}

/* A bus that gives no other names is not asked which device it is. */
static int
test_older_bus(void)
{
	identified_by_bus = 0;
	TEST_ASSERT(rte_dev_probe("bus=test_mdev_greedy,name=" DEV_A) < 0,
		    "attached on a bus without devices");
	TEST_ASSERT_EQUAL(identified_by_bus, 0, "asked for what it does not write");

	return TEST_SUCCESS;
}

/* Scan, and tell whether that opened the directory of the devices. */
static int
scan_opens_directory(void)
{
	struct inotify_event event;
	int opened;
	int fd;

	fd = inotify_init1(IN_NONBLOCK);
	if (fd < 0)
		return -1;
	if (inotify_add_watch(fd, tree("bus"), IN_OPEN) < 0 || bus->scan() < 0) {
		close(fd);
		return -1;
	}
	opened = read(fd, &event, sizeof(event)) > 0;
	close(fd);

	return opened;
}

static int
test_scan_undefined(void)
{
	TEST_ASSERT_SUCCESS(bus->scan(), "the scan failed");
	TEST_ASSERT_EQUAL(count_devices(NULL), 0, "devices found that nobody named");

	/* after a cleanup, the next scan is the first one */
	TEST_ASSERT_SUCCESS(mdev_bus_cleanup(bus), "the cleanup failed");
	forget_log();
	TEST_ASSERT_SUCCESS(bus->scan(), "the first scan failed");
	TEST_ASSERT(logged("2 mediated device(s)", "-a <uuid>"), "nothing said of opt-in");

	forget_log();
	TEST_ASSERT_SUCCESS(make_device(DEV_C, TYPE_PLAIN), "cannot make a device");
	TEST_ASSERT_SUCCESS(bus->scan(), "the second scan failed");
	TEST_ASSERT(logged("3 mediated device(s)", "-a <uuid>"), "nothing said of one more");

	forget_log();
	TEST_ASSERT_SUCCESS(bus->scan(), "the third scan failed");
	TEST_ASSERT_EQUAL(log_size, log_seen, "the same was said again");

	/* without devices there is nothing to say */
	forget_log();
	unlink(tree("bus/" DEV_A));
	unlink(tree("bus/" DEV_B));
	unlink(tree("bus/" DEV_C));
	TEST_ASSERT_SUCCESS(bus->scan(), "the scan failed without devices");
	remove_tree();
	TEST_ASSERT_SUCCESS(bus->scan(), "the scan failed without a directory");
	TEST_ASSERT_SUCCESS(scan_all(), "the scan of all failed without a directory");
	TEST_ASSERT_EQUAL(log_size, log_seen, "devices announced that are not there");

	return TEST_SUCCESS;
}

static int
test_scan_allowlist(void)
{
	TEST_ASSERT_SUCCESS(rte_devargs_add(RTE_DEVTYPE_ALLOWED, DEV_B_UPPER ",key=1"),
			    "device not accepted");
	TEST_ASSERT_EQUAL(bus->conf.scan_mode, RTE_BUS_SCAN_ALLOWLIST, "wrong scan mode");

	TEST_ASSERT_EQUAL(scan_opens_directory(), 0, "looked at devices that nobody named");
	TEST_ASSERT_EQUAL(count_devices(NULL), 1, "wrong number of devices");
	TEST_ASSERT_NOT_NULL(find_device(DEV_B), "the named device was not found");
	TEST_ASSERT_EQUAL(log_size, 0, "something logged for good devices");

	/* a device that was only named by a hotplug, as well */
	bus->conf.scan_mode = RTE_BUS_SCAN_UNDEFINED;
	TEST_ASSERT_EQUAL(scan_opens_directory(), 0, "looked at devices for a hotplug");
	TEST_ASSERT_EQUAL(count_devices(NULL), 1, "wrong number of devices for a hotplug");

	/* a blocked one is not named */
	TEST_ASSERT_SUCCESS(rte_devargs_add(RTE_DEVTYPE_BLOCKED, DEV_A), "not accepted");
	bus->conf.scan_mode = RTE_BUS_SCAN_ALLOWLIST;
	TEST_ASSERT_SUCCESS(bus->scan(), "the scan failed");
	TEST_ASSERT_EQUAL(count_devices(NULL), 1, "blocked device found");

	return TEST_SUCCESS;
}

static int
test_scan_blocklist(void)
{
	TEST_ASSERT_SUCCESS(make_device(DEV_C, TYPE_PLAIN), "cannot make a device");
	TEST_ASSERT_SUCCESS(rte_devargs_add(RTE_DEVTYPE_BLOCKED, "mdev:" DEV_A_UPPER),
			    "device not accepted");
	TEST_ASSERT_EQUAL(bus->conf.scan_mode, RTE_BUS_SCAN_BLOCKLIST, "wrong scan mode");

	TEST_ASSERT_EQUAL(scan_opens_directory(), 1, "did not look for devices");
	TEST_ASSERT_EQUAL(count_devices(NULL), 2, "wrong number of devices");
	TEST_ASSERT_NULL(find_device(DEV_A), "blocked device found");
	TEST_ASSERT_NOT_NULL(find_device(DEV_B), "device not found");
	TEST_ASSERT_NOT_NULL(find_device(DEV_C), "device not found");
	TEST_ASSERT_EQUAL(log_size, 0, "something logged for good devices");

	return TEST_SUCCESS;
}

/* If it is unclear which device to block, none is used. */
static int
test_scan_bad_blocklist(void)
{
	TEST_ASSERT_SUCCESS(rte_devargs_add(RTE_DEVTYPE_BLOCKED, DEV_A "0"), "refused");
	TEST_ASSERT_EQUAL(bus->conf.scan_mode, RTE_BUS_SCAN_BLOCKLIST, "wrong scan mode");

	TEST_ASSERT_EQUAL(scan_opens_directory(), 0, "looked for devices");
	TEST_ASSERT_EQUAL(count_devices(NULL), 0, "device found");
	TEST_ASSERT(logged(DEV_A "0", "not a UUID"), "malformed UUID not logged");

	return TEST_SUCCESS;
}

static int
test_named_but_bad(void)
{
	TEST_ASSERT_SUCCESS(rte_devargs_add(RTE_DEVTYPE_ALLOWED, DEV_ABSENT), "refused");
	TEST_ASSERT_SUCCESS(rte_devargs_add(RTE_DEVTYPE_ALLOWED, "mdev:eth0"), "refused");
	TEST_ASSERT_SUCCESS(rte_devargs_add(RTE_DEVTYPE_ALLOWED, DEV_A "0"), "refused");
	TEST_ASSERT_SUCCESS(rte_devargs_add(RTE_DEVTYPE_ALLOWED, "bus=mdev"), "refused");
	TEST_ASSERT_SUCCESS(rte_devargs_add(RTE_DEVTYPE_ALLOWED, DEV_B), "refused");

	TEST_ASSERT_SUCCESS(bus->scan(), "the scan failed");
	TEST_ASSERT_EQUAL(count_devices(NULL), 1, "wrong number of devices");
	TEST_ASSERT_NOT_NULL(find_device(DEV_B), "the good device was not found");
	TEST_ASSERT(logged(DEV_ABSENT, "no such mediated device"), "absent device not logged");
	TEST_ASSERT(logged("mdev:eth0", "not a UUID"), "malformed name not logged");
	TEST_ASSERT(logged(DEV_A "0", "not a UUID"), "malformed UUID not logged");
	TEST_ASSERT(logged("bus=mdev", "names no device"), "absent name not logged");

	return TEST_SUCCESS;
}

static int
test_dispatch(void)
{
	struct rte_mdev_driver * const order[][2] = {
		{ &generic_driver, &special_driver },
		{ &special_driver, &generic_driver },
	};
	unsigned int i;

	for (i = 0; i < RTE_DIM(order); i++) {
		set_registered(&generic_driver, false);
		set_registered(&special_driver, false);
		TEST_ASSERT_SUCCESS(scan_all(), "the scan failed");
		TEST_ASSERT_NULL(driver_of(DEV_A), "driver from nowhere");
		TEST_ASSERT(logged(DEV_A, "no driver for device API " API), "not logged");

		/* devices that are not in use go to a driver that comes later */
		set_registered(order[i][0], true);
		set_registered(order[i][1], true);
		TEST_ASSERT_SUCCESS(scan_all(), "the scan failed");
		TEST_ASSERT(driver_of(DEV_A) == &generic_driver, "wrong driver, order %u", i);
		TEST_ASSERT(driver_of(DEV_B) == &special_driver, "wrong driver, order %u", i);
	}

	/* the type alone is not enough */
	set_registered(&generic_driver, false);
	TEST_ASSERT_SUCCESS(make_type(TYPE_SPECIAL, API "2\n"), "cannot change a type");
	TEST_ASSERT_SUCCESS(scan_all(), "the scan failed");
	TEST_ASSERT_NULL(driver_of(DEV_B), "driver of another API taken");

	return TEST_SUCCESS;
}

static int
test_unknown_api(void)
{
	TEST_ASSERT_SUCCESS(make_type("foreign", "foreign-api\n"), "cannot make a type");
	TEST_ASSERT_SUCCESS(make_device(DEV_C, "foreign"), "cannot make a device");

	TEST_ASSERT_EQUAL(rte_dev_probe(DEV_C), -ENOTSUP, "device of unknown API attached");
	TEST_ASSERT(!is_probed(DEV_C), "device of unknown API in use");
	TEST_ASSERT_EQUAL(probes, 0, "a driver was asked");
	TEST_ASSERT(logged(DEV_C, "no driver for device API foreign-api (type foreign)"),
		    "not logged");

	TEST_ASSERT_SUCCESS(rte_dev_probe(DEV_A), "the next device cannot be attached");
	TEST_ASSERT(is_probed(DEV_A), "the next device was not attached");

	return TEST_SUCCESS;
}

static int
test_iterate(void)
{
	static const struct {
		const char *filter;
		unsigned int count;
	} good[] = {
		{ "uuid=" DEV_A, 1 },
		{ "uuid=" DEV_A_UPPER, 1 },
		{ "name=" DEV_A_UPPER, 1 },
		{ "uuid=" DEV_ABSENT, 0 },
		{ "name=" DEV_ABSENT, 0 },
		{ "uuid=eth0", 0 },
		{ "device_api=" API, 2 },
		{ "device_api=foreign-api", 0 },
		{ "mdev_type=" TYPE_SPECIAL, 1 },
		{ "mdev_type=TEST-SPECIAL", 0 },
		{ "uuid=" DEV_A ",device_api=" API ",mdev_type=" TYPE_PLAIN, 1 },
		{ "uuid=" DEV_A ",mdev_type=" TYPE_SPECIAL, 0 },
	};
	struct rte_dev_iterator it;
	struct rte_device *dev;
	unsigned int i;

	TEST_ASSERT_SUCCESS(scan_all(), "the scan failed");
	TEST_ASSERT_EQUAL(count_devices(NULL), 2, "wrong number without a filter");
	for (i = 0; i < RTE_DIM(good); i++)
		TEST_ASSERT_EQUAL(count_devices(good[i].filter), good[i].count,
				  "wrong number for %s", good[i].filter);

	RTE_DEV_FOREACH(dev, "bus=mdev,mdev_type=" TYPE_SPECIAL, &it)
		TEST_ASSERT_EQUAL(strcmp(rte_dev_name(dev), DEV_B), 0,
				  "wrong device: %s", rte_dev_name(dev));

	rte_errno = 0;
	TEST_ASSERT_EQUAL(count_devices("type=" TYPE_PLAIN), 0, "wrong key accepted");
	TEST_ASSERT_EQUAL(rte_errno, EINVAL, "wrong key: errno %d", rte_errno);
	TEST_ASSERT(logged("type=" TYPE_PLAIN, "the keys are"), "wrong key not logged");

	return TEST_SUCCESS;
}

static int
test_attributes(void)
{
	static const struct {
		const char *text;
		int node;
	} nodes[] = {
		{ "0\n", 0 },
		{ "1\n", 1 },
		{ "-1\n", SOCKET_ID_ANY },
		{ "x\n", SOCKET_ID_ANY },
		{ "1x\n", SOCKET_ID_ANY },
		{ "\n", SOCKET_ID_ANY },
		{ "1000000\n", SOCKET_ID_ANY },
		{ "99999999999999999999\n", SOCKET_ID_ANY },
	};
	const char *info = "uuid=" DEV_A ", device_api=" API ", mdev_type=" TYPE_PLAIN
			   ", parent=" PARENT;
	const struct rte_mdev_device *mdev;
	const struct rte_device *dev;
	char path[PATH_MAX];
	unsigned int i;

	TEST_ASSERT_SUCCESS(scan_all(), "the scan failed");
	dev = find_device(DEV_A);
	TEST_ASSERT_NOT_NULL(dev, "the device was not found");
	TEST_ASSERT(rte_dev_bus(dev) == bus, "wrong bus");
	TEST_ASSERT_EQUAL(rte_dev_numa_node(dev), SOCKET_ID_ANY, "NUMA node from nowhere");
	TEST_ASSERT_EQUAL(strcmp(rte_dev_bus_info(dev), info), 0,
			  "wrong bus information: %s", rte_dev_bus_info(dev));

	mdev = rte_mdev_from_device(dev);
	TEST_ASSERT_EQUAL(strcmp(mdev->name, DEV_A), 0, "wrong name: %s", mdev->name);
	TEST_ASSERT_EQUAL(strcmp(mdev->device_api, API), 0, "wrong API: %s", mdev->device_api);
	TEST_ASSERT_EQUAL(strcmp(mdev->mdev_type, TYPE_PLAIN), 0,
			  "wrong type: %s", mdev->mdev_type);

	/* a way to the device that does not need its link */
	unlink(tree("bus/" DEV_A));
	snprintf(path, sizeof(path), "%s/%s/mdev_type", mdev->parent_path, mdev->name);
	TEST_ASSERT_SUCCESS(access(path, F_OK), "no %s", path);
	TEST_ASSERT_SUCCESS(symlink("../devices/" PARENT "/" DEV_A, tree("bus/" DEV_A)),
			    "cannot restore the link");

	for (i = 0; i < RTE_DIM(nodes); i++) {
		TEST_ASSERT_SUCCESS(write_file(tree("devices/" PARENT "/numa_node"),
					       nodes[i].text), "cannot write the NUMA node");
		TEST_ASSERT_SUCCESS(scan_all(), "the scan failed");
		TEST_ASSERT_EQUAL(rte_dev_numa_node(find_device(DEV_A)), nodes[i].node,
				  "wrong NUMA node for %s", nodes[i].text);
	}

	return TEST_SUCCESS;
}

static int
test_vanished(void)
{
	TEST_ASSERT_SUCCESS(scan_all(), "the scan failed");
	TEST_ASSERT_EQUAL(count_devices(NULL), 2, "wrong number of devices");

	/* between two scans */
	unlink(tree("bus/" DEV_A));
	TEST_ASSERT_SUCCESS(scan_all(), "the scan failed without a device");
	TEST_ASSERT_EQUAL(count_devices(NULL), 1, "the device that vanished is still there");
	TEST_ASSERT_NOT_NULL(find_device(DEV_B), "another device vanished");

	/* during a scan */
	TEST_ASSERT_SUCCESS(symlink("../devices/" PARENT "/absent", tree("bus/" DEV_C)),
			    "cannot make a dangling link");
	TEST_ASSERT_SUCCESS(scan_all(), "the scan failed with a dangling link");
	TEST_ASSERT_EQUAL(count_devices(NULL), 1, "a dangling link became a device");
	TEST_ASSERT(logged(DEV_C, "no such mediated device"), "dangling link not logged");

	/* while it is in use */
	TEST_ASSERT_SUCCESS(rte_dev_probe(DEV_B), "cannot attach");
	unlink(tree("bus/" DEV_B));
	TEST_ASSERT_SUCCESS(bus->scan(), "the scan failed without a device in use");
	TEST_ASSERT(is_probed(DEV_B), "a device in use was forgotten");
	TEST_ASSERT_SUCCESS(rte_dev_remove(find_device(DEV_B)), "cannot detach");
	TEST_ASSERT_EQUAL(removals, 1, "the driver was not asked to release the device");
	TEST_ASSERT_SUCCESS(bus->scan(), "the scan failed");
	TEST_ASSERT_NULL(find_device(DEV_B), "the device that vanished is still there");

	return TEST_SUCCESS;
}

/* A pointer to a device outlives the device, and leads to it if it comes back. */
static int
test_returned(void)
{
	struct rte_device *dev;

	TEST_ASSERT_SUCCESS(scan_all(), "the scan failed");
	dev = find_device(DEV_A);
	TEST_ASSERT_NOT_NULL(dev, "the device was not found");

	unlink(tree("bus/" DEV_A));
	TEST_ASSERT_SUCCESS(scan_all(), "the scan failed without a device");
	TEST_ASSERT_NULL(find_device(DEV_A), "the device that vanished is still there");
	TEST_ASSERT_EQUAL(strcmp(rte_dev_name(dev), DEV_A), 0, "wrong name");
	TEST_ASSERT_EQUAL(mdev_bus_attach(dev), -ENODEV, "attached what vanished");
	TEST_ASSERT_EQUAL(rte_dev_remove(dev), -ENOENT, "detached what vanished");

	TEST_ASSERT_SUCCESS(symlink("../devices/" PARENT "/" DEV_A, tree("bus/" DEV_A)),
			    "cannot restore the link");
	TEST_ASSERT_SUCCESS(scan_all(), "the scan failed");
	TEST_ASSERT(find_device(DEV_A) == dev, "another device came back");

	/* a device of another type, and the first one again */
	unlink(tree("devices/" PARENT "/" DEV_A "/mdev_type"));
	TEST_ASSERT_SUCCESS(symlink("../mdev_supported_types/" TYPE_SPECIAL,
			tree("devices/" PARENT "/" DEV_A "/mdev_type")), "cannot change a type");
	TEST_ASSERT_SUCCESS(scan_all(), "the scan failed");
	TEST_ASSERT_EQUAL(count_devices(NULL), 2, "wrong number of devices");
	TEST_ASSERT(find_device(DEV_A) != dev, "an object became another device");
	TEST_ASSERT_EQUAL(count_devices("mdev_type=" TYPE_PLAIN), 0, "the old device is there");
	unlink(tree("devices/" PARENT "/" DEV_A "/mdev_type"));
	TEST_ASSERT_SUCCESS(symlink("../mdev_supported_types/" TYPE_PLAIN,
			tree("devices/" PARENT "/" DEV_A "/mdev_type")), "cannot change a type");
	TEST_ASSERT_SUCCESS(scan_all(), "the scan failed");
	TEST_ASSERT_EQUAL(count_devices(NULL), 2, "wrong number of devices");
	TEST_ASSERT(find_device(DEV_A) == dev, "another device came back");

	return TEST_SUCCESS;
}

static int
test_malformed(void)
{
	static const char * const apis[] = { "", "\n", "an-api-that-is-longer-than-31-bytes\n" };
	unsigned int i;

	TEST_ASSERT_SUCCESS(make_dir(tree("bus/not-a-uuid")), "cannot make a directory");
	TEST_ASSERT_SUCCESS(scan_all(), "the scan failed with a wrong name");
	TEST_ASSERT_EQUAL(count_devices(NULL), 2, "wrong number of devices");
	TEST_ASSERT(logged("not-a-uuid", "not named by a UUID"), "wrong name not logged");

	TEST_ASSERT_SUCCESS(make_type("broken", ""), "cannot make a type");
	TEST_ASSERT_SUCCESS(make_device(DEV_C, "broken"), "cannot make a device");
	for (i = 0; i < RTE_DIM(apis); i++) {
		forget_log();
		TEST_ASSERT_SUCCESS(make_type("broken", apis[i]), "cannot change a type");
		TEST_ASSERT_SUCCESS(scan_all(), "the scan failed with API %s", apis[i]);
		TEST_ASSERT_EQUAL(count_devices(NULL), 2, "a device with API %s", apis[i]);
		TEST_ASSERT(logged(DEV_C, "cannot read the mediated device"),
			    "API %s not logged", apis[i]);
	}

	forget_log();
	unlink(tree("devices/" PARENT "/" DEV_C "/mdev_type"));
	TEST_ASSERT_SUCCESS(scan_all(), "the scan failed without a type");
	TEST_ASSERT_EQUAL(count_devices(NULL), 2, "a device without a type");
	TEST_ASSERT(logged(DEV_C, ""), "missing type not logged");

	return TEST_SUCCESS;
}

static int
test_hotplug(void)
{
	TEST_ASSERT_SUCCESS(rte_eal_hotplug_add("mdev", DEV_A, "key=1"), "cannot attach");
	TEST_ASSERT_EQUAL(probes, 1, "probed %u times", probes);
	TEST_ASSERT(is_probed(DEV_A), "not attached");
	TEST_ASSERT(rte_dev_driver(find_device(DEV_A)) == &generic_driver.driver,
		    "wrong driver");
	TEST_ASSERT_EQUAL(strcmp(probed_args, "key=1"), 0, "wrong arguments: %s", probed_args);
	TEST_ASSERT_NULL(find_device(DEV_B), "another device was attached");

	TEST_ASSERT_EQUAL(rte_dev_probe(DEV_A), -EEXIST, "attached once more");
	TEST_ASSERT_EQUAL(probes, 1, "a device in use was probed");
	TEST_ASSERT(is_probed(DEV_A), "attached once more, it is gone");

	TEST_ASSERT_SUCCESS(rte_dev_probe(DEV_B_UPPER), "cannot attach a second device");
	TEST_ASSERT(is_probed(DEV_A) && is_probed(DEV_B), "not both attached");

	/* a driver may keep its device */
	remove_result = -EBUSY;
	TEST_ASSERT_EQUAL(rte_eal_hotplug_remove("mdev", DEV_A), -EBUSY, "detached");
	TEST_ASSERT(is_probed(DEV_A), "the device that its driver keeps is gone");

	remove_result = 0;
	removals = 0;
	TEST_ASSERT_SUCCESS(rte_eal_hotplug_remove("mdev", DEV_A), "cannot detach");
	TEST_ASSERT_EQUAL(removals, 1, "removed %u times", removals);
	TEST_ASSERT(!is_probed(DEV_A), "not detached");
	TEST_ASSERT(is_probed(DEV_B), "detached both");

	TEST_ASSERT_SUCCESS(rte_dev_probe("mdev:" DEV_A), "cannot attach again");
	TEST_ASSERT(is_probed(DEV_A), "not attached again");
	TEST_ASSERT_EQUAL(strcmp(probed_args, ""), 0, "old arguments: %s", probed_args);

	return TEST_SUCCESS;
}

/* Who keeps a pointer to a detached device gets an error. */
static int
test_detached_twice(void)
{
	struct rte_device *dev;

	TEST_ASSERT_SUCCESS(rte_dev_probe(DEV_A), "cannot attach");
	dev = find_device(DEV_A);
	TEST_ASSERT_SUCCESS(rte_dev_remove(dev), "cannot detach");
	TEST_ASSERT_EQUAL(count_devargs(), 0, "its arguments stayed");
	TEST_ASSERT_SUCCESS(rte_dev_probe(DEV_B), "cannot attach another device");

	TEST_ASSERT_EQUAL(rte_dev_remove(dev), -ENOENT, "detached twice");
	TEST_ASSERT_EQUAL(removals, 1, "removed %u times", removals);
	TEST_ASSERT(find_device(DEV_A) == dev, "the device moved");

	TEST_ASSERT_SUCCESS(rte_dev_probe(DEV_A), "cannot attach again");
	TEST_ASSERT(rte_dev_is_probed(dev), "another device was attached");

	return TEST_SUCCESS;
}

/* Let what was freed just now belong to others for a while. */
static void
reuse_memory(void)
{
	void *blocks[64];
	unsigned int i;

	for (i = 0; i < RTE_DIM(blocks); i++) {
		blocks[i] = malloc((i + 1) * 16);
		if (blocks[i] != NULL)
			memset(blocks[i], 0x55, (i + 1) * 16);
	}
	for (i = 0; i < RTE_DIM(blocks); i++)
		free(blocks[i]);
}

/* Who has come to the arguments of a device may read on when it is detached. */
static int
test_arguments_of_detached(void)
{
	const struct rte_devargs *devargs;
	struct rte_device *dev;

	TEST_ASSERT_SUCCESS(rte_dev_probe(DEV_A ",key=1"), "cannot attach");
	dev = find_device(DEV_A);
	devargs = rte_dev_devargs(dev);

	TEST_ASSERT_SUCCESS(rte_dev_remove(dev), "cannot detach");
	reuse_memory();
	TEST_ASSERT_EQUAL(strcmp(devargs->name, DEV_A), 0, "the arguments are gone");
	TEST_ASSERT(rte_dev_devargs(dev) == NULL, "the device has them still");

	TEST_ASSERT_SUCCESS(rte_dev_probe(DEV_A ",key=2"), "cannot attach again");
	TEST_ASSERT_EQUAL(strcmp(rte_dev_devargs(dev)->args, "key=2"), 0, "old arguments");

	return TEST_SUCCESS;
}

/* Nobody names a device any more that was detached. */
static int
test_detached_for_good(void)
{
	/* by hotplug, without a policy of the user */
	TEST_ASSERT_SUCCESS(rte_dev_probe(DEV_A), "cannot attach");
	TEST_ASSERT_SUCCESS(rte_eal_hotplug_remove("mdev", DEV_A), "cannot detach");
	TEST_ASSERT_SUCCESS(mdev_bus_probe(bus), "the probe failed");
	TEST_ASSERT(!is_probed(DEV_A), "attached again");
	TEST_ASSERT_SUCCESS(bus->scan(), "the scan failed");
	TEST_ASSERT_SUCCESS(mdev_bus_probe(bus), "the probe failed");
	TEST_ASSERT(!is_probed(DEV_A), "attached again");

	/* by option */
	TEST_ASSERT_SUCCESS(rte_devargs_add(RTE_DEVTYPE_ALLOWED, DEV_A), "not accepted");
	TEST_ASSERT_SUCCESS(bus->scan(), "the scan failed");
	TEST_ASSERT_SUCCESS(mdev_bus_probe(bus), "the probe failed");
	TEST_ASSERT(is_probed(DEV_A), "not attached");
	TEST_ASSERT_SUCCESS(rte_eal_hotplug_remove("mdev", DEV_A), "cannot detach");
	TEST_ASSERT_SUCCESS(mdev_bus_probe(bus), "the probe failed");
	TEST_ASSERT(!is_probed(DEV_A), "attached again");

	return TEST_SUCCESS;
}

/* What was blocked at start-up is attached when it is named, and only then. */
static int
test_blocked_for_good(void)
{
	bus->conf.scan_mode = RTE_BUS_SCAN_UNDEFINED;
	TEST_ASSERT_SUCCESS(rte_devargs_add(RTE_DEVTYPE_BLOCKED, DEV_A_UPPER), "not accepted");
	TEST_ASSERT_SUCCESS(rte_devargs_add(RTE_DEVTYPE_BLOCKED, DEV_C), "not accepted");
	TEST_ASSERT_SUCCESS(bus->scan(), "the scan failed");

	TEST_ASSERT_SUCCESS(rte_dev_probe(DEV_A), "cannot attach");
	TEST_ASSERT_SUCCESS(rte_eal_hotplug_remove("mdev", DEV_A), "cannot detach");
	TEST_ASSERT_SUCCESS(bus->scan(), "the scan failed");
	TEST_ASSERT_SUCCESS(mdev_bus_probe(bus), "the probe failed");
	TEST_ASSERT(!is_probed(DEV_A), "attached in spite of -b after it was detached");
	TEST_ASSERT(is_probed(DEV_B), "another device was not attached");

	/* its driver fails */
	probe_result = -EPERM;
	TEST_ASSERT_EQUAL(rte_dev_probe(DEV_A), -EPERM, "attached");
	probe_result = 0;
	/* it is absent, and comes later */
	TEST_ASSERT_EQUAL(rte_dev_probe(DEV_C), -ENODEV, "attached");
	TEST_ASSERT_SUCCESS(make_device(DEV_C, TYPE_PLAIN), "cannot make a device");
	TEST_ASSERT_SUCCESS(bus->scan(), "the scan failed");
	TEST_ASSERT_SUCCESS(mdev_bus_probe(bus), "the probe failed");
	TEST_ASSERT(!is_probed(DEV_A), "attached in spite of -b after it failed");
	TEST_ASSERT(!is_probed(DEV_C), "attached in spite of -b after it was absent");

	TEST_ASSERT_SUCCESS(rte_dev_probe(DEV_C), "cannot attach by name");

	return TEST_SUCCESS;
}

/* Arguments that cannot be parsed change nothing. */
static int
test_bad_arguments_of_attached(void)
{
	TEST_ASSERT_SUCCESS(rte_dev_probe("mdev:" DEV_A ",key=1"), "cannot attach");
	TEST_ASSERT_EQUAL(count_devargs(), 1, "no arguments");
	TEST_ASSERT_FAIL(rte_dev_probe("bus=mdev,name=" DEV_A "," DEV_B), "accepted");
	TEST_ASSERT_EQUAL(count_devargs(), 1, "the arguments of a device in use are lost");
	TEST_ASSERT_FAIL(rte_dev_probe("class=eth"), "a device without a bus was accepted");

	return TEST_SUCCESS;
}

/* Each attachment has a number, and is on record as long as it lasts. */
static int
test_numbers(void)
{
	uint32_t first, second;

	TEST_ASSERT_SUCCESS(rte_dev_probe(DEV_A), "cannot attach");
	first = probed_number;
	TEST_ASSERT(first != 0, "no number while probed");
	TEST_ASSERT_EQUAL(rte_mdev_from_device(find_device(DEV_A))->number, first,
			  "the number changed");
	TEST_ASSERT_EQUAL(count_records(), 1, "%u records", count_records());

	TEST_ASSERT_SUCCESS(rte_dev_probe(DEV_B), "cannot attach");
	second = probed_number;
	TEST_ASSERT(second != 0 && second != first, "number %u twice", first);
	TEST_ASSERT_EQUAL(count_records(), 2, "%u records", count_records());

	/* a driver may keep its device */
	remove_result = -EBUSY;
	TEST_ASSERT_FAIL(rte_eal_hotplug_remove("mdev", DEV_A), "detached");
	TEST_ASSERT_EQUAL(count_records(), 2, "%u records", count_records());
	remove_result = 0;
	TEST_ASSERT_SUCCESS(rte_eal_hotplug_remove("mdev", DEV_A), "cannot detach");
	TEST_ASSERT_EQUAL(count_records(), 1, "%u records", count_records());

	probe_result = -EPERM;
	TEST_ASSERT_FAIL(rte_dev_probe(DEV_A), "attached");
	TEST_ASSERT(probed_number != first && probed_number != second, "a number twice");
	first = probed_number;
	TEST_ASSERT_EQUAL(count_records(), 1, "%u records", count_records());
	probe_result = 0;
	TEST_ASSERT_SUCCESS(rte_dev_probe(DEV_A), "cannot attach");
	TEST_ASSERT(probed_number != first && probed_number != second, "a number twice");

	return TEST_SUCCESS;
}

/* Some drivers have room for a byte of it. */
static int
check_lowest_bytes(uint32_t first)
{
	unsigned int i;

	for (i = 0; i <= UINT8_MAX; i++) {
		TEST_ASSERT_SUCCESS(rte_dev_probe(DEV_A), "cannot attach");
		TEST_ASSERT(probed_number > first, "number %u after %u", probed_number, first);
		TEST_ASSERT((probed_number & UINT8_MAX) != (first & UINT8_MAX), "%u ends like %u",
			    probed_number, first);
		TEST_ASSERT_SUCCESS(rte_eal_hotplug_remove("mdev", DEV_A), "cannot detach");
	}

	return TEST_SUCCESS;
}

static int
test_lowest_bytes(void)
{
	uint32_t first;
	unsigned int i;

	TEST_ASSERT_SUCCESS(rte_dev_probe(DEV_B), "cannot attach");
	first = probed_number;
	TEST_ASSERT_SUCCESS(check_lowest_bytes(first), "the first time");

	/* what cannot be attached keeps none */
	probe_result = -EPERM;
	for (i = 0; i <= UINT8_MAX; i++)
		TEST_ASSERT_FAIL(rte_dev_probe(DEV_A), "attached");
	probe_result = 0;
	TEST_ASSERT_SUCCESS(check_lowest_bytes(first), "after failures");

	return TEST_SUCCESS;
}

static struct rte_device *changing_device;
static int attach_result, detach_result;

static uint32_t
change_device(void *arg __rte_unused)
{
	attach_result = mdev_bus_attach(changing_device);
	detach_result = mdev_bus_detach(changing_device);

	return 0;
}

static void
change_meanwhile(void)
{
	rte_thread_t thread;

	if (rte_thread_create(&thread, NULL, change_device, NULL) == 0)
		rte_thread_join(thread, NULL);
}

/* A device that one thread attaches or detaches is no other thread's business. */
static int
test_changing(void)
{
	TEST_ASSERT_SUCCESS(scan_all(), "the scan failed");
	changing_device = find_device(DEV_A);
	probe_meanwhile = remove_meanwhile = change_meanwhile;

	TEST_ASSERT_SUCCESS(mdev_bus_attach(changing_device), "cannot attach");
	TEST_ASSERT_EQUAL(attach_result, -EBUSY, "attached twice: %d", attach_result);
	TEST_ASSERT_EQUAL(detach_result, -EBUSY, "detached too early: %d", detach_result);
	TEST_ASSERT(is_probed(DEV_A), "not attached");
	TEST_ASSERT(logged(DEV_A, "another thread"), "not logged");
	TEST_ASSERT_EQUAL(mdev_bus_attach(changing_device), -EEXIST, "attached twice");

	attach_result = detach_result = 0;
	TEST_ASSERT_SUCCESS(mdev_bus_detach(changing_device), "cannot detach");
	TEST_ASSERT_EQUAL(attach_result, -EBUSY, "attached too early: %d", attach_result);
	TEST_ASSERT_EQUAL(detach_result, -EBUSY, "detached twice: %d", detach_result);
	TEST_ASSERT(!is_probed(DEV_A), "not detached");
	TEST_ASSERT_EQUAL(mdev_bus_detach(changing_device), -ENOENT, "detached twice");
	TEST_ASSERT_EQUAL(probes, 1, "probed %u times", probes);

	return TEST_SUCCESS;
}

/*
 * Threads that attach and detach the same devices, scan, look for devices and read what
 * they find, while devices come and go.
 */
#define STRESS_MS 2000

static uint64_t stress_end;

static bool
stress_goes_on(void)
{
	return rte_get_timer_cycles() < stress_end;
}

static uint32_t
stress_attach(void *arg __rte_unused)
{
	struct rte_dev_iterator it;
	struct rte_device *dev;

	while (stress_goes_on()) {
		RTE_DEV_FOREACH(dev, "bus=mdev", &it) {
			mdev_bus_attach(dev);
			mdev_bus_detach(dev);
		}
	}

	return 0;
}

static uint32_t
stress_scan(void *arg __rte_unused)
{
	while (stress_goes_on())
		bus->scan();

	return 0;
}

/* A device comes and goes, and another one changes its type. */
static uint32_t
stress_vanish(void *arg __rte_unused)
{
	static const char * const targets[] = {
		"../mdev_supported_types/" TYPE_PLAIN,
		"../mdev_supported_types/" TYPE_SPECIAL,
	};
	char link[PATH_MAX], type[PATH_MAX];
	unsigned int i;

	strlcpy(link, tree("bus/" DEV_A), sizeof(link));
	strlcpy(type, tree("devices/" PARENT "/" DEV_B "/mdev_type"), sizeof(type));
	for (i = 0; stress_goes_on(); i++) {
		unlink(link);
		unlink(type);
		bus->scan();
		if (symlink("../devices/" PARENT "/" DEV_A, link) != 0 ||
				symlink(targets[i % RTE_DIM(targets)], type) != 0)
			break;
		bus->scan();
	}

	return 0;
}

static uint32_t
stress_read(void *sum)
{
	size_t *what_was_read = sum;
	struct rte_dev_iterator it;
	struct rte_device *dev;

	while (stress_goes_on()) {
		RTE_DEV_FOREACH(dev, "bus=mdev,device_api=" API, &it) {
			*what_was_read += strlen(rte_dev_name(dev)) +
				strlen(rte_dev_bus_info(dev)) + rte_dev_numa_node(dev) +
				(rte_bus_find_by_device(dev) != NULL);
		}
		*what_was_read += bus->get_iommu_class();
	}

	return 0;
}

static int
test_stress(void)
{
	static uint32_t (* const work[])(void *) = {
		stress_attach, stress_attach, stress_scan, stress_vanish, stress_read, stress_read,
	};
	rte_thread_t threads[RTE_DIM(work)];
	size_t sums[RTE_DIM(work)] = { 0 };
	struct rte_dev_iterator it;
	unsigned int i, started;
	struct rte_device *dev;

	set_registered(&generic_driver, false);
	set_registered(&stress_driver, true);
	TEST_ASSERT_SUCCESS(make_device(DEV_C, TYPE_PLAIN), "cannot make a device");
	TEST_ASSERT_SUCCESS(scan_all(), "the scan failed");
	/* it says what cannot be done at the moment */
	rte_log_set_level(mdev_bus_logtype, RTE_LOG_EMERG);

	stress_end = rte_get_timer_cycles() + STRESS_MS * rte_get_timer_hz() / 1000;
	for (started = 0; started < RTE_DIM(work); started++) {
		if (rte_thread_create(&threads[started], NULL, work[started], &sums[started]) != 0)
			break;
	}
	for (i = 0; i < started; i++)
		rte_thread_join(threads[i], NULL);
	rte_log_set_level(mdev_bus_logtype, RTE_LOG_NOTICE);
	TEST_ASSERT_EQUAL(started, RTE_DIM(work), "cannot start threads");

	TEST_ASSERT_SUCCESS(bus->scan(), "the scan failed");
	TEST_ASSERT_EQUAL(count_devices(NULL), 3, "wrong number of devices");
	TEST_ASSERT_EQUAL(count_records(), 0, "%u records", count_records());
	RTE_DEV_FOREACH(dev, "bus=mdev", &it) {
		struct stress_device *stressed = container_of(dev, struct stress_device, device);

		TEST_ASSERT(!rte_dev_is_probed(dev), "%s is still attached", dev->name);
		TEST_ASSERT_EQUAL(stressed->overlaps, 0, "%s: %u overlaps", dev->name,
				  stressed->overlaps);
		TEST_ASSERT_SUCCESS(rte_dev_probe(dev->name), "cannot attach %s", dev->name);
	}

	return TEST_SUCCESS;
}

static int
check_args(const char *uuid, const char *args)
{
	const struct rte_devargs *devargs = find_device(uuid)->devargs;

	TEST_ASSERT_NOT_NULL(devargs, "no arguments");
	TEST_ASSERT_EQUAL(strcmp(devargs->args, args), 0, "arguments %s", devargs->args);

	return TEST_SUCCESS;
}

/* A device in use works on with the arguments that its driver took last. */
static int
test_attached_again(void)
{
	TEST_ASSERT_SUCCESS(rte_dev_probe(DEV_A ",key=1"), "cannot attach");

	TEST_ASSERT_EQUAL(rte_dev_probe(DEV_A ",key=2"), -EEXIST, "attached once more");
	TEST_ASSERT_EQUAL(probes, 1, "probed %u times", probes);
	TEST_ASSERT_SUCCESS(check_args(DEV_A, "key=1"), "after -EEXIST");
	TEST_ASSERT_SUCCESS(bus->scan(), "cannot scan");
	TEST_ASSERT_SUCCESS(check_args(DEV_A, "key=1"), "after a scan");

	generic_driver.probe_again = test_probe;
	probe_result = -EIO;
	TEST_ASSERT_EQUAL(rte_dev_probe(DEV_A ",key=3"), -EIO, "no error");
	TEST_ASSERT_EQUAL(strcmp(probed_args, "key=3"), 0, "probed with %s", probed_args);
	TEST_ASSERT_SUCCESS(check_args(DEV_A, "key=1"), "after an error");
	TEST_ASSERT(is_probed(DEV_A), "detached by an error");

	probe_result = 0;
	TEST_ASSERT_SUCCESS(rte_dev_probe(DEV_A ",key=4"), "not probed again");
	TEST_ASSERT_EQUAL(probes, 3, "probed %u times", probes);
	TEST_ASSERT_SUCCESS(check_args(DEV_A, "key=4"), "after success");
	TEST_ASSERT_SUCCESS(rte_dev_probe("bus=mdev,uuid=" DEV_A "/driver=x,key=5"),
			    "not probed again");
	TEST_ASSERT_SUCCESS(check_args(DEV_A, "driver=x,key=5"), "with layers");

	TEST_ASSERT_SUCCESS(rte_dev_remove(find_device(DEV_A)), "cannot detach");
	TEST_ASSERT_EQUAL(count_devargs(), 0, "its arguments stayed");

	return TEST_SUCCESS;
}

static bool other_ended;

static uint32_t
attach_to_other_bus(void *arg __rte_unused)
{
	/* there is no such device, and it is known at once */
	other_ended = rte_eal_hotplug_add("vdev", "bus_mdev_none", "") != 0;

	return 0;
}

static void
wait_for_other_bus(void)
{
	rte_thread_t thread;

	if (rte_thread_create(&thread, NULL, attach_to_other_bus, NULL) == 0)
		rte_thread_join(thread, NULL);
}

/*
 * Drivers that attach other devices in alarms or under locks of their own must not
 * wait for a mediated device that may wait for them.
 */
static int
test_other_bus_meanwhile(void)
{
	other_ended = false;
	probe_meanwhile = wait_for_other_bus;
	TEST_ASSERT_SUCCESS(rte_dev_probe(DEV_A), "cannot attach");
	TEST_ASSERT(other_ended, "nothing was attached meanwhile");

	return TEST_SUCCESS;
}

#define CREATION_MS 200

static char type_link[PATH_MAX];

static uint32_t
end_creation(void *arg __rte_unused)
{
	rte_delay_us_sleep(CREATION_MS * 1000);

	return symlink("../mdev_supported_types/" TYPE_PLAIN, type_link);
}

static int
make_unfinished(const char *uuid)
{
	strlcpy(type_link, tree("devices/" PARENT "/%s/mdev_type", uuid), sizeof(type_link));

	return make_device(uuid, TYPE_PLAIN) == 0 ? unlink(type_link) : -1;
}

/* The kernel tells of a device before it has made all of it. */
static int
test_being_created(void)
{
	rte_thread_t thread;
	int ret;

	TEST_ASSERT_SUCCESS(make_unfinished(DEV_C), "cannot make a device");
	TEST_ASSERT_SUCCESS(rte_thread_create(&thread, NULL, end_creation, NULL), "no thread");
	ret = rte_dev_probe(DEV_C);
	rte_thread_join(thread, NULL);
	TEST_ASSERT_SUCCESS(ret, "not attached: %d", ret);
	TEST_ASSERT(is_probed(DEV_C), "not attached");

	return TEST_SUCCESS;
}

static uint64_t
scan_ms(void)
{
	uint64_t start = rte_get_timer_cycles();

	bus->scan();

	return (rte_get_timer_cycles() - start) * MS_PER_S / rte_get_timer_hz();
}

/* The wait for a device has an end, and is not repeated when others are attached. */
static int
test_never_created(void)
{
	uint64_t first, again;

	TEST_ASSERT_SUCCESS(make_unfinished(DEV_C), "cannot make a device");
	TEST_ASSERT_SUCCESS(rte_devargs_add(RTE_DEVTYPE_ALLOWED, DEV_C), "device not accepted");
	first = scan_ms();
	TEST_ASSERT(logged(DEV_C, "does not tell its device API"), "not logged");
	again = scan_ms();
	TEST_ASSERT(first >= CREATION_MS, "the scan took %" PRIu64 " ms", first);
	TEST_ASSERT(again < CREATION_MS, "the second scan took %" PRIu64 " ms", again);

	return TEST_SUCCESS;
}

/* What is being removed lacks the same, but stays as long as it is in use. */
static int
test_in_use_and_unfinished(void)
{
	uint64_t ms;

	TEST_ASSERT_SUCCESS(rte_dev_probe(DEV_A), "cannot attach");
	strlcpy(type_link, tree("devices/" PARENT "/" DEV_A "/mdev_type"), sizeof(type_link));
	TEST_ASSERT_SUCCESS(unlink(type_link), "cannot remove a link");
	ms = scan_ms();
	TEST_ASSERT(ms < CREATION_MS, "the scan took %" PRIu64 " ms", ms);

	return TEST_SUCCESS;
}

static int
test_hotplug_absent(void)
{
	TEST_ASSERT_EQUAL(rte_dev_probe(DEV_ABSENT), -ENODEV, "absent device attached");
	TEST_ASSERT_EQUAL(count_devargs(), 0, "arguments of an absent device stayed");
	TEST_ASSERT_EQUAL(rte_dev_probe("mdev:eth0"), -ENODEV, "malformed name attached");
	TEST_ASSERT_EQUAL(count_devargs(), 0, "arguments of a malformed name stayed");
	TEST_ASSERT_FAIL(rte_eal_hotplug_remove("mdev", DEV_A), "detached what was not there");

	return TEST_SUCCESS;
}

static int
test_devargs_respelled(void)
{
	TEST_ASSERT_SUCCESS(rte_devargs_add(RTE_DEVTYPE_ALLOWED, DEV_A_UPPER ",key=1"),
			    "device not accepted");
	TEST_ASSERT_SUCCESS(bus->scan(), "the scan failed");
	TEST_ASSERT_SUCCESS(rte_dev_probe("mdev:" DEV_A ",key=2"), "cannot attach");
	TEST_ASSERT_EQUAL(strcmp(probed_args, "key=2"), 0, "old arguments: %s", probed_args);
	TEST_ASSERT_EQUAL(count_devargs(), 1, "old arguments stayed");

	/* a device in use keeps its own */
	TEST_ASSERT_EQUAL(rte_dev_probe("mdev:" DEV_A_UPPER ",key=3"), -EEXIST, "attached twice");
	TEST_ASSERT_EQUAL(count_devargs(), 1, "old arguments stayed");
	TEST_ASSERT_EQUAL(strcmp(rte_dev_devargs(find_device(DEV_A))->args, "key=2"), 0,
			  "new arguments of a device in use");
	TEST_ASSERT_SUCCESS(rte_eal_hotplug_remove("mdev", DEV_A), "cannot detach");
	TEST_ASSERT_EQUAL(count_devargs(), 0, "arguments of a detached device stayed");

	return TEST_SUCCESS;
}

static int
test_probe_fails(void)
{
	probe_result = -EPERM;
	TEST_ASSERT_EQUAL(rte_dev_probe(DEV_A), -EPERM, "the driver's error was lost");
	TEST_ASSERT(!is_probed(DEV_A), "attached in spite of an error");
	TEST_ASSERT_EQUAL(probes, 1, "probed %u times", probes);
	TEST_ASSERT_EQUAL(removals, 0, "removed what was not attached");
	TEST_ASSERT_FAIL(rte_eal_hotplug_remove("mdev", DEV_A), "detached what was not attached");
	TEST_ASSERT_EQUAL(removals, 0, "removed what was not attached");

	/* what a device that is attached already is for EAL */
	probe_result = -EEXIST;
	TEST_ASSERT_EQUAL(rte_dev_probe(DEV_A), -EBUSY, "attached, says EAL");
	TEST_ASSERT(logged(DEV_A, "File exists"), "the reason was lost");
	TEST_ASSERT(!is_probed(DEV_A), "attached in spite of an error");

	/* a device that the driver does not support */
	probe_result = 1;
	TEST_ASSERT_EQUAL(rte_dev_probe(DEV_A), -ENOTSUP, "attached without support");
	TEST_ASSERT(!is_probed(DEV_A), "attached without support");

	probe_result = 0;
	TEST_ASSERT_SUCCESS(rte_dev_probe(DEV_A), "cannot attach after errors");
	TEST_ASSERT(is_probed(DEV_A), "not attached after errors");

	return TEST_SUCCESS;
}

/* The program starts without the device, and says so, whatever the error is. */
static int
test_probe_fails_at_start(void)
{
	static const int errors[][2] = { { -EPERM, EPERM }, { -EEXIST, EBUSY } };
	unsigned int i;

	TEST_ASSERT_SUCCESS(rte_devargs_add(RTE_DEVTYPE_ALLOWED, DEV_A), "not accepted");
	TEST_ASSERT_SUCCESS(bus->scan(), "the scan failed");
	for (i = 0; i < RTE_DIM(errors); i++) {
		probe_result = errors[i][0];
		forget_log();
		TEST_ASSERT_FAIL(mdev_bus_probe(bus), "%d: no failure", probe_result);
		TEST_ASSERT_EQUAL(rte_errno, errors[i][1], "%d: errno %d", probe_result, rte_errno);
		TEST_ASSERT(logged(DEV_A, "Failed to probe"), "%d: not logged", probe_result);
		TEST_ASSERT(!is_probed(DEV_A), "%d: attached", probe_result);
	}

	return TEST_SUCCESS;
}

static int
test_embedding(void)
{
	static const uint64_t zeros[3];
	struct rte_device foreign = { .name = DEV_B };
	struct rte_mdev_device *mdev;
	struct embedding *outer;
	struct rte_device *dev;

	set_registered(&embedding_driver, true);
	TEST_ASSERT_SUCCESS(scan_all(), "the scan failed");

	/* both with and without a structure around the generic device */
	dev = find_device(DEV_A);
	TEST_ASSERT_NOT_NULL(dev, "the device was not found");
	mdev = rte_mdev_from_device(dev);
	TEST_ASSERT(mdev->device == dev && mdev->driver == &generic_driver,
		    "wrong mediated device");

	dev = find_device(DEV_B);
	TEST_ASSERT_NOT_NULL(dev, "the device was not found");
	mdev = rte_mdev_from_device(dev);
	TEST_ASSERT(mdev->device == dev && mdev->driver == &embedding_driver,
		    "wrong mediated device");
	TEST_ASSERT_EQUAL(strcmp(mdev->name, DEV_B), 0, "wrong name: %s", mdev->name);

	outer = container_of(dev, struct embedding, device);
	TEST_ASSERT_SUCCESS(memcmp(outer->before, zeros, sizeof(zeros)), "not zeroed");
	TEST_ASSERT_SUCCESS(memcmp(outer->after, zeros, sizeof(zeros)), "not zeroed");
	TEST_ASSERT_EQUAL((uintptr_t)outer % alignof(max_align_t), 0, "not aligned");
	memset(outer->before, 0xff, sizeof(outer->before));
	memset(outer->after, 0xff, sizeof(outer->after));
	TEST_ASSERT_EQUAL(strcmp(mdev->name, DEV_B), 0, "name overwritten: %s", mdev->name);

	/* a device of another bus */
	TEST_ASSERT_NULL(rte_mdev_from_device(&foreign), "device without a bus taken");
	foreign.bus = rte_bus_find_by_name("vdev");
	TEST_ASSERT_NOT_NULL(foreign.bus, "no other bus");
	TEST_ASSERT_NULL(rte_mdev_from_device(&foreign), "device of another bus taken");

	return TEST_SUCCESS;
}

static enum rte_iova_mode
want_pa(void)
{
	return RTE_IOVA_PA;
}

/* What does the bus want beside another one that wants physical addresses? */
static enum rte_iova_mode
iova_mode_beside_pa(void)
{
	struct rte_bus *other = rte_bus_find_by_name("vdev");
	rte_bus_get_iommu_class_t saved = other->get_iommu_class;
	enum rte_iova_mode mode;

	other->get_iommu_class = want_pa;
	mode = bus->get_iommu_class();
	other->get_iommu_class = saved;

	return mode;
}

static int
test_iova_mode(void)
{
	set_registered(&embedding_driver, true);

	TEST_ASSERT_SUCCESS(rte_dev_probe(DEV_A), "cannot attach");
	TEST_ASSERT_EQUAL(bus->get_iommu_class(), RTE_IOVA_VA, "IOVA as VA is not preferred");
	TEST_ASSERT_EQUAL(iova_mode_beside_pa(), RTE_IOVA_DC,
			  "IOVA mode asked for that no driver needs");

	if (rte_eal_iova_mode() == RTE_IOVA_VA) {
		TEST_ASSERT_SUCCESS(rte_dev_probe(DEV_B), "cannot attach");
	} else {
		probes = 0;
		TEST_ASSERT_EQUAL(rte_dev_probe(DEV_B), -EINVAL, "attached without IOVA as VA");
		TEST_ASSERT_EQUAL(probes, 0, "probed without IOVA as VA");
		TEST_ASSERT(logged(DEV_B, "--iova-mode=va"), "not logged");
	}
	TEST_ASSERT_EQUAL(bus->get_iommu_class(), RTE_IOVA_VA, "IOVA mode not asked for");
	TEST_ASSERT_EQUAL(iova_mode_beside_pa(), RTE_IOVA_VA, "IOVA mode not asked for");

	return TEST_SUCCESS;
}

static int
test_dma(void)
{
	struct rte_device *dev;

	TEST_ASSERT_SUCCESS(rte_dev_probe(DEV_A), "cannot attach");
	dev = find_device(DEV_A);

	dma_memory = rte_malloc(NULL, DMA_LEN, 0);
	TEST_ASSERT_NOT_NULL(dma_memory, "no memory");
	TEST_ASSERT_SUCCESS(rte_dev_dma_map(dev, dma_memory, DMA_IOVA, DMA_LEN),
			    "cannot map");
	TEST_ASSERT_EQUAL(dma_maps, 1, "the driver did not map");
	TEST_ASSERT_SUCCESS(rte_dev_dma_unmap(dev, dma_memory, DMA_IOVA, DMA_LEN),
			    "cannot unmap");
	TEST_ASSERT_EQUAL(dma_unmaps, 1, "the driver did not unmap");
	rte_free(dma_memory);

	return TEST_SUCCESS;
}

static void
note_removal(const char *name, enum rte_dev_event_type event, void *count)
{
	if (strcmp(name, DEV_A) == 0 && event == RTE_DEV_EVENT_REMOVE)
		(*(unsigned int *)count)++;
}

static int
test_removal_event(void)
{
	unsigned int events = 0;

	TEST_ASSERT_SUCCESS(rte_dev_probe(DEV_A), "cannot attach");
	TEST_ASSERT_SUCCESS(rte_dev_event_callback_register(DEV_A, note_removal, &events),
			    "cannot register for events");
	bus->hot_unplug_handler(find_device(DEV_A));
	rte_dev_event_callback_unregister(DEV_A, note_removal, &events);
	TEST_ASSERT_EQUAL(events, 1, "%u events", events);
	TEST_ASSERT(is_probed(DEV_A), "removed, where only the application may do that");

	return TEST_SUCCESS;
}

static void
note_removal_of_alias(const char *name, enum rte_dev_event_type event, void *count)
{
	if (strcmp(name, ALIAS) == 0 && event == RTE_DEV_EVENT_REMOVE)
		(*(unsigned int *)count)++;
}

/* Who knows the device by any of its names is told of it by the one that it has. */
static int
test_removal_event_of_alias(void)
{
	static const char * const names[] = { ALIAS, "mdev:" ALIAS, DEV_A, DEV_A_UPPER, NULL };
	static const char * const others[] = { DEV_B, "web1", "0000:00:03.0" };
	unsigned int events[RTE_DIM(names)] = {};
	unsigned int i, other_events = 0;

	TEST_ASSERT_SUCCESS(rte_dev_probe(WITH_ALIAS(DEV_A, ALIAS)), "cannot attach");
	for (i = 0; i < RTE_DIM(names); i++)
		rte_dev_event_callback_register(names[i], note_removal_of_alias, &events[i]);
	for (i = 0; i < RTE_DIM(others); i++)
		rte_dev_event_callback_register(others[i], note_removal_of_alias, &other_events);
	bus->hot_unplug_handler(find_device(ALIAS));
	for (i = 0; i < RTE_DIM(others); i++)
		rte_dev_event_callback_unregister(others[i], note_removal_of_alias, &other_events);
	for (i = 0; i < RTE_DIM(names); i++)
		rte_dev_event_callback_unregister(names[i], note_removal_of_alias, &events[i]);

	for (i = 0; i < RTE_DIM(names); i++)
		TEST_ASSERT_EQUAL(events[i], 1, "%u events for %s", events[i],
				  names[i] != NULL ? names[i] : "all");
	TEST_ASSERT_EQUAL(other_events, 0, "%u events for another device", other_events);

	return TEST_SUCCESS;
}

static struct unit_test_suite suite = {
	.suite_name = "mdev bus",
	.setup = suite_setup,
	.teardown = suite_teardown,
	.unit_test_cases = {
		TEST_CASE_ST(case_setup, case_teardown, test_sysfs_read_str),
		TEST_CASE_ST(case_setup, case_teardown, test_parse_name),
		TEST_CASE_ST(case_setup, case_teardown, test_parse_devargs),
		TEST_CASE_ST(case_setup, case_teardown, test_parse_layers),
		TEST_CASE_ST(case_setup, case_teardown, test_alias),
		TEST_CASE_ST(case_setup, case_teardown, test_bad_alias),
		TEST_CASE_ST(case_setup, case_teardown, test_alias_at_start),
		TEST_CASE_ST(case_setup, case_teardown, test_alias_changes),
		TEST_CASE_ST(case_setup, case_teardown, test_alias_meanwhile),
		TEST_CASE_ST(case_setup, case_teardown, test_alias_of_absent),
		TEST_CASE_ST(case_setup, case_teardown, test_alias_of_blocked),
		TEST_CASE_ST(case_setup, case_teardown, test_dump),
		TEST_CASE_ST(case_setup, case_teardown, test_two_names),
		TEST_CASE_ST(case_setup, case_teardown, test_greedy_bus),
		TEST_CASE_ST(case_setup, case_teardown, test_older_bus),
		TEST_CASE_ST(case_setup, case_teardown, test_scan_undefined),
		TEST_CASE_ST(case_setup, case_teardown, test_scan_allowlist),
		TEST_CASE_ST(case_setup, case_teardown, test_scan_blocklist),
		TEST_CASE_ST(case_setup, case_teardown, test_scan_bad_blocklist),
		TEST_CASE_ST(case_setup, case_teardown, test_named_but_bad),
		TEST_CASE_ST(case_setup, case_teardown, test_dispatch),
		TEST_CASE_ST(case_setup, case_teardown, test_unknown_api),
		TEST_CASE_ST(case_setup, case_teardown, test_iterate),
		TEST_CASE_ST(case_setup, case_teardown, test_attributes),
		TEST_CASE_ST(case_setup, case_teardown, test_vanished),
		TEST_CASE_ST(case_setup, case_teardown, test_returned),
		TEST_CASE_ST(case_setup, case_teardown, test_malformed),
		TEST_CASE_ST(case_setup, case_teardown, test_hotplug),
		TEST_CASE_ST(case_setup, case_teardown, test_detached_twice),
		TEST_CASE_ST(case_setup, case_teardown, test_arguments_of_detached),
		TEST_CASE_ST(case_setup, case_teardown, test_attached_again),
		TEST_CASE_ST(case_setup, case_teardown, test_detached_for_good),
		TEST_CASE_ST(case_setup, case_teardown, test_blocked_for_good),
		TEST_CASE_ST(case_setup, case_teardown, test_bad_arguments_of_attached),
		TEST_CASE_ST(case_setup, case_teardown, test_numbers),
		TEST_CASE_ST(case_setup, case_teardown, test_lowest_bytes),
		TEST_CASE_ST(case_setup, case_teardown, test_changing),
		TEST_CASE_ST(case_setup, case_teardown, test_stress),
		TEST_CASE_ST(case_setup, case_teardown, test_other_bus_meanwhile),
		TEST_CASE_ST(case_setup, case_teardown, test_being_created),
		TEST_CASE_ST(case_setup, case_teardown, test_never_created),
		TEST_CASE_ST(case_setup, case_teardown, test_in_use_and_unfinished),
		TEST_CASE_ST(case_setup, case_teardown, test_hotplug_absent),
		TEST_CASE_ST(case_setup, case_teardown, test_devargs_respelled),
		TEST_CASE_ST(case_setup, case_teardown, test_probe_fails),
		TEST_CASE_ST(case_setup, case_teardown, test_probe_fails_at_start),
		TEST_CASE_ST(case_setup, case_teardown, test_embedding),
		TEST_CASE_ST(case_setup, case_teardown, test_iova_mode),
		TEST_CASE_ST(case_setup, case_teardown, test_dma),
		TEST_CASE_ST(case_setup, case_teardown, test_removal_event),
		TEST_CASE_ST(case_setup, case_teardown, test_removal_event_of_alias),
		TEST_CASES_END()
	}
};

static int
test_bus_mdev(void)
{
	return unit_test_suite_runner(&suite);
}

REGISTER_FAST_TEST(bus_mdev_autotest, NOHUGE_OK, ASAN_OK, test_bus_mdev);
