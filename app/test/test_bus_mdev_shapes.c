/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/vfio.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bus_pci_driver.h>
#include <rte_common.h>
#include <rte_cycles.h>
#include <rte_dev.h>
#include <rte_eal.h>
#include <rte_interrupts.h>
#include <rte_malloc.h>
#include <rte_memory.h>
#include <rte_pci.h>

#include "test.h"
#include "test_mdev.h"
#include "test_mdev_pci.h"
#include "test_mdev_shapes.h"

/*
 * Devices that VFIO allows, and that vfio-pci never makes of a PCI function. The
 * kernel module mdev_shapes gives them the shape that this test describes. It
 * needs root.
 */

#define SHAPE_UUID "f3cf1fc2-4bda-4d43-9d3d-48210fc8e2ec"
#define SHAPE_FILE(name) MDEV_SHAPES_FILE(SHAPE_UUID, name)
#define SHAPE_PROBE_DELAY "/sys/module/mdev_shapes/parameters/probe_delay_ms"

#define SHAPE_VENDOR 0x1b36
#define SHAPE_DEVICE 0x0005
#define SHAPE_INTERRUPT_LINE 0x3c /* a byte that can be written */
#define SHAPE_MSIX_ENTRY 16
#define SHAPE_MAX_AREAS 8
/* The regions that VFIO knows, and some of the device's own. */
#define SHAPE_REGIONS (VFIO_PCI_NUM_REGIONS + 4)
#define SHAPE_PAGE UINT64_C(0x1000)

/* Where vfio-pci puts its regions. */
#define PLACE(index) ((uint64_t)(index) << 40)

struct area {
	uint64_t offset;
	uint64_t size;
};

struct region {
	uint64_t size;
	uint64_t offset;
	/* as README.rst of the module has them */
	const char *flags;
	/* if none is named, all of a BAR that can be mapped can be */
	struct area areas[SHAPE_MAX_AREAS];
};

struct msix {
	unsigned int bar;
	uint32_t offset;
};

struct shape {
	struct region regions[SHAPE_REGIONS];
	/* how many, by index: INTx, MSI, MSI-X, ERR, REQ */
	unsigned int irqs[VFIO_PCI_NUM_IRQS];
	struct msix table;
	struct msix pending;
	bool has_reset;
	bool absent_irq_fails;
};

#define CONFIG(size) \
	[VFIO_PCI_CONFIG_REGION_INDEX] = { size, PLACE(VFIO_PCI_CONFIG_REGION_INDEX), "rw" }

static const struct shape usual = {
	.regions = { [0] = { 0x4000, PLACE(0), "rwm" }, CONFIG(256) },
	.irqs = { [VFIO_PCI_REQ_IRQ_INDEX] = 1 },
	.has_reset = true,
};

static const struct shape regions_anywhere = {
	.regions = {
		[0] = { 0x2000, 0x10000, "rwm" },
		[1] = { 8, 0x200, "rwi" },
		[3] = { 0x100, 0x300, "rw" },
		[5] = { 0x1000, 0x1000, "rwm" },
		[VFIO_PCI_CONFIG_REGION_INDEX] = { 256, 0, "rw" },
	},
};

/* What is read beyond the end of the configuration space would be the BAR. */
static const struct shape config_64 = {
	.regions = {
		[0] = { 0x1000, 64, "rw" },
		[VFIO_PCI_CONFIG_REGION_INDEX] = { 64, 0, "rw" },
	},
	.absent_irq_fails = true,
};

static const struct shape config_4096 = {
	.regions = { [0] = { 0x1000, PLACE(0), "rwm" }, CONFIG(4096) },
};

static const struct shape intx_only = {
	.regions = { [0] = { 0x1000, PLACE(0), "rwm" }, CONFIG(256) },
	.irqs = { [VFIO_PCI_INTX_IRQ_INDEX] = 1 },
	.absent_irq_fails = true,
};

static const struct shape msi_only = {
	.regions = { [0] = { 0x1000, PLACE(0), "rwm" }, CONFIG(256) },
	.irqs = { [VFIO_PCI_MSI_IRQ_INDEX] = 1 },
};

static const struct shape msix_2048 = {
	.regions = {
		[2] = { 0x10000, PLACE(2), "rwm", { { 0x9000, 0x7000 } } },
		CONFIG(256),
	},
	.irqs = { [VFIO_PCI_MSIX_IRQ_INDEX] = 2048 },
	.table = { 2, 0 },
	.pending = { 2, 0x8000 },
};

static const struct shape msix_own_bar = {
	.regions = {
		[0] = { 0x2000, PLACE(0), "rwm" },
		[1] = { 0x1000, PLACE(1), "rwm" },
		CONFIG(256),
	},
	.irqs = { [VFIO_PCI_MSIX_IRQ_INDEX] = 32 },
	.table = { 1, 0 },
	.pending = { 1, 0x800 },
};

static const struct shape msix_at_start = {
	.regions = { [0] = { 0x4000, PLACE(0), "rwm" }, CONFIG(256) },
	.irqs = { [VFIO_PCI_MSIX_IRQ_INDEX] = 4 },
	.table = { 0, 0 },
	.pending = { 0, 0x100 },
};

static const struct shape msix_at_end = {
	.regions = { [0] = { 0x4000, PLACE(0), "rwm" }, CONFIG(256) },
	.irqs = { [VFIO_PCI_MSIX_IRQ_INDEX] = 4 },
	.table = { 0, 0x3f80 },
	.pending = { 0, 0x3000 },
};

static const struct shape msix_across_pages = {
	.regions = {
		[0] = { 0x4000, PLACE(0), "rwm", { { 0, 0x1000 }, { 0x3000, 0x1000 } } },
		CONFIG(256),
	},
	.irqs = { [VFIO_PCI_MSIX_IRQ_INDEX] = 4 },
	.table = { 0, 0x1fe0 },
	.pending = { 0, 0x2800 },
};

static const struct shape no_mapping = {
	.regions = {
		[0] = { 0x4000, PLACE(0), "rw" },
		[1] = { 0x20, PLACE(1), "rwi" },
		CONFIG(256),
	},
};

static const struct shape eight_areas = {
	.regions = {
		[0] = {
			0x20000, PLACE(0), "rwm", {
				{ 0x1000, 0x1000 }, { 0x4000, 0x2000 },
				{ 0x8000, 0x1000 }, { 0xa000, 0x1000 },
				{ 0xc000, 0x4000 }, { 0x11000, 0x1000 },
				{ 0x13000, 0x1000 }, { 0x1f000, 0x1000 },
			},
		},
		[1] = { 0x1000, PLACE(1), "rwm" },
		CONFIG(256),
	},
};

/* In a process with little room, the first BAR can be mapped, the second one cannot. */
static const struct shape large_areas = {
	.regions = {
		[0] = { 0x1000, PLACE(0), "rwm" },
		[1] = {
			UINT64_C(1) << 30, PLACE(1), "rwm",
			{ { 0x1000, 0x1000 }, { 0x3ffff000, 0x1000 } },
		},
		CONFIG(256),
	},
};

static const struct shape one_gib = {
	.regions = { [0] = { UINT64_C(1) << 30, PLACE(0), "rwm" }, CONFIG(256) },
};

static const struct shape pairs_of_64_bits = {
	.regions = {
		[0] = { 0x1000, PLACE(0), "rwmlp" },
		[2] = { UINT64_C(1) << 33, PLACE(2), "rwmlp" },
		[4] = { 0x1000, PLACE(4), "rwml" },
		CONFIG(256),
	},
};

static const struct shape read_only = {
	.regions = {
		[0] = { 0x1000, PLACE(0), "rm" },
		[1] = { 0x1000, PLACE(1), "r" },
		[2] = { 0x1000, PLACE(2), "rwm" },
		[3] = { 0x4000, PLACE(3), "rm", { { 0x1000, 0x1000 } } },
		CONFIG(256),
	},
};

static const struct shape regions_13 = {
	.regions = {
		[0] = { 0x1000, PLACE(0), "rwm" },
		CONFIG(256),
		[VFIO_PCI_NUM_REGIONS] = { 0x1000, PLACE(9), "rw" },
		[VFIO_PCI_NUM_REGIONS + 3] = { 0x3000, PLACE(12), "rwm" },
	},
};

static struct rte_pci_device *device;

static int
shape_probe(struct rte_pci_driver *drv, struct rte_pci_device *dev)
{
	/* a driver that maps the device on its own, as that of virtio does */
	if ((drv->drv_flags & RTE_PCI_DRV_NEED_MAPPING) == 0 && rte_pci_map_device(dev) != 0) {
		rte_pci_unmap_device(dev);
		return -1;
	}
	device = dev;

	return 0;
}

static int
shape_remove(struct rte_pci_device *dev __rte_unused)
{
	device = NULL;

	return 0;
}

static const struct rte_pci_id shape_ids[] = {
	{ RTE_PCI_DEVICE(SHAPE_VENDOR, SHAPE_DEVICE) },
	{ .vendor_id = 0 },
};

static struct rte_pci_driver shape_driver = {
	.driver.name = "test_mdev_shapes",
	.id_table = shape_ids,
	.probe = shape_probe,
	.remove = shape_remove,
	.drv_flags = RTE_PCI_DRV_NEED_MAPPING,
};

/*
 * Give the device its shape
 */

static int
write_region(unsigned int index, const struct region *region)
{
	char text[512];
	unsigned int i;
	int len;

	len = snprintf(text, sizeof(text), "%u %#" PRIx64 " %#" PRIx64 " %s", index, region->size,
		       region->offset, region->flags);
	for (i = 0; i < SHAPE_MAX_AREAS && region->areas[i].size != 0; i++)
		len += snprintf(text + len, sizeof(text) - len, " %#" PRIx64 "+%#" PRIx64,
				region->areas[i].offset, region->areas[i].size);

	return mdev_write_file(SHAPE_FILE("regions"), text);
}

static int
write_interrupts(const struct shape *shape)
{
	char text[128];

	snprintf(text, sizeof(text), "%u %u %u %u", shape->table.bar, shape->table.offset,
		 shape->pending.bar, shape->pending.offset);
	TEST_ASSERT_SUCCESS(mdev_write_file(SHAPE_FILE("msix"), text), "no MSI-X table %s", text);

	snprintf(text, sizeof(text), "%u %u %u %u %u", shape->irqs[0], shape->irqs[1],
		 shape->irqs[2], shape->irqs[3], shape->irqs[4]);
	TEST_ASSERT_SUCCESS(mdev_write_file(SHAPE_FILE("irqs"), text), "no interrupts %s", text);

	return mdev_write_file(SHAPE_FILE("absent_irq_fails"),
			       shape->absent_irq_fails ? "1" : "0");
}

static int
create(const struct shape *shape)
{
	static const unsigned int config = VFIO_PCI_CONFIG_REGION_INDEX;
	unsigned int i;

	TEST_ASSERT_SUCCESS(mdev_write_file(MDEV_SHAPES_CREATE, SHAPE_UUID),
			    "cannot make the device");

	/* a new device has a BAR 0, which may be in the way */
	TEST_ASSERT_SUCCESS(mdev_write_file(SHAPE_FILE("regions"), "0 0 0"), "BAR 0 stays");
	TEST_ASSERT_SUCCESS(write_region(config, &shape->regions[config]),
			    "no configuration space");
	for (i = 0; i < SHAPE_REGIONS; i++) {
		if (i != config && shape->regions[i].size != 0)
			TEST_ASSERT_SUCCESS(write_region(i, &shape->regions[i]), "no region %u", i);
	}

	TEST_ASSERT_SUCCESS(mdev_write_file(SHAPE_FILE("reset"), shape->has_reset ? "1" : "0"),
			    "no word on the reset");

	return write_interrupts(shape);
}

/*
 * BARs: what is written in one way is read in another
 */

static bool
has_flag(const struct region *region, char flag)
{
	return region->size != 0 && strchr(region->flags, flag) != NULL;
}

/* Get a dword of the device from the kernel itself. */
static int
read_region(const struct region *region, uint64_t offset, uint32_t *value)
{
	ssize_t ret = pread(rte_intr_dev_fd_get(device->intr_handle), value, sizeof(*value),
			    region->offset + offset);

	return ret == sizeof(*value) ? 0 : -1;
}

static int
check_mapped(const struct region *region, int bar, uint64_t offset)
{
	volatile uint32_t *dword = RTE_PTR_ADD(device->mem_resource[bar].addr,
						(uintptr_t)offset);
	uint32_t wrote = bar ^ offset ^ 0x5a5a5a5a;
	uint32_t value = 0;

	*dword = wrote;
	TEST_ASSERT_SUCCESS(read_region(region, offset, &value),
			    "cannot read BAR %d at %#" PRIx64, bar, offset);
	TEST_ASSERT_EQUAL(value, wrote, "BAR %d at %#" PRIx64 " is %#x", bar, offset, value);
	TEST_ASSERT_SUCCESS(mdev_check_mmio_write(device, bar, offset, 0x12345678),
			    "BAR %d", bar);

	return TEST_SUCCESS;
}

/* The functions for I/O ports reach BARs of memory as well. */
static int
check_trapped(const struct region *region, int bar, uint64_t offset)
{
	uint32_t wrote = bar ^ offset ^ 0xa5a5a5a5;
	struct rte_pci_ioport port;
	uint32_t value = 0;

	TEST_ASSERT_SUCCESS(rte_pci_ioport_map(device, bar, &port), "cannot map BAR %d", bar);
	rte_pci_ioport_write(&port, &wrote, sizeof(wrote), offset);
	TEST_ASSERT_SUCCESS(read_region(region, offset, &value),
			    "cannot read BAR %d at %#" PRIx64, bar, offset);
	TEST_ASSERT_EQUAL(value, wrote, "BAR %d at %#" PRIx64 " is %#x", bar, offset, value);

	value = 0;
	rte_pci_ioport_read(&port, &value, sizeof(value), offset);
	rte_pci_ioport_unmap(&port);
	TEST_ASSERT_EQUAL(value, wrote, "port %#" PRIx64 " of BAR %d is %#x", offset, bar, value);

	return mdev_check_mmio_write(device, bar, offset, 0x12345678);
}

static int
check_read_only(const struct region *region, int bar, uint64_t offset)
{
	uint32_t wrote = 0x12345678, value = 1;
	struct rte_pci_ioport port;

	TEST_ASSERT_SUCCESS(rte_pci_ioport_map(device, bar, &port), "cannot map BAR %d", bar);
	rte_pci_ioport_write(&port, &wrote, sizeof(wrote), offset);
	rte_pci_ioport_unmap(&port);
	TEST_ASSERT_SUCCESS(read_region(region, offset, &value),
			    "cannot read BAR %d at %#" PRIx64, bar, offset);
	TEST_ASSERT_EQUAL(value, 0, "BAR %d at %#" PRIx64 " is %#x", bar, offset, value);

	return mdev_check_mmio_read(device, bar, offset, 0);
}

/* Is a page of the BAR one with the MSI-X table, which DPDK leaves to the kernel? */
static bool
has_table(const struct shape *shape, unsigned int bar, uint64_t offset)
{
	uint64_t first = shape->table.offset;
	uint64_t last = first + shape->irqs[VFIO_PCI_MSIX_IRQ_INDEX] * SHAPE_MSIX_ENTRY - 1;

	return shape->irqs[VFIO_PCI_MSIX_IRQ_INDEX] != 0 && shape->table.bar == bar &&
		offset / SHAPE_PAGE >= first / SHAPE_PAGE &&
		offset / SHAPE_PAGE <= last / SHAPE_PAGE;
}

static int
check_mapped_area(const struct shape *shape, int bar, const struct area *area)
{
	const struct region *region = &shape->regions[bar];
	uint64_t last = area->offset + area->size - sizeof(uint32_t);

	if (!has_table(shape, bar, area->offset))
		TEST_ASSERT_SUCCESS(check_mapped(region, bar, area->offset), "first dword");
	if (!has_table(shape, bar, last))
		TEST_ASSERT_SUCCESS(check_mapped(region, bar, last), "last dword");

	return TEST_SUCCESS;
}

static int
check_mapped_bar(const struct shape *shape, int bar)
{
	const struct region *region = &shape->regions[bar];
	const struct area whole = { 0, region->size };
	unsigned int i;

	if (region->areas[0].size == 0)
		return check_mapped_area(shape, bar, &whole);

	for (i = 0; i < SHAPE_MAX_AREAS && region->areas[i].size != 0; i++)
		TEST_ASSERT_SUCCESS(check_mapped_area(shape, bar, &region->areas[i]), "area %u", i);

	return TEST_SUCCESS;
}

/* A BAR that is nothing but the MSI-X table and its neighbours has no other use. */
static bool
is_mapped(const struct shape *shape, int bar)
{
	const struct region *region = &shape->regions[bar];

	return has_flag(region, 'm') && has_flag(region, 'w') &&
		!(region->size == SHAPE_PAGE && has_table(shape, bar, 0));
}

static int
check_bar(const struct shape *shape, int bar)
{
	const struct region *region = &shape->regions[bar];
	uint64_t last = region->size - sizeof(uint32_t);

	TEST_ASSERT_EQUAL(device->mem_resource[bar].len, region->size, "BAR %d is of %#" PRIx64,
			  bar, device->mem_resource[bar].len);
	TEST_ASSERT_EQUAL((device->mem_resource[bar].addr != NULL), is_mapped(shape, bar),
			  "BAR %d is mapped, or it is not", bar);
	TEST_ASSERT_EQUAL((device->mem_resource[bar].phys_addr != 0), (region->size != 0),
			  "BAR %d has an address, or it has not", bar);
	if (region->size == 0)
		return TEST_SUCCESS;

	TEST_ASSERT_SUCCESS(mdev_check_mmio_end(device, bar, region->size), "BAR %d", bar);
	if (is_mapped(shape, bar))
		return check_mapped_bar(shape, bar);
	if (!has_flag(region, 'w')) {
		TEST_ASSERT_SUCCESS(check_read_only(region, bar, 0), "first dword");
		return check_read_only(region, bar, last);
	}
	TEST_ASSERT_SUCCESS(check_trapped(region, bar, 0), "first dword");

	return check_trapped(region, bar, last);
}

static int
check_bars(const struct shape *shape)
{
	int bar;

	for (bar = 0; bar < PCI_MAX_RESOURCE; bar++)
		TEST_ASSERT_SUCCESS(check_bar(shape, bar), "BAR %d", bar);

	return TEST_SUCCESS;
}

/* Only a driver that knows them can use them: with its own calls of VFIO. */
static int
check_own_regions(const struct shape *shape)
{
	struct vfio_region_info info;
	const struct region *region;
	unsigned int i;
	uint32_t value;

	for (i = VFIO_PCI_NUM_REGIONS; i < SHAPE_REGIONS; i++) {
		region = &shape->regions[i];
		if (region->size == 0)
			continue;
		/* the kernel writes its capabilities behind it, if told that there is room */
		info = (struct vfio_region_info) { .argsz = sizeof(info), .index = i };
		TEST_ASSERT_SUCCESS(ioctl(rte_intr_dev_fd_get(device->intr_handle),
					  VFIO_DEVICE_GET_REGION_INFO, &info), "no region %u", i);
		TEST_ASSERT_EQUAL(info.size, region->size, "region %u is of %#llx", i,
				  (unsigned long long)info.size);
		TEST_ASSERT_SUCCESS(read_region(region, 0, &value), "cannot read region %u", i);
	}

	return TEST_SUCCESS;
}

/*
 * Configuration space
 */

static int
check_config(const struct shape *shape)
{
	off_t size = shape->regions[VFIO_PCI_CONFIG_REGION_INDEX].size;
	uint32_t dword = 0;
	uint8_t line;

	TEST_ASSERT_EQUAL(rte_pci_read_config(device, &dword, sizeof(dword), 0),
			  (int)sizeof(dword), "cannot read the IDs");
	TEST_ASSERT_EQUAL(dword, (SHAPE_DEVICE << 16 | SHAPE_VENDOR), "IDs %#x", dword);
	TEST_ASSERT_EQUAL(rte_pci_read_config(device, &dword, sizeof(dword), size - 4),
			  (int)sizeof(dword), "cannot read the last dword");
	TEST_ASSERT(rte_pci_read_config(device, &dword, sizeof(dword), size) < 0,
		    "read beyond the end");
	TEST_ASSERT(rte_pci_read_config(device, &dword, sizeof(dword), size - 2) < 0,
		    "read across the end");
	TEST_ASSERT(rte_pci_write_config(device, &dword, sizeof(dword), size) < 0,
		    "wrote beyond the end");

	for (line = 0x5a; line != 0x5c; line++) {
		TEST_ASSERT_EQUAL(rte_pci_write_config(device, &line, 1, SHAPE_INTERRUPT_LINE), 1,
				  "cannot write");
		TEST_ASSERT_EQUAL(rte_pci_read_config(device, &dword, 1, SHAPE_INTERRUPT_LINE), 1,
				  "cannot read");
		TEST_ASSERT_EQUAL((uint8_t)dword, line, "wrote %#x, read %#x", line, dword);
	}

	return TEST_SUCCESS;
}

static int
check_capabilities(const struct shape *shape)
{
	bool is_long = shape->regions[VFIO_PCI_CONFIG_REGION_INDEX].size > 256;

	TEST_ASSERT_SUCCESS(mdev_check_capability(device, RTE_PCI_CAP_ID_MSI,
						  shape->irqs[VFIO_PCI_MSI_IRQ_INDEX] != 0),
			    "MSI");
	TEST_ASSERT_SUCCESS(mdev_check_capability(device, RTE_PCI_CAP_ID_MSIX,
						  shape->irqs[VFIO_PCI_MSIX_IRQ_INDEX] != 0),
			    "MSI-X");
	TEST_ASSERT_EQUAL((rte_pci_find_ext_capability(device, RTE_PCI_EXT_CAP_ID_DSN) > 0),
			  is_long, "the serial number is%s there", is_long ? " not" : "");

	return TEST_SUCCESS;
}

/*
 * Interrupts
 */

static int
raise_interrupt(unsigned int index, unsigned int vector)
{
	return mdev_shapes_raise(SHAPE_FILE("trigger"), index, vector);
}

static int
check_vector(unsigned int index, unsigned int vector, int fd)
{
	struct pollfd event = { .fd = fd, .events = POLLIN };
	uint64_t count;

	TEST_ASSERT_EQUAL(poll(&event, 1, 0), 0, "interrupt %u from nowhere", vector);
	TEST_ASSERT_SUCCESS(raise_interrupt(index, vector), "vector %u is not connected", vector);
	TEST_ASSERT_EQUAL(poll(&event, 1, MDEV_TIMEOUT_MS), 1, "no interrupt %u", vector);
	TEST_ASSERT_EQUAL(read(fd, &count, sizeof(count)), (ssize_t)sizeof(count),
			  "cannot read the event");

	return TEST_SUCCESS;
}

static int
check_one_interrupt(unsigned int index)
{
	struct rte_intr_handle *handle = device->intr_handle;
	unsigned int i;

	TEST_ASSERT_SUCCESS(rte_intr_enable(handle), "cannot enable interrupts");
	for (i = 0; i < 2; i++) {
		TEST_ASSERT_SUCCESS(check_vector(index, 0, rte_intr_fd_get(handle)), "round %u", i);
		/* INTx stays masked until then */
		TEST_ASSERT_SUCCESS(rte_intr_ack(handle), "cannot acknowledge");
	}
	TEST_ASSERT_SUCCESS(rte_intr_disable(handle), "cannot disable interrupts");
	TEST_ASSERT_EQUAL(raise_interrupt(index, 0), -ENXIO, "still connected");

	return TEST_SUCCESS;
}

/* The first vector is for events of the device, the others are for its queues. */
static int
check_queue_interrupts(unsigned int vectors)
{
	struct rte_intr_handle *handle = device->intr_handle;
	int queues, i;

	TEST_ASSERT_SUCCESS(rte_intr_efd_enable(handle, vectors - 1), "no events");
	queues = rte_intr_nb_efd_get(handle);
	TEST_ASSERT_EQUAL(queues, (int)RTE_MIN(vectors - 1, (unsigned int)RTE_MAX_RXTX_INTR_VEC_ID),
			  "%d events", queues);

	TEST_ASSERT_SUCCESS(rte_intr_enable(handle), "cannot enable interrupts");
	TEST_ASSERT_SUCCESS(check_vector(VFIO_PCI_MSIX_IRQ_INDEX, 0, rte_intr_fd_get(handle)),
			    "events of the device");
	for (i = 0; i < queues; i++)
		TEST_ASSERT_SUCCESS(check_vector(VFIO_PCI_MSIX_IRQ_INDEX, i + 1,
						 rte_intr_efds_index_get(handle, i)),
				    "queue %d", i);
	TEST_ASSERT_SUCCESS(rte_intr_disable(handle), "cannot disable interrupts");
	rte_intr_efd_disable(handle);

	return TEST_SUCCESS;
}

static int
check_interrupts(const struct shape *shape)
{
	unsigned int vectors = shape->irqs[VFIO_PCI_MSIX_IRQ_INDEX];

	if (vectors > 1)
		return check_queue_interrupts(vectors);
	if (shape->irqs[VFIO_PCI_MSI_IRQ_INDEX] != 0)
		return check_one_interrupt(VFIO_PCI_MSI_IRQ_INDEX);
	if (shape->irqs[VFIO_PCI_INTX_IRQ_INDEX] != 0)
		return check_one_interrupt(VFIO_PCI_INTX_IRQ_INDEX);

	TEST_ASSERT(rte_intr_fd_get(device->intr_handle) < 0, "an interrupt from nowhere");

	return TEST_SUCCESS;
}

/* Nothing of a request of removal can be seen but that it is connected. */
static int
check_notifier(const struct shape *shape)
{
	bool expected = shape->irqs[VFIO_PCI_REQ_IRQ_INDEX] != 0;

	TEST_ASSERT_EQUAL((rte_intr_fd_get(device->vfio_req_intr_handle) >= 0), expected,
			  "the notifier of removal is%s there", expected ? " not" : "");

	return TEST_SUCCESS;
}

/*
 * Test cases: one for each shape
 */

static int
check_attached(const struct shape *shape)
{
	TEST_ASSERT_SUCCESS(rte_dev_probe(SHAPE_UUID), "cannot attach");
	TEST_ASSERT_NOT_NULL(device, "was not probed");

	TEST_ASSERT_SUCCESS(check_config(shape), "configuration space");
	TEST_ASSERT_SUCCESS(check_capabilities(shape), "capabilities");
	TEST_ASSERT_SUCCESS(check_bars(shape), "BARs");
	TEST_ASSERT_SUCCESS(check_own_regions(shape), "regions of its own");
	TEST_ASSERT_SUCCESS(check_interrupts(shape), "interrupts");
	TEST_ASSERT_SUCCESS(check_notifier(shape), "notifier");

	return TEST_SUCCESS;
}

static int
test_shape(const void *data)
{
	unsigned int fds = mdev_count_fds();
	const struct shape *shape = data;
	int ret;

	TEST_ASSERT_SUCCESS(create(shape), "the device does not take this shape");
	ret = check_attached(shape);
	if (device != NULL)
		TEST_ASSERT_SUCCESS(rte_dev_remove(&device->device), "cannot detach");
	TEST_ASSERT_NULL(device, "was not removed");
	TEST_ASSERT_EQUAL(mdev_count_fds(), fds, "%u files instead of %u", mdev_count_fds(), fds);

	return ret;
}

/*
 * Secondary processes
 */

/* What the secondary process is to do, in its environment, and where the BAR 0 is */
#define ROLE "MDEV_SHAPES_ROLE"
#define ROLE_MAPS "maps"
#define ROLE_CANNOT_MAP "cannot map"
#define ROLE_OCCUPIED "has something there"
#define PLACE_OF_BAR "MDEV_SHAPES_PLACE"

/* Let no more than another 256 MiB be mapped. */
static int
limit_room(void)
{
	struct rlimit limit = { .rlim_max = RLIM_INFINITY };
	uint64_t pages = 0;
	FILE *statm;

	statm = fopen("/proc/self/statm", "r");
	if (statm == NULL)
		return -1;
	if (fscanf(statm, "%" SCNu64, &pages) != 1)
		pages = 0;
	fclose(statm);
	if (pages == 0)
		return -1;

	limit.rlim_cur = pages * sysconf(_SC_PAGESIZE) + (256 << 20);

	return setrlimit(RLIMIT_AS, &limit);
}

/* It fails, whoever maps the device, and nothing of this process suffers. */
static int
check_cannot_map(void)
{
	static const uint32_t flags[] = { RTE_PCI_DRV_NEED_MAPPING, 0 };
	struct stat before, after;
	unsigned int i;

	TEST_ASSERT_SUCCESS(limit_room(), "cannot limit what may be mapped");
	TEST_ASSERT_SUCCESS(fstat(STDIN_FILENO, &before), "no standard input");

	for (i = 0; i < RTE_DIM(flags); i++) {
		shape_driver.drv_flags = flags[i];
		TEST_ASSERT_FAIL(rte_dev_probe(SHAPE_UUID), "attached, flags %#x", flags[i]);
		TEST_ASSERT_NULL(device, "mapped, flags %#x", flags[i]);
		TEST_ASSERT_EQUAL(mdev_count_mapped_bars(), 0, "a BAR stayed mapped, flags %#x",
				  flags[i]);
	}

	TEST_ASSERT_SUCCESS(fstat(STDIN_FILENO, &after), "standard input was closed");
	TEST_ASSERT(before.st_dev == after.st_dev && before.st_ino == after.st_ino,
		    "standard input is another file");

	return TEST_SUCCESS;
}

/* What this process has where a BAR should be stays. */
static int
check_occupied(void)
{
	const char *text = getenv(PLACE_OF_BAR);
	volatile uint32_t *place = NULL;

	if (text != NULL)
		place = (void *)(uintptr_t)strtoull(text, NULL, 16);
	TEST_ASSERT(mmap((void *)(uintptr_t)place, SHAPE_PAGE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == place,
		    "%s is not free", text);
	*place = 0x5a5a5a5a;

	rte_dev_probe(SHAPE_UUID);
	TEST_ASSERT_NULL(device, "mapped over it");
	TEST_ASSERT_EQUAL(*place, 0x5a5a5a5a, "it is %#x", *place);

	return TEST_SUCCESS;
}

static int
check_maps(void)
{
	/* the primary has it, which is no success for who asks it to attach the device */
	rte_dev_probe(SHAPE_UUID);
	TEST_ASSERT_NOT_NULL(device, "was not probed");

	return check_bars(&large_areas);
}

static int
run_as_secondary(void)
{
	const char *role = getenv(ROLE);

	if (role == NULL)
		return TEST_SKIPPED;

	rte_pci_register(&shape_driver);
	if (strcmp(role, ROLE_OCCUPIED) == 0)
		return check_occupied();

	return strcmp(role, ROLE_MAPS) == 0 ? check_maps() : check_cannot_map();
}

static int
run_secondary(const char *role)
{
	const char * const args[] = { "dpdk-test", "--proc-type=secondary", NULL };
	char place[32];

	snprintf(place, sizeof(place), "%p", device->mem_resource[0].addr);
	setenv(PLACE_OF_BAR, place, 1);
	setenv(ROLE, role, 1);

	return mdev_run_secondary("bus_mdev_shapes_autotest", args);
}

/* One that cannot map the device changes nothing for those who can. */
static int
test_secondaries(void)
{
	if (!rte_eal_has_hugepages())
		return TEST_SKIPPED;

	TEST_ASSERT_SUCCESS(create(&large_areas), "the device does not take this shape");
	TEST_ASSERT_SUCCESS(rte_dev_probe(SHAPE_UUID), "cannot attach");

	TEST_ASSERT_SUCCESS(run_secondary(ROLE_MAPS), "the first cannot map");
	TEST_ASSERT_SUCCESS(run_secondary(ROLE_CANNOT_MAP), "the second does not fail");
	TEST_ASSERT_SUCCESS(run_secondary(ROLE_OCCUPIED), "the third does not fail");
	TEST_ASSERT_SUCCESS(check_bars(&large_areas), "the primary suffers");
	TEST_ASSERT_SUCCESS(run_secondary(ROLE_MAPS), "the fourth cannot map");

	return TEST_SUCCESS;
}

/*
 * Memory that the parent pins: VFIO lets it in version 2 of type 1 only
 */

#define PIN_IOVA UINT64_C(0x7000000000)
#define PIN_WORD 0x70696e73
#define USER_NOBODY 65534

static int
pin_page(uint64_t iova)
{
	return mdev_shapes_pin(SHAPE_FILE("pins"), iova);
}

static bool
is_pinned(uint64_t iova)
{
	return mdev_shapes_has_pinned(SHAPE_FILE("pins"), iova, PIN_WORD);
}

/* What the application maps is let go when it is unmapped. */
static int
check_pinned_until_unmapped(void *memory, size_t page)
{
	struct rte_device *dev = &device->device;

	TEST_ASSERT_SUCCESS(rte_dev_dma_map(dev, memory, PIN_IOVA, page), "cannot map");
	TEST_ASSERT_SUCCESS(pin_page(PIN_IOVA), "the parent cannot pin");
	TEST_ASSERT(is_pinned(PIN_IOVA), "the parent does not see it");
	TEST_ASSERT_SUCCESS(rte_dev_dma_unmap(dev, memory, PIN_IOVA, page), "cannot unmap");
	TEST_ASSERT(!is_pinned(PIN_IOVA), "pinned after it was unmapped");
	TEST_ASSERT_FAIL(pin_page(PIN_IOVA), "pinned although it is not mapped");

	return TEST_SUCCESS;
}

/* What EAL has mapped is let go with the device. */
static int
check_pinned_until_detached(void *memory)
{
	uint64_t iova = rte_mem_virt2iova(memory);

	TEST_ASSERT_SUCCESS(pin_page(iova), "the parent cannot pin memory of EAL");
	TEST_ASSERT(is_pinned(iova), "the parent does not see memory of EAL");
	TEST_ASSERT_SUCCESS(rte_dev_remove(&device->device), "cannot detach");
	TEST_ASSERT(!is_pinned(iova), "pinned after the device was detached");

	return TEST_SUCCESS;
}

/* Attach the device, and let the check have a page of external memory with our word. */
static int
with_external_page(int (*check)(void *memory, size_t page))
{
	size_t page = sysconf(_SC_PAGESIZE);
	uint32_t *memory;

	TEST_ASSERT_SUCCESS(create(&usual), "cannot make the device");
	TEST_ASSERT_SUCCESS(rte_dev_probe(SHAPE_UUID), "cannot attach");
	TEST_ASSERT_SUCCESS(posix_memalign((void **)&memory, page, page), "no memory");
	*memory = PIN_WORD;
	TEST_ASSERT_SUCCESS(rte_extmem_register(memory, page, NULL, 0, page),
			    "cannot register the memory");
	TEST_ASSERT_SUCCESS(check(memory, page), "external memory");
	TEST_ASSERT_SUCCESS(rte_extmem_unregister(memory, page), "cannot unregister");
	free(memory);

	return TEST_SUCCESS;
}

static int
test_pins(void)
{
	size_t page = sysconf(_SC_PAGESIZE);
	uint32_t *internal;

	TEST_ASSERT_SUCCESS(with_external_page(check_pinned_until_unmapped),
			    "memory of the application");

	internal = rte_malloc(NULL, page, page);
	TEST_ASSERT_NOT_NULL(internal, "no memory of EAL");
	*internal = PIN_WORD;
	TEST_ASSERT_SUCCESS(check_pinned_until_detached(internal), "memory of EAL");
	rte_free(internal);

	return TEST_SUCCESS;
}

/* Who is not root may pin as much as the process may lock, at that moment. */
static int
check_locked_memory(void *memory, size_t page)
{
	struct rte_device *dev = &device->device;
	struct rlimit limit, none;
	int mapped, pinned;

	TEST_ASSERT_SUCCESS(getrlimit(RLIMIT_MEMLOCK, &limit), "no limit");
	none = limit;
	none.rlim_cur = 0;
	TEST_ASSERT_SUCCESS(setrlimit(RLIMIT_MEMLOCK, &none), "cannot set the limit");
	/* who is root when memory is mapped has no limit */
	TEST_ASSERT_SUCCESS(seteuid(USER_NOBODY), "cannot be another user");
	mapped = rte_dev_dma_map(dev, memory, PIN_IOVA, page);
	TEST_ASSERT_SUCCESS(seteuid(0), "cannot be root again");
	pinned = pin_page(PIN_IOVA);
	TEST_ASSERT_SUCCESS(setrlimit(RLIMIT_MEMLOCK, &limit), "cannot set the limit again");

	TEST_ASSERT_SUCCESS(mapped, "cannot map without locked memory");
	TEST_ASSERT_EQUAL(pinned, -ENOMEM, "pinned above the limit: %d", pinned);
	TEST_ASSERT_SUCCESS(pin_page(PIN_IOVA), "cannot pin with a higher limit");
	TEST_ASSERT(is_pinned(PIN_IOVA), "the parent does not see it");
	TEST_ASSERT_SUCCESS(rte_dev_dma_unmap(dev, memory, PIN_IOVA, page), "cannot unmap");

	return TEST_SUCCESS;
}

static int
test_locked_memory(void)
{
	return with_external_page(check_locked_memory);
}

/*
 * A device whose parent takes its time
 */

static int arrival_pipe[2];

static void
attach_on_arrival(const char *name, enum rte_dev_event_type type, void *arg __rte_unused)
{
	int ret;

	if (type != RTE_DEV_EVENT_ADD)
		return;
	ret = rte_dev_probe(name);
	if (write(arrival_pipe[1], &ret, sizeof(ret)) != sizeof(ret))
		printf("an arrival is lost\n");
}

static int
check_slow_arrival(void)
{
	struct pollfd pollfd = { .fd = arrival_pipe[0], .events = POLLIN };
	int attached;

	TEST_ASSERT_SUCCESS(mdev_write_file(MDEV_SHAPES_CREATE, SHAPE_UUID),
			    "cannot make the device");
	TEST_ASSERT_EQUAL(poll(&pollfd, 1, MDEV_TIMEOUT_MS), 1, "no event");
	TEST_ASSERT_EQUAL(read(arrival_pipe[0], &attached, sizeof(attached)),
			  (ssize_t)sizeof(attached), "no result");
	TEST_ASSERT_SUCCESS(attached, "not attached: %d", attached);
	TEST_ASSERT_NOT_NULL(device, "attached, but not probed");

	return TEST_SUCCESS;
}

/* The kernel tells of it a second before it can be opened. */
static int
test_slow_arrival(void)
{
	int ret;

	TEST_ASSERT_SUCCESS(pipe(arrival_pipe), "no pipe");
	TEST_ASSERT_SUCCESS(rte_dev_event_monitor_start(), "cannot watch for events");
	ret = rte_dev_event_callback_register(SHAPE_UUID, attach_on_arrival, NULL);
	if (ret == 0)
		ret = mdev_write_file(SHAPE_PROBE_DELAY, "1000");
	if (ret == 0)
		ret = check_slow_arrival();
	mdev_write_file(SHAPE_PROBE_DELAY, "0");
	while (rte_dev_event_callback_unregister(SHAPE_UUID, attach_on_arrival, NULL) == -EAGAIN)
		rte_delay_us_sleep(1000);
	TEST_ASSERT_SUCCESS(mdev_stop_event_monitor(), "cannot stop");
	close(arrival_pipe[0]);
	close(arrival_pipe[1]);

	return ret;
}

static int
suite_setup(void)
{
	if (!mdev_shapes_are_there())
		return TEST_SKIPPED;

	rte_pci_register(&shape_driver);

	return 0;
}

static void
suite_teardown(void)
{
	rte_pci_unregister(&shape_driver);
}

static void
remove_device(void)
{
	if (device != NULL)
		rte_dev_remove(&device->device);
	if (mdev_exists(SHAPE_UUID))
		mdev_remove(SHAPE_UUID);
}

#define SHAPE_CASE(name, shape) \
	TEST_CASE_NAMED_WITH_DATA(name, NULL, remove_device, test_shape, &(shape))

static struct unit_test_suite suite = {
	.suite_name = "mediated devices of any shape",
	.setup = suite_setup,
	.teardown = suite_teardown,
	.unit_test_cases = {
		SHAPE_CASE("like a PCI function, with reset and notifier", usual),
		SHAPE_CASE("regions anywhere, configuration space at 0", regions_anywhere),
		SHAPE_CASE("configuration space of 64 bytes, a BAR behind it", config_64),
		SHAPE_CASE("configuration space of 4096 bytes", config_4096),
		SHAPE_CASE("INTx only", intx_only),
		SHAPE_CASE("MSI only", msi_only),
		SHAPE_CASE("2048 MSI-X vectors", msix_2048),
		SHAPE_CASE("MSI-X table in a BAR of its own", msix_own_bar),
		SHAPE_CASE("MSI-X table at the start of a BAR", msix_at_start),
		SHAPE_CASE("MSI-X table at the end of a BAR", msix_at_end),
		SHAPE_CASE("MSI-X table across a page border", msix_across_pages),
		SHAPE_CASE("BARs that cannot be mapped", no_mapping),
		SHAPE_CASE("BAR that is mapped in 8 areas", eight_areas),
		SHAPE_CASE("BAR of 1 GiB", one_gib),
		SHAPE_CASE("BARs of 64 bits, small and large", pairs_of_64_bits),
		SHAPE_CASE("BARs that can only be read", read_only),
		SHAPE_CASE("regions of the device's own", regions_13),
		SHAPE_CASE("BAR of 1 GiB that is mapped in areas", large_areas),
		TEST_CASE_NAMED_ST("a secondary process that cannot map it", NULL, remove_device,
				   test_secondaries),
		TEST_CASE_NAMED_ST("memory that its parent pins", NULL, remove_device, test_pins),
		TEST_CASE_NAMED_ST("more memory pinned than may be locked", NULL, remove_device,
				   test_locked_memory),
		TEST_CASE_NAMED_ST("attached on arrival, a second before it is complete", NULL,
				   remove_device, test_slow_arrival),
		TEST_CASES_END()
	}
};

static int
test_bus_mdev_shapes(void)
{
	if (rte_eal_process_type() == RTE_PROC_SECONDARY)
		return run_as_secondary();

	return unit_test_suite_runner(&suite);
}

REGISTER_DRIVER_TEST(bus_mdev_shapes_autotest, test_bus_mdev_shapes);
