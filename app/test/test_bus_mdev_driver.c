/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <errno.h>
#include <inttypes.h>
#include <linux/vfio.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bus_mdev_driver.h>
#include <dev_driver.h>
#include <rte_common.h>
#include <rte_cycles.h>
#include <rte_dev.h>
#include <rte_eal.h>
#include <rte_memory.h>
#include <rte_thread.h>

#include "test.h"
#include "test_mdev.h"
#include "test_mdev_shapes.h"

/*
 * What the bus does for its drivers: one of these tests, which claims the devices of
 * the kernel module mdev_shapes for itself, uses it. It needs root.
 */

#define OWN_UUID "1aa02f4b-2678-457c-97fe-1d0ef2b49591"
#define OWN_FILE(name) MDEV_SHAPES_FILE(OWN_UUID, name)

#define OWN_TYPE ((uint32_t)VFIO_REGION_TYPE_PCI_VENDOR_TYPE | 0x1b36)
#define OWN_PAGE UINT64_C(0x1000)
#define OWN_ALIGN (UINT64_C(1) << 21)
#define OWN_WORD UINT32_C(0x6d646576)

/* Its own regions, the subtype of which is the index. */
enum {
	TRAPPED = VFIO_PCI_NUM_REGIONS,
	WHOLE,
	READ_ONLY,
	IN_AREAS,
	NO_REGION,
};

static const char * const own_regions[] = {
	"9 0x2000 0x90000000000 rw",
	"10 0x400000 0xa0000000000 rwm",
	"11 0x1000 0xb0000000000 rm",
	"12 0x8000 0xc0000000000 rwm 0x1000+0x1000 0x4000+0x2000",
};

struct own_device {
	struct rte_device device;
	int fd;
};

/* set while the driver has the device */
static struct rte_mdev_device *mdev;

static int as_secondary(void);
static int secondary_result = -1;

static int
own_fd(void)
{
	return container_of(mdev->device, struct own_device, device)->fd;
}

static int
own_probe(struct rte_mdev_driver *drv __rte_unused, struct rte_mdev_device *dev)
{
	int ret;

	ret = rte_mdev_vfio_open(dev, &container_of(dev->device, struct own_device, device)->fd);
	if (ret < 0)
		return ret;

	mdev = dev;
	if (rte_eal_process_type() == RTE_PROC_SECONDARY)
		secondary_result = as_secondary();

	return 0;
}

static int
own_remove(struct rte_mdev_device *dev)
{
	rte_mdev_vfio_close(dev, own_fd());
	mdev = NULL;

	return 0;
}

static const struct rte_mdev_id own_ids[] = {
	{ .device_api = VFIO_DEVICE_API_PCI_STRING, .mdev_type = "mdev_shapes-device" },
	{ .device_api = NULL },
};

static struct rte_mdev_driver own_driver = {
	.driver.name = "test_mdev_driver",
	.id_table = own_ids,
	.probe = own_probe,
	.remove = own_remove,
	.device_size = sizeof(struct own_device),
	.device_offset = offsetof(struct own_device, device),
};

/*
 * Setup and teardown
 */

static int
create(const char *irqs)
{
	unsigned int i;

	TEST_ASSERT_SUCCESS(mdev_write_file(MDEV_SHAPES_CREATE, OWN_UUID),
			    "cannot make the device");
	for (i = 0; i < RTE_DIM(own_regions); i++)
		TEST_ASSERT_SUCCESS(mdev_write_file(OWN_FILE("regions"), own_regions[i]),
				    "no region %s", own_regions[i]);
	TEST_ASSERT_SUCCESS(mdev_write_file(OWN_FILE("msix"), "0 0 0 0x800"), "no MSI-X table");
	TEST_ASSERT_SUCCESS(mdev_write_file(OWN_FILE("irqs"), irqs), "no interrupts");

	return 0;
}

static int
attach_with(const char *irqs)
{
	TEST_ASSERT_SUCCESS(create(irqs), "the device does not take this shape");
	TEST_ASSERT_SUCCESS(rte_dev_probe(OWN_UUID), "cannot attach");
	TEST_ASSERT_NOT_NULL(mdev, "was not probed");

	return 0;
}

static int
attach_usual(void)
{
	return attach_with("0 0 4 0 1");
}

/* A device is open as long as something of it is mapped, and cannot be removed. */
static struct mapping {
	struct rte_mdev_region region;
	void *addr;
} mappings[2];

static int
map_region(const struct rte_mdev_region *region, void **addr)
{
	struct mapping *free_one = mappings[0].addr == NULL ? &mappings[0] : &mappings[1];
	int ret = rte_mdev_region_map(mdev, own_fd(), region, addr);

	if (ret == 0) {
		free_one->region = *region;
		free_one->addr = *addr;
	}

	return ret;
}

static void
unmap_region(const struct rte_mdev_region *region, void *addr)
{
	rte_mdev_region_unmap(mdev, region, addr);
	if (mappings[0].addr == addr)
		mappings[0].addr = NULL;
	else
		mappings[1].addr = NULL;
}

/* After a failure, some things have not been undone. */
static void
let_go(void)
{
	unsigned int i;

	rte_mdev_removal_disable(mdev, own_fd(), VFIO_PCI_REQ_IRQ_INDEX);
	for (i = 0; i < RTE_DIM(mappings); i++) {
		if (mappings[i].addr != NULL)
			unmap_region(&mappings[i].region, mappings[i].addr);
	}
	rte_dev_remove(mdev->device);
}

static void
remove_device(void)
{
	if (mdev != NULL)
		let_go();
	if (mdev_exists(OWN_UUID))
		mdev_remove(OWN_UUID);
}

/*
 * Regions
 */

static int
check_description(const struct rte_mdev_region *region)
{
	TEST_ASSERT_EQUAL(region->index, (unsigned int)IN_AREAS, "index %u", region->index);
	TEST_ASSERT_EQUAL(region->size, 0x8000, "%" PRIu64 " bytes", region->size);
	TEST_ASSERT_EQUAL(region->offset, UINT64_C(0xc0000000000), "at %#" PRIx64, region->offset);
	TEST_ASSERT_EQUAL(region->type, OWN_TYPE, "type %#x", region->type);
	TEST_ASSERT_EQUAL(region->subtype, (unsigned int)IN_AREAS, "subtype %u", region->subtype);
	TEST_ASSERT_EQUAL(region->nb_areas, 2, "%u areas", region->nb_areas);
	TEST_ASSERT(region->areas[0].offset == 0x1000 && region->areas[0].size == 0x1000 &&
		    region->areas[1].offset == 0x4000 && region->areas[1].size == 0x2000,
		    "other areas");

	return TEST_SUCCESS;
}

static int
test_describe(void)
{
	struct rte_mdev_region region;

	TEST_ASSERT_SUCCESS(rte_mdev_region_get(own_fd(), IN_AREAS, &region), "no region");
	TEST_ASSERT_SUCCESS(check_description(&region), "region in areas");

	TEST_ASSERT_SUCCESS(rte_mdev_region_get(own_fd(), WHOLE, &region), "no region");
	TEST_ASSERT_EQUAL(region.nb_areas, 1, "%u areas", region.nb_areas);
	TEST_ASSERT(region.areas[0].offset == 0 && region.areas[0].size == 0x400000,
		    "not all of it can be mapped");

	TEST_ASSERT_SUCCESS(rte_mdev_region_get(own_fd(), TRAPPED, &region), "no region");
	TEST_ASSERT_EQUAL(region.nb_areas, 0, "%u areas", region.nb_areas);
	TEST_ASSERT((region.flags & VFIO_REGION_INFO_FLAG_READ) != 0, "flags %#x", region.flags);

	TEST_ASSERT_SUCCESS(rte_mdev_region_get(own_fd(), VFIO_PCI_BAR0_REGION_INDEX, &region),
			    "no BAR");
	TEST_ASSERT_EQUAL(region.type, 0, "the BAR is of type %#x", region.type);

	TEST_ASSERT_EQUAL(rte_mdev_region_get(own_fd(), NO_REGION, &region), -EINVAL,
			  "a region too many");
	TEST_ASSERT_EQUAL(rte_mdev_region_get(own_fd(), UINT32_MAX, &region), -EINVAL,
			  "a region too many");

	return TEST_SUCCESS;
}

static int
test_find(void)
{
	struct rte_mdev_region region;

	TEST_ASSERT_SUCCESS(rte_mdev_region_find(own_fd(), OWN_TYPE, IN_AREAS, &region),
			    "not found");
	TEST_ASSERT_SUCCESS(check_description(&region), "found another one");

	TEST_ASSERT_EQUAL(rte_mdev_region_find(own_fd(), OWN_TYPE, NO_REGION, &region), -ENOENT,
			  "found an absent subtype");
	TEST_ASSERT_EQUAL(rte_mdev_region_find(own_fd(), OWN_TYPE + 1, IN_AREAS, &region),
			  -ENOENT, "found an absent type");
	/* what has no type is not of type 0 */
	TEST_ASSERT_EQUAL(rte_mdev_region_find(own_fd(), 0, 0, &region), -ENOENT,
			  "found a BAR");

	return TEST_SUCCESS;
}

/* One area more than there is room for */
static int
attach_with_many_areas(void)
{
	char shape[1024];
	unsigned int i;
	int len;

	TEST_ASSERT_SUCCESS(create("0 0 0 0 0"), "the device does not take this shape");
	len = snprintf(shape, sizeof(shape), "%u 0x100000 0x90000000000 rwm", TRAPPED);
	for (i = 0; i <= RTE_MDEV_MAX_AREAS; i++)
		len += snprintf(shape + len, sizeof(shape) - len, " %#x+0x1000", i * 0x2000);
	TEST_ASSERT_SUCCESS(mdev_write_file(OWN_FILE("regions"), shape), "no region %s", shape);
	TEST_ASSERT_SUCCESS(rte_dev_probe(OWN_UUID), "cannot attach");
	TEST_ASSERT_NOT_NULL(mdev, "was not probed");

	return 0;
}

static int
test_many_areas(void)
{
	struct rte_mdev_region region;
	void *addr;

	TEST_ASSERT_EQUAL(rte_mdev_region_find(own_fd(), OWN_TYPE, TRAPPED, &region), -E2BIG,
			  "not found, or with its areas");
	TEST_ASSERT_EQUAL(region.index, (unsigned int)TRAPPED, "index %u", region.index);
	TEST_ASSERT_EQUAL(region.size, 0x100000, "%" PRIu64 " bytes", region.size);
	TEST_ASSERT_EQUAL(region.nb_areas, 0, "%u areas", region.nb_areas);
	TEST_ASSERT_EQUAL(map_region(&region, &addr), -ENOTSUP, "mapped without its areas");

	return TEST_SUCCESS;
}

/* What is written through the mapping is read from the file. */
static int
check_mapped(const struct rte_mdev_region *region, void *addr, uint64_t offset)
{
	volatile uint32_t *mapped = RTE_PTR_ADD(addr, offset);
	uint32_t wrote = OWN_WORD ^ (uint32_t)offset;
	uint32_t value = 0;

	*mapped = wrote;
	TEST_ASSERT_EQUAL(pread(own_fd(), &value, sizeof(value), region->offset + offset),
			  (ssize_t)sizeof(value), "cannot read at %#" PRIx64, offset);
	TEST_ASSERT_EQUAL(value, wrote, "%#x at %#" PRIx64, value, offset);

	return TEST_SUCCESS;
}

static int
test_map(void)
{
	struct rte_mdev_region region;
	void *addr, *other;

	TEST_ASSERT_SUCCESS(rte_mdev_region_get(own_fd(), IN_AREAS, &region), "no region");
	TEST_ASSERT_SUCCESS(map_region(&region, &addr), "cannot map");
	TEST_ASSERT_EQUAL((uintptr_t)addr % OWN_ALIGN, 0, "mapped at %p", addr);
	TEST_ASSERT_EQUAL(mdev_count_mapped_bars(), 2, "%u mappings", mdev_count_mapped_bars());
	TEST_ASSERT_SUCCESS(check_mapped(&region, addr, 0x1000), "first area");
	TEST_ASSERT_SUCCESS(check_mapped(&region, addr, 0x6000 - 4), "end of the last area");
	TEST_ASSERT_EQUAL(map_region(&region, &other), -EEXIST,
			  "mapped twice");
	unmap_region(&region, addr);
	TEST_ASSERT_EQUAL(mdev_count_mapped_bars(), 0, "still mapped");

	TEST_ASSERT_SUCCESS(map_region(&region, &addr),
			    "cannot map again");
	unmap_region(&region, addr);

	return TEST_SUCCESS;
}

static int
test_map_two(void)
{
	struct rte_mdev_region whole, read_only;
	void *first, *second;

	TEST_ASSERT_SUCCESS(rte_mdev_region_get(own_fd(), WHOLE, &whole), "no region");
	TEST_ASSERT_SUCCESS(rte_mdev_region_get(own_fd(), READ_ONLY, &read_only), "no region");
	TEST_ASSERT_SUCCESS(map_region(&whole, &first), "cannot map");
	TEST_ASSERT_SUCCESS(map_region(&read_only, &second),
			    "cannot map for reading");
	TEST_ASSERT_SUCCESS(check_mapped(&whole, first, 0), "start");
	TEST_ASSERT_SUCCESS(check_mapped(&whole, first, whole.size - 4), "end");
	TEST_ASSERT_EQUAL(*(volatile uint32_t *)second, 0, "read something");
	unmap_region(&read_only, second);
	TEST_ASSERT_SUCCESS(check_mapped(&whole, first, 0), "the other one went as well");
	unmap_region(&whole, first);

	return TEST_SUCCESS;
}

static int
test_map_refused(void)
{
	const int no_room = sizeof(size_t) < sizeof(uint64_t) ? -EFBIG : -ENOMEM;
	struct rte_mdev_region region;
	void *addr;

	TEST_ASSERT_SUCCESS(rte_mdev_region_get(own_fd(), TRAPPED, &region), "no region");
	TEST_ASSERT_EQUAL(map_region(&region, &addr), -ENOTSUP,
			  "mapped what cannot be");

	/* the kernel driver refuses what is in no area */
	TEST_ASSERT_SUCCESS(rte_mdev_region_get(own_fd(), IN_AREAS, &region), "no region");
	region.areas[1].size += OWN_PAGE;
	TEST_ASSERT_EQUAL(map_region(&region, &addr), -EINVAL,
			  "mapped more than can be");
	TEST_ASSERT_EQUAL(mdev_count_mapped_bars(), 0, "a part of it stayed mapped");

	/* nor may an area be where there is something else */
	region.areas[1].size = region.size;
	TEST_ASSERT_EQUAL(map_region(&region, &addr), -ERANGE, "mapped behind the region");
	TEST_ASSERT_EQUAL(mdev_count_mapped_bars(), 0, "a part of it stayed mapped");

	/* with 32 bits, it would be cut to nothing */
	region.size = UINT64_C(1) << 62;
	TEST_ASSERT_EQUAL(map_region(&region, &addr), no_room, "mapped more than there is room for");

	return TEST_SUCCESS;
}

/* The bus looks for a place from here on, for as many steps. */
#define PLACES_DISTANCE (UINT64_C(64) << 30)
#define PLACES_SIZE ((UINT64_C(1) << 16) * OWN_ALIGN)

struct range {
	uintptr_t start, end;
};

static int
find_memory(const struct rte_memseg_list *msl, void *arg)
{
	struct range *range = arg;

	if (msl->external == 0) {
		range->start = RTE_MIN(range->start, (uintptr_t)msl->base_va);
		range->end = RTE_MAX(range->end, (uintptr_t)msl->base_va + msl->len);
	}

	return 0;
}

/* Where nothing is free behind EAL's memory, as at the end of the address space */
static int
check_before_memory(const struct rte_mdev_region *region, uintptr_t start)
{
	void *addr;

	if (start < PLACES_DISTANCE + region->size + OWN_ALIGN) {
		TEST_ASSERT_EQUAL(map_region(region, &addr), -ENOMEM, "there is a place");
		return TEST_SUCCESS;
	}

	TEST_ASSERT_SUCCESS(map_region(region, &addr), "cannot map");
	TEST_ASSERT((uintptr_t)addr < start && (uintptr_t)addr % OWN_ALIGN == 0,
		    "mapped at %p", addr);
	TEST_ASSERT_SUCCESS(check_mapped(region, addr, 0), "start");
	unmap_region(region, addr);

	return TEST_SUCCESS;
}

static int
test_map_no_place(void)
{
	struct range range = { .start = UINTPTR_MAX };
	struct rte_mdev_region region;
	void *places;
	int ret;

	TEST_ASSERT_SUCCESS(rte_mdev_region_get(own_fd(), WHOLE, &region), "no region");
	rte_memseg_list_walk(find_memory, &range);
	places = mmap((void *)(range.end + (uintptr_t)PLACES_DISTANCE), PLACES_SIZE + 2 * OWN_ALIGN,
		      PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE,
		      -1, 0);
	TEST_ASSERT(places != MAP_FAILED, "cannot take all places");
	ret = check_before_memory(&region, range.start);
	munmap(places, PLACES_SIZE + 2 * OWN_ALIGN);

	return ret;
}

/*
 * Memory
 */

static int
pin(const void *addr)
{
	return mdev_shapes_pin(OWN_FILE("pins"), (uintptr_t)addr);
}

/* The device sees what stands at this IOVA. */
static bool
device_sees(const void *addr, uint32_t word)
{
	return mdev_shapes_has_pinned(OWN_FILE("pins"), (uintptr_t)addr, word);
}

static int
check_shared(void *addr, size_t len)
{
	const struct rte_memseg_list *list;

	TEST_ASSERT_SUCCESS(rte_mdev_memory_share(mdev, addr, len), "cannot share");
	list = rte_mem_virt2memseg_list(addr);
	TEST_ASSERT(list != NULL && list->external, "no external memory of DPDK");
	TEST_ASSERT_EQUAL(rte_mem_virt2iova(addr), (uintptr_t)addr, "another IOVA");
	TEST_ASSERT_EQUAL(rte_mem_virt2memseg(addr, list)->iova, (uintptr_t)addr,
			  "another IOVA of the page");
	TEST_ASSERT_SUCCESS(pin(addr), "the device cannot reach it");
	TEST_ASSERT(device_sees(addr, OWN_WORD), "the device sees something else");
	TEST_ASSERT_EQUAL(rte_mdev_memory_share(mdev, addr, len), -EEXIST, "shared twice");
	TEST_ASSERT(device_sees(addr, OWN_WORD), "lost by the second time");

	TEST_ASSERT_SUCCESS(rte_mdev_memory_unshare(mdev, addr, len), "cannot unshare");
	TEST_ASSERT(!device_sees(addr, OWN_WORD), "pinned after it was unshared");
	TEST_ASSERT_FAIL(pin(addr), "the device still reaches it");
	TEST_ASSERT_NULL(rte_mem_virt2memseg_list(addr), "still memory of DPDK");
	TEST_ASSERT_EQUAL(rte_mdev_memory_unshare(mdev, addr, len), -ENOENT, "unshared twice");

	return TEST_SUCCESS;
}

static int
test_memory(void)
{
	struct rte_mdev_region region;
	void *addr;

	TEST_ASSERT_SUCCESS(rte_mdev_region_get(own_fd(), WHOLE, &region), "no region");
	TEST_ASSERT_SUCCESS(map_region(&region, &addr), "cannot map");
	*(volatile uint32_t *)addr = OWN_WORD;

	if (rte_eal_iova_mode() != RTE_IOVA_VA) {
		TEST_ASSERT_EQUAL(rte_mdev_memory_share(mdev, addr, region.size), -ENOTSUP,
				  "shared with physical addresses");
	} else {
		TEST_ASSERT_SUCCESS(check_shared(addr, region.size), "first time");
		TEST_ASSERT_SUCCESS(check_shared(addr, region.size), "second time");
		TEST_ASSERT_EQUAL(rte_mdev_memory_share(mdev, addr, 0), -EINVAL, "shared nothing");
		TEST_ASSERT_EQUAL(rte_mdev_memory_share(mdev, addr, OWN_PAGE + 1), -EINVAL,
				  "shared a part of a page");
		TEST_ASSERT_EQUAL(rte_mdev_memory_share(mdev, RTE_PTR_ADD(addr, 1), OWN_PAGE),
				  -EINVAL, "shared across pages");
	}
	unmap_region(&region, addr);

	return TEST_SUCCESS;
}

/*
 * Interrupts
 */

static int
raise_interrupt(unsigned int vector)
{
	return mdev_shapes_raise(OWN_FILE("trigger"), VFIO_PCI_MSIX_IRQ_INDEX, vector);
}

static bool
has_event(int fd)
{
	struct pollfd event = { .fd = fd, .events = POLLIN };
	uint64_t count;

	return poll(&event, 1, 0) == 1 && read(fd, &count, sizeof(count)) == sizeof(count);
}

static int
check_connected(const int *fds, unsigned int count)
{
	unsigned int i, j;

	for (i = 0; i < count; i++) {
		TEST_ASSERT_SUCCESS(raise_interrupt(i), "%u is not connected", i);
		for (j = 0; j < count; j++)
			TEST_ASSERT_EQUAL(has_event(fds[j]), (i == j), "raised %u, looked at %u",
					  i, j);
	}

	return TEST_SUCCESS;
}

static int
check_interrupts(int fds[4])
{
	static const int none = -1;
	const uint32_t index = VFIO_PCI_MSIX_IRQ_INDEX;

	TEST_ASSERT_SUCCESS(rte_mdev_irq_connect(mdev, own_fd(), index, 0, 4, fds),
			    "cannot connect");
	TEST_ASSERT_SUCCESS(check_connected(fds, 4), "all four");

	TEST_ASSERT_SUCCESS(rte_mdev_irq_connect(mdev, own_fd(), index, 2, 1, &none),
			    "cannot disconnect one");
	TEST_ASSERT_EQUAL(raise_interrupt(2), -ENXIO, "still connected");
	TEST_ASSERT_SUCCESS(raise_interrupt(3), "the next one is not connected any more");
	TEST_ASSERT_SUCCESS(rte_mdev_irq_connect(mdev, own_fd(), index, 2, 2, &fds[2]),
			    "cannot connect the last two");
	TEST_ASSERT(has_event(fds[3]), "lost an event");
	TEST_ASSERT_SUCCESS(check_connected(fds, 4), "all four again");

	TEST_ASSERT_SUCCESS(rte_mdev_irq_disconnect(own_fd(), index), "cannot disconnect");
	TEST_ASSERT_EQUAL(raise_interrupt(0), -ENXIO, "still connected");

	return TEST_SUCCESS;
}

static int
check_interrupts_refused(const int *fds)
{
	static const struct {
		uint32_t index, start, count;
	} wrong[] = {
		{ VFIO_PCI_MSIX_IRQ_INDEX, 0, 0 },
		{ VFIO_PCI_MSIX_IRQ_INDEX, 0, 5 },
		{ VFIO_PCI_MSIX_IRQ_INDEX, 4, 1 },
		{ VFIO_PCI_MSIX_IRQ_INDEX, UINT32_MAX, 2 },
		{ VFIO_PCI_MSIX_IRQ_INDEX, 2, UINT32_MAX },
		{ VFIO_PCI_MSI_IRQ_INDEX, 0, 1 },
		{ VFIO_PCI_NUM_IRQS, 0, 1 },
	};
	unsigned int i;

	for (i = 0; i < RTE_DIM(wrong); i++)
		TEST_ASSERT_EQUAL(rte_mdev_irq_connect(mdev, own_fd(), wrong[i].index,
						       wrong[i].start, wrong[i].count, fds),
				  -EINVAL, "connected %u of %u from %u on", wrong[i].count,
				  wrong[i].index, wrong[i].start);

	return TEST_SUCCESS;
}

static int
test_interrupts(void)
{
	int fds[4];
	unsigned int i;
	int ret;

	TEST_ASSERT_EQUAL(rte_mdev_irq_count(own_fd(), VFIO_PCI_MSIX_IRQ_INDEX), 4, "MSI-X");
	TEST_ASSERT_EQUAL(rte_mdev_irq_count(own_fd(), VFIO_PCI_MSI_IRQ_INDEX), 0, "MSI");
	TEST_ASSERT_EQUAL(rte_mdev_irq_count(own_fd(), VFIO_PCI_REQ_IRQ_INDEX), 1, "REQ");
	TEST_ASSERT_EQUAL(rte_mdev_irq_count(own_fd(), VFIO_PCI_NUM_IRQS), 0, "no index");

	for (i = 0; i < RTE_DIM(fds); i++)
		fds[i] = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	ret = check_interrupts_refused(fds);
	if (ret == TEST_SUCCESS)
		ret = check_interrupts(fds);
	for (i = 0; i < RTE_DIM(fds); i++)
		close(fds[i]);

	return ret;
}

/*
 * Removal
 */

static void
note_removal(const char *name, enum rte_dev_event_type type, void *events)
{
	uint64_t one = 1;

	if (type == RTE_DEV_EVENT_REMOVE && strcmp(name, OWN_UUID) == 0 &&
			write(*(int *)events, &one, sizeof(one)) != sizeof(one))
		printf("cannot note the removal of %s\n", name);
}

static uint32_t
remove_in_thread(void *result)
{
	*(int *)result = mdev_remove(OWN_UUID);

	return 0;
}

static int
check_removal(int events)
{
	struct pollfd event = { .fd = events, .events = POLLIN };
	rte_thread_t thread;
	int result = -1;

	TEST_ASSERT_SUCCESS(rte_thread_create(&thread, NULL, remove_in_thread, &result),
			    "no thread");
	TEST_ASSERT_EQUAL(poll(&event, 1, MDEV_TIMEOUT_MS), 1, "not asked for the device");
	rte_mdev_removal_disable(mdev, own_fd(), VFIO_PCI_REQ_IRQ_INDEX);
	TEST_ASSERT_NULL(mdev->removal_handle, "still enabled");
	TEST_ASSERT_SUCCESS(rte_dev_remove(mdev->device), "cannot detach");
	rte_thread_join(thread, NULL);
	TEST_ASSERT_SUCCESS(result, "cannot remove");

	return TEST_SUCCESS;
}

static int
test_removal(void)
{
	unsigned int fds = mdev_count_fds();
	int events, ret;

	events = eventfd(0, EFD_CLOEXEC);
	TEST_ASSERT(events >= 0, "no eventfd");
	TEST_ASSERT_SUCCESS(rte_dev_event_callback_register(OWN_UUID, note_removal, &events),
			    "cannot register for events");

	ret = rte_mdev_removal_enable(mdev, own_fd(), VFIO_PCI_REQ_IRQ_INDEX);
	if (ret == 0 && rte_mdev_removal_enable(mdev, own_fd(), VFIO_PCI_REQ_IRQ_INDEX) !=
			-EALREADY)
		ret = -1;
	if (ret == 0)
		ret = check_removal(events);

	while (rte_dev_event_callback_unregister(OWN_UUID, note_removal, &events) == -EAGAIN)
		rte_delay_us_sleep(1000);
	close(events);
	TEST_ASSERT_SUCCESS(ret, "the removal failed");
	/* the file of the device was open at the start, and is not any more */
	TEST_ASSERT(mdev_count_fds() <= fds, "%u files instead of %u", mdev_count_fds(), fds);

	return TEST_SUCCESS;
}

static int
attach_without_interrupts(void)
{
	return attach_with("0 0 0 0 0");
}

static int
test_no_interrupts(void)
{
	int fd = eventfd(0, EFD_CLOEXEC), ret;

	ret = rte_mdev_irq_connect(mdev, own_fd(), VFIO_PCI_MSIX_IRQ_INDEX, 0, 1, &fd);
	close(fd);
	TEST_ASSERT_EQUAL(ret, -EINVAL, "connected what is not there: %d", ret);
	TEST_ASSERT_EQUAL(rte_mdev_removal_enable(mdev, own_fd(), VFIO_PCI_REQ_IRQ_INDEX),
			  -ENOTSUP, "enabled what is not there");
	TEST_ASSERT_NULL(mdev->removal_handle, "it left a handle");
	rte_mdev_removal_disable(mdev, own_fd(), VFIO_PCI_REQ_IRQ_INDEX);

	return TEST_SUCCESS;
}

/*
 * Secondary processes
 */

/* What the secondary process is to find, in its environment, and where the region is */
#define ROLE "MDEV_DRIVER_ROLE"
#define ROLE_NOT_MAPPED "not mapped"
#define ROLE_MAPPED "mapped"
#define ROLE_OCCUPIED "occupied"
#define PLACE "MDEV_DRIVER_PLACE"

static void *
place_of_region(void)
{
	const char *text = getenv(PLACE);

	return text != NULL ? (void *)(uintptr_t)strtoull(text, NULL, 16) : NULL;
}

static int
check_same_place(const struct rte_mdev_region *region)
{
	void *addr;

	TEST_ASSERT_SUCCESS(rte_mdev_region_map(mdev, own_fd(), region, &addr), "cannot map");
	TEST_ASSERT_EQUAL(addr, place_of_region(), "mapped at %p", addr);
	TEST_ASSERT_EQUAL(*(volatile uint32_t *)addr, OWN_WORD, "it is another region");

	TEST_ASSERT_SUCCESS(rte_mdev_memory_share(mdev, addr, region->size), "cannot share");
	TEST_ASSERT_NOT_NULL(rte_mem_virt2memseg_list(addr), "no memory of DPDK");
	TEST_ASSERT_SUCCESS(rte_mdev_memory_unshare(mdev, addr, region->size), "cannot unshare");
	TEST_ASSERT_SUCCESS(rte_mdev_removal_enable(mdev, own_fd(), VFIO_PCI_REQ_IRQ_INDEX),
			    "refused the removal");
	TEST_ASSERT_NULL(mdev->removal_handle, "took the event away from the primary");

	*(volatile uint32_t *)addr = OWN_WORD + 1;
	rte_mdev_region_unmap(mdev, region, addr);

	return TEST_SUCCESS;
}

/* What this process has there stays. */
static int
check_occupied(const struct rte_mdev_region *region)
{
	volatile uint32_t *place = place_of_region();
	void *addr;

	TEST_ASSERT(mmap((void *)(uintptr_t)place, OWN_PAGE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == place,
		    "%s is not free", getenv(PLACE));
	*place = 0x5a5a5a5a;
	TEST_ASSERT_EQUAL(rte_mdev_region_map(mdev, own_fd(), region, &addr), -EADDRINUSE,
			  "mapped over it");
	TEST_ASSERT_EQUAL(*place, 0x5a5a5a5a, "it is %#x", *place);

	return TEST_SUCCESS;
}

static int
check_not_mapped(const struct rte_mdev_region *region)
{
	void *addr;

	TEST_ASSERT_EQUAL(rte_mdev_region_map(mdev, own_fd(), region, &addr), -ENOENT,
			  "mapped before the primary process has");

	return TEST_SUCCESS;
}

/* Called when EAL attaches the device in the secondary process. */
static int
as_secondary(void)
{
	const char *role = getenv(ROLE);
	struct rte_mdev_region region;

	TEST_ASSERT_SUCCESS(rte_mdev_region_find(own_fd(), OWN_TYPE, WHOLE, &region), "no region");
	if (strcmp(role, ROLE_NOT_MAPPED) == 0)
		return check_not_mapped(&region);

	return strcmp(role, ROLE_OCCUPIED) == 0 ? check_occupied(&region) :
		check_same_place(&region);
}

/* That is before the test is run: the driver must be known from the start. */
RTE_INIT(own_driver_of_secondary)
{
	if (getenv(ROLE) != NULL)
		rte_mdev_register(&own_driver);
}

static int
run_secondary(const char *role, const void *addr)
{
	const char * const args[] = { "dpdk-test", "--proc-type=secondary", NULL };
	char place[32];
	int ret;

	snprintf(place, sizeof(place), "%p", addr);
	setenv(PLACE, place, 1);
	setenv(ROLE, role, 1);
	ret = mdev_run_secondary("bus_mdev_driver_autotest", args);
	unsetenv(ROLE);
	unsetenv(PLACE);

	return ret;
}

static int
check_mapped_region(const struct rte_mdev_region *region)
{
	volatile uint32_t *word;
	void *addr;

	TEST_ASSERT_SUCCESS(map_region(region, &addr), "cannot map");
	TEST_ASSERT_SUCCESS(rte_mdev_memory_share(mdev, addr, region->size), "cannot share");
	word = addr;
	*word = OWN_WORD;
	TEST_ASSERT_SUCCESS(run_secondary(ROLE_OCCUPIED, addr), "it does not fail");
	TEST_ASSERT_SUCCESS(run_secondary(ROLE_MAPPED, addr), "it cannot map");
	TEST_ASSERT_EQUAL(*word, OWN_WORD + 1, "it wrote somewhere else");
	TEST_ASSERT_SUCCESS(pin(addr), "it took the memory away from the device");
	TEST_ASSERT_SUCCESS(rte_mdev_memory_unshare(mdev, addr, region->size), "cannot unshare");
	unmap_region(region, addr);

	return TEST_SUCCESS;
}

static int
test_secondaries(void)
{
	struct rte_mdev_region region;

	if (!rte_eal_has_hugepages() || rte_eal_iova_mode() != RTE_IOVA_VA)
		return TEST_SKIPPED;

	TEST_ASSERT_SUCCESS(rte_mdev_region_get(own_fd(), WHOLE, &region), "no region");
	TEST_ASSERT_SUCCESS(run_secondary(ROLE_NOT_MAPPED, NULL), "before it is mapped");
	TEST_ASSERT_SUCCESS(check_mapped_region(&region), "while it is mapped");
	TEST_ASSERT_SUCCESS(run_secondary(ROLE_NOT_MAPPED, NULL), "after it was mapped");
	TEST_ASSERT(getenv(ROLE) == NULL && getenv(PLACE) == NULL,
		    "the next process would find its role");

	return TEST_SUCCESS;
}

static int
suite_setup(void)
{
	if (!mdev_shapes_are_there())
		return TEST_SKIPPED;

	rte_mdev_register(&own_driver);

	return 0;
}

static void
suite_teardown(void)
{
	rte_mdev_unregister(&own_driver);
}

static struct unit_test_suite suite = {
	.suite_name = "what the bus does for drivers",
	.setup = suite_setup,
	.teardown = suite_teardown,
	.unit_test_cases = {
		TEST_CASE_NAMED_ST("describe regions", attach_usual, remove_device,
				   test_describe),
		TEST_CASE_NAMED_ST("find a region by its type", attach_usual, remove_device,
				   test_find),
		TEST_CASE_NAMED_ST("map the areas of a region", attach_usual, remove_device,
				   test_map),
		TEST_CASE_NAMED_ST("map two regions", attach_usual, remove_device, test_map_two),
		TEST_CASE_NAMED_ST("regions that cannot be mapped", attach_usual, remove_device,
				   test_map_refused),
		TEST_CASE_NAMED_ST("a region in many areas", attach_with_many_areas, remove_device,
				   test_many_areas),
		TEST_CASE_NAMED_ST("map where no place is free", attach_usual, remove_device,
				   test_map_no_place),
		TEST_CASE_NAMED_ST("share memory of the device", attach_usual, remove_device,
				   test_memory),
		TEST_CASE_NAMED_ST("interrupts", attach_usual, remove_device, test_interrupts),
		TEST_CASE_NAMED_ST("request of removal", attach_usual, remove_device,
				   test_removal),
		TEST_CASE_NAMED_ST("a device without interrupts", attach_without_interrupts,
				   remove_device, test_no_interrupts),
		TEST_CASE_NAMED_ST("secondary processes", attach_usual, remove_device,
				   test_secondaries),
		TEST_CASES_END()
	}
};

static int
test_bus_mdev_driver(void)
{
	if (rte_eal_process_type() == RTE_PROC_SECONDARY)
		return getenv(ROLE) != NULL ? secondary_result : TEST_SKIPPED;

	return unit_test_suite_runner(&suite);
}

REGISTER_DRIVER_TEST(bus_mdev_driver_autotest, test_bus_mdev_driver);
