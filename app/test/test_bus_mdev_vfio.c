/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/vfio.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <bus_mdev_driver.h>
#include <bus_pci_driver.h>
#include <dev_vfio.h>
#include <dev_driver.h>
#include <rte_bus.h>
#include <rte_common.h>
#include <rte_dev.h>
#include <rte_devargs.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_interrupts.h>
#include <rte_memory.h>
#include <rte_string_fns.h>
#include <rte_uuid.h>

#include "test.h"
#include "test_mdev.h"

/*
 * This test drives two real mediated devices, samples of the Linux kernel
 * (samples/vfio-mdev): mtty, a serial card with I/O ports and an interrupt,
 * and mdpy, a display with a memory BAR and no interrupt. Name a new device of
 * each with -a.
 */

/*
 * Mediated devices have domains from here on, with less digits than 8: some drivers
 * have no more room for the address.
 */
#define MDEV_DOMAIN 0x80000u
#define MDEV_DOMAIN_END 0x10000000u

/* Registers of a 16550 UART, which is what each BAR of mtty is. */
#define UART_IER 1
#define UART_IER_THRI 0x02
#define UART_SCR 7

struct sample {
	/* types of the sample begin with this */
	const char *type;
	struct rte_pci_id id;
	char name[RTE_UUID_STRLEN];
	/* set while a driver has the device */
	struct rte_pci_device *dev;
};

static struct sample mtty = {
	.type = "mtty-",
	.id = {
		.class_id = 0x070002,
		.vendor_id = 0x4348, .device_id = 0x3253,
		.subsystem_vendor_id = 0x4348, .subsystem_device_id = 0x3253,
	},
};

static struct sample mdpy = {
	.type = "mdpy-",
	.id = {
		.class_id = 0x038000,
		.vendor_id = 0x1b36, .device_id = 0x000f,
		.subsystem_vendor_id = 0x1af4, .subsystem_device_id = 0x1100,
	},
};

static struct sample * const samples[] = { &mtty, &mdpy };

static int probe_result;
static char probed_args[64];
/* called with each device that the driver gives back, unless it is NULL */
static void (*remove_meanwhile)(struct rte_pci_device *dev);

static struct sample *
sample_of(const struct rte_pci_device *dev)
{
	return dev->id.vendor_id == mtty.id.vendor_id ? &mtty : &mdpy;
}

static int
test_pci_probe(struct rte_pci_driver *drv __rte_unused, struct rte_pci_device *dev)
{
	const struct rte_devargs *devargs = dev->device.devargs;

	strlcpy(probed_args, devargs != NULL ? devargs->args : "", sizeof(probed_args));
	if (probe_result != 0)
		return probe_result;

	sample_of(dev)->dev = dev;

	return 0;
}

static int
test_pci_remove(struct rte_pci_device *dev)
{
	sample_of(dev)->dev = NULL;
	if (remove_meanwhile != NULL)
		remove_meanwhile(dev);

	return 0;
}

static const struct rte_pci_id test_pci_ids[] = {
	{ RTE_PCI_DEVICE(0x4348, 0x3253) },
	{ RTE_PCI_DEVICE(0x1b36, 0x000f) },
	{ .vendor_id = 0 },
};

/*
 * Only registered during this test: there are real cards with these IDs, which
 * are none of its business.
 */
static struct rte_pci_driver test_pci_driver = {
	.driver.name = "test_mdev_pci",
	.id_table = test_pci_ids,
	.probe = test_pci_probe,
	.remove = test_pci_remove,
	.drv_flags = RTE_PCI_DRV_NEED_MAPPING,
};

static void
find_samples(void)
{
	const struct rte_mdev_device *mdev;
	struct rte_dev_iterator it;
	struct rte_device *dev;
	unsigned int i;

	RTE_DEV_FOREACH(dev, "bus=mdev,device_api=vfio-pci", &it) {
		mdev = rte_mdev_from_device(dev);
		for (i = 0; i < RTE_DIM(samples); i++) {
			if (strncmp(mdev->mdev_type, samples[i]->type,
					strlen(samples[i]->type)) == 0)
				strlcpy(samples[i]->name, mdev->name, sizeof(samples[i]->name));
		}
	}
}

static int
detach(struct sample *sample)
{
	return sample->dev != NULL ? rte_dev_remove(&sample->dev->device) : 0;
}

/*
 * Setup and teardown
 */

static int
suite_setup(void)
{
	find_samples();
	if (mtty.name[0] == '\0' || mdpy.name[0] == '\0') {
		printf("Skipped: name a device of the kernel's samples mtty and mdpy each\n");
		return TEST_SKIPPED;
	}

	rte_pci_register(&test_pci_driver);

	return 0;
}

static void
suite_teardown(void)
{
	rte_pci_unregister(&test_pci_driver);
}

static int
attach_both(void)
{
	probe_result = 0;
	TEST_ASSERT_SUCCESS(rte_dev_probe(mtty.name), "cannot attach mtty");
	TEST_ASSERT_NOT_NULL(mtty.dev, "mtty was not probed");
	TEST_ASSERT_SUCCESS(rte_dev_probe(mdpy.name), "cannot attach mdpy");
	TEST_ASSERT_NOT_NULL(mdpy.dev, "mdpy was not probed");

	return 0;
}

static void
detach_both(void)
{
	probe_result = 0;
	test_pci_driver.drv_flags = RTE_PCI_DRV_NEED_MAPPING;
	remove_meanwhile = NULL;
	detach(&mtty);
	detach(&mdpy);
}

/*
 * Test cases
 */

static int
test_identity(void)
{
	const struct rte_pci_id *id;
	struct rte_pci_device *dev;
	struct rte_dev_iterator it;
	struct rte_device *other;
	char name[PCI_PRI_STR_SIZE];
	unsigned int i;

	for (i = 0; i < RTE_DIM(samples); i++) {
		dev = samples[i]->dev;
		id = &samples[i]->id;

		TEST_ASSERT_EQUAL(strcmp(rte_bus_name(rte_dev_bus(&dev->device)), "mdev"), 0,
				  "wrong bus");
		TEST_ASSERT_EQUAL(strcmp(rte_dev_name(&dev->device), samples[i]->name), 0,
				  "wrong name: %s", rte_dev_name(&dev->device));
		TEST_ASSERT(rte_dev_driver(&dev->device) == &test_pci_driver.driver,
			    "wrong driver");
		TEST_ASSERT_NOT_NULL(strstr(rte_dev_bus_info(&dev->device), samples[i]->type),
				     "bus information without the type");

		TEST_ASSERT_EQUAL(dev->id.vendor_id, id->vendor_id,
				  "wrong vendor %#x", dev->id.vendor_id);
		TEST_ASSERT_EQUAL(dev->id.device_id, id->device_id,
				  "wrong device %#x", dev->id.device_id);
		TEST_ASSERT_EQUAL(dev->id.class_id, id->class_id,
				  "wrong class %#x", dev->id.class_id);
		TEST_ASSERT_EQUAL(dev->id.subsystem_vendor_id, id->subsystem_vendor_id,
				  "wrong subsystem vendor %#x", dev->id.subsystem_vendor_id);
		TEST_ASSERT_EQUAL(dev->id.subsystem_device_id, id->subsystem_device_id,
				  "wrong subsystem device %#x", dev->id.subsystem_device_id);

		TEST_ASSERT_EQUAL(dev->kdrv, RTE_PCI_KDRV_VFIO, "wrong kernel driver");
		TEST_ASSERT(dev->addr.domain >= MDEV_DOMAIN, "address of a real function");
		TEST_ASSERT(dev->addr.domain < MDEV_DOMAIN_END, "address of 8 digits");
		rte_pci_device_name(&dev->addr, name, sizeof(name));
		TEST_ASSERT_EQUAL(strcmp(dev->name, name), 0, "wrong PCI name: %s", dev->name);
	}
	TEST_ASSERT(rte_pci_addr_cmp(&mtty.dev->addr, &mdpy.dev->addr) != 0,
		    "two devices of the same address");
	TEST_ASSERT(mtty.dev->addr.bus != mdpy.dev->addr.bus, "same address without the domain");

	RTE_DEV_FOREACH(other, "bus=pci", &it)
		TEST_ASSERT(other != &mtty.dev->device && other != &mdpy.dev->device,
			    "the device is on two buses");

	return TEST_SUCCESS;
}

static int
test_config(void)
{
	uint32_t bar, size;
	uint16_t id[2];
	uint8_t line;

	TEST_ASSERT_EQUAL(rte_pci_read_config(mtty.dev, id, sizeof(id), 0), (int)sizeof(id),
			  "cannot read the IDs of mtty");
	TEST_ASSERT_EQUAL(id[0], mtty.id.vendor_id, "wrong vendor %#x", id[0]);
	TEST_ASSERT_EQUAL(id[1], mtty.id.device_id, "wrong device %#x", id[1]);
	TEST_ASSERT_EQUAL(rte_pci_read_config(mdpy.dev, &id[1], sizeof(id[1]), 2),
			  (int)sizeof(id[1]), "cannot read the ID of mdpy");
	TEST_ASSERT_EQUAL(id[1], mdpy.id.device_id, "wrong device %#x", id[1]);

	/* the interrupt line may be written */
	for (line = 0x5a; line != 0x5c; line++) {
		uint8_t value = 0;

		TEST_ASSERT_EQUAL(rte_pci_write_config(mtty.dev, &line, 1, 0x3c), 1,
				  "cannot write to mtty");
		TEST_ASSERT_EQUAL(rte_pci_read_config(mtty.dev, &value, 1, 0x3c), 1,
				  "cannot read from mtty");
		TEST_ASSERT_EQUAL(value, line, "wrote %#x, read %#x", line, value);
	}

	/* a BAR to which only ones are written tells its size */
	bar = UINT32_MAX;
	TEST_ASSERT_EQUAL(rte_pci_write_config(mdpy.dev, &bar, sizeof(bar), 0x10),
			  (int)sizeof(bar), "cannot write to mdpy");
	TEST_ASSERT_EQUAL(rte_pci_read_config(mdpy.dev, &bar, sizeof(bar), 0x10),
			  (int)sizeof(bar), "cannot read from mdpy");
	size = ~(bar & ~UINT32_C(0xf)) + 1;
	TEST_ASSERT_EQUAL(size, mdpy.dev->mem_resource[0].len, "BAR of %#x bytes", size);

	return TEST_SUCCESS;
}

static int
test_ioport(void)
{
	struct rte_pci_ioport port;
	uint8_t wrote, value;

	TEST_ASSERT_EQUAL(mtty.dev->mem_resource[0].len, 8, "wrong size of the BAR");
	TEST_ASSERT_NULL(mtty.dev->mem_resource[0].addr, "I/O ports mapped as memory");

	TEST_ASSERT_SUCCESS(rte_pci_ioport_map(mtty.dev, 0, &port), "cannot map the ports");
	for (wrote = 0x5a; wrote != 0x5c; wrote++) {
		value = 0;
		rte_pci_ioport_write(&port, &wrote, 1, UART_SCR);
		rte_pci_ioport_read(&port, &value, 1, UART_SCR);
		TEST_ASSERT_EQUAL(value, wrote, "wrote %#x, read %#x", wrote, value);
	}
	rte_pci_ioport_unmap(&port);

	TEST_ASSERT_FAIL(rte_pci_ioport_map(mtty.dev, 6, &port), "mapped ports beyond the BARs");

	return TEST_SUCCESS;
}

/* Ask VFIO itself for the BAR that the PCI bus has mapped. */
static int
get_bar_info(const struct rte_pci_device *dev, struct vfio_region_info *info)
{
	*info = (struct vfio_region_info) {
		.argsz = sizeof(*info),
		.index = VFIO_PCI_BAR0_REGION_INDEX,
	};

	return ioctl(rte_intr_dev_fd_get(dev->intr_handle), VFIO_DEVICE_GET_REGION_INFO, info);
}

static int
test_mmap(void)
{
	const struct rte_mem_resource *bar = &mdpy.dev->mem_resource[0];
	struct vfio_region_info info;
	volatile uint32_t *words = bar->addr;
	uint32_t through_vfio;
	size_t i;

	TEST_ASSERT_NOT_NULL(words, "the BAR is not mapped");
	TEST_ASSERT_SUCCESS(get_bar_info(mdpy.dev, &info), "no region");
	TEST_ASSERT_EQUAL(bar->len, info.size, "wrong size of the BAR");

	for (i = 0; i < bar->len / sizeof(*words); i++)
		words[i] = i ^ 0x5a5a5a5a;
	for (i = 0; i < bar->len / sizeof(*words); i++)
		TEST_ASSERT_EQUAL(words[i], (i ^ 0x5a5a5a5a), "word %zu is %#x", i, words[i]);

	/* it is memory of the device, which can be had in another way */
	TEST_ASSERT_EQUAL(pread(rte_intr_dev_fd_get(mdpy.dev->intr_handle), &through_vfio,
				sizeof(through_vfio), info.offset),
			  (ssize_t)sizeof(through_vfio), "cannot read through VFIO");
	TEST_ASSERT_EQUAL(through_vfio, words[0], "%#x is not memory of the device",
			  through_vfio);

	return TEST_SUCCESS;
}

/*
 * The driver of mtty takes an MSI only once in the life of a device, and must
 * not be asked to give it back.
 */
static int
test_interrupt(void)
{
	struct pollfd event = { .events = POLLIN };
	struct rte_pci_ioport port;
	uint8_t value;

	event.fd = rte_intr_fd_get(mtty.dev->intr_handle);
	TEST_ASSERT(event.fd >= 0, "mtty has no interrupt");
	TEST_ASSERT_SUCCESS(rte_intr_enable(mtty.dev->intr_handle), "cannot enable it");
	TEST_ASSERT_EQUAL(poll(&event, 1, 0), 0, "interrupt from nowhere");

	/* the UART interrupts at once, as its transmitter is empty */
	TEST_ASSERT_SUCCESS(rte_pci_ioport_map(mtty.dev, 0, &port), "cannot map the ports");
	value = UART_IER_THRI;
	rte_pci_ioport_write(&port, &value, 1, UART_IER);
	TEST_ASSERT_EQUAL(poll(&event, 1, 5000), 1, "no interrupt");
	value = 0;
	rte_pci_ioport_write(&port, &value, 1, UART_IER);
	rte_pci_ioport_unmap(&port);

	TEST_ASSERT(rte_intr_fd_get(mdpy.dev->intr_handle) < 0, "mdpy has an interrupt");
	TEST_ASSERT(rte_intr_dev_fd_get(mdpy.dev->intr_handle) >= 0, "mdpy is not open");

	return TEST_SUCCESS;
}

static int
test_dma(void)
{
	size_t page = sysconf(_SC_PAGESIZE);
	uint64_t iova = UINT64_C(0x7000000000);
	struct rte_device *dev = &mdpy.dev->device;
	size_t len = 4 * page;
	void *memory;

	TEST_ASSERT_SUCCESS(posix_memalign(&memory, page, len), "no memory");
	TEST_ASSERT_SUCCESS(rte_extmem_register(memory, len, NULL, 0, page),
			    "cannot register the memory");

	TEST_ASSERT_SUCCESS(rte_dev_dma_map(dev, memory, iova, len), "cannot map");
	TEST_ASSERT_SUCCESS(rte_dev_dma_unmap(dev, memory, iova, len), "cannot unmap");
	/* the kernel has a say in it */
	TEST_ASSERT_FAIL(rte_dev_dma_map(dev, memory, iova + 1, len), "mapped half pages");

	TEST_ASSERT_SUCCESS(rte_extmem_unregister(memory, len), "cannot unregister");
	free(memory);

	return TEST_SUCCESS;
}

/* Unmap the first page, then what is behind it. */
static int
unmap_pages(struct rte_device *dev, char *memory, uint64_t iova, size_t page, size_t len)
{
	TEST_ASSERT_SUCCESS(rte_dev_dma_unmap(dev, memory, iova, page), "cannot unmap a page");
	TEST_ASSERT_FAIL(rte_dev_dma_unmap(dev, memory, iova, page), "unmapped twice");
	TEST_ASSERT_SUCCESS(rte_dev_dma_unmap(dev, memory + page, iova + page, len - page),
			    "cannot unmap the other pages");

	return TEST_SUCCESS;
}

/*
 * What was mapped page by page is unmapped so, also after all devices were detached and
 * with them the container. What was mapped in one piece cannot be cut.
 */
static int
test_dma_pages(void)
{
	size_t page = sysconf(_SC_PAGESIZE);
	uint64_t iova = UINT64_C(0x7000000000);
	size_t len = 4 * page;
	size_t done;
	void *memory;

	TEST_ASSERT_SUCCESS(posix_memalign(&memory, page, len), "no memory");
	TEST_ASSERT_SUCCESS(rte_extmem_register(memory, len, NULL, 0, page),
			    "cannot register the memory");
	for (done = 0; done < len; done += page)
		TEST_ASSERT_SUCCESS(rte_dev_dma_map(&mdpy.dev->device, RTE_PTR_ADD(memory, done),
						    iova + done, page), "cannot map");

	detach_both();
	if (attach_both() != 0 ||
			unmap_pages(&mdpy.dev->device, memory, iova, page, len) != TEST_SUCCESS)
		return TEST_FAILED;

	TEST_ASSERT_SUCCESS(rte_dev_dma_map(&mdpy.dev->device, memory, iova, len), "cannot map");
	TEST_ASSERT_FAIL(rte_dev_dma_unmap(&mdpy.dev->device, memory, iova, page), "cut");
	TEST_ASSERT_SUCCESS(rte_dev_dma_unmap(&mdpy.dev->device, memory, iova, len),
			    "cannot unmap");

	TEST_ASSERT_SUCCESS(rte_extmem_unregister(memory, len), "cannot unregister");
	free(memory);

	return TEST_SUCCESS;
}

static void
ignore_memory(enum rte_mem_event event __rte_unused, const void *addr __rte_unused,
	      size_t len __rte_unused, void *arg __rte_unused)
{
}

static int
take_callback(void)
{
	return rte_mem_event_callback_register("vfio_mem_event_clb", ignore_memory, NULL);
}

/*
 * A device cannot be attached if EAL is not told of memory that comes later, because its
 * name for that is taken. Nothing is left of the attempt: the next one has it told.
 */
static int
test_callback_taken(void)
{
	/* is taken in other modes of VFIO, and nothing is told in other modes of memory */
	if (take_callback() != 0)
		return TEST_SKIPPED;
	TEST_ASSERT_FAIL(rte_dev_probe(mdpy.name), "attached without the callback");
	rte_mem_event_callback_unregister("vfio_mem_event_clb", NULL);

	if (attach_both() != 0)
		return TEST_FAILED;
	TEST_ASSERT_FAIL(take_callback(), "attached without the callback after a failure");

	return test_dma();
}

/* Ask EAL for the group of a device whose link to it is given. */
static int
group_by_link(const char *target, int *group)
{
	char root[] = "/tmp/test_bus_mdev.XXXXXX";
	char link[PATH_MAX];
	int ret;

	if (mkdtemp(root) == NULL)
		return -ENOMEM;
	snprintf(link, sizeof(link), "%s/iommu_group", root);
	ret = symlink(target, link);
	if (ret == 0)
		ret = dev_vfio_get_group_num("/tmp", strrchr(root, '/') + 1, group);
	unlink(link);
	rmdir(root);

	return ret;
}

/* The link of a device below many switches has many parts. */
static int
test_deep_group(void)
{
	int group = -1;

	if (dev_vfio_get_mode() != DEV_VFIO_MODE_GROUP)
		return TEST_SKIPPED;

	TEST_ASSERT_SUCCESS(group_by_link("../../../kernel/iommu_groups/41", &group), "no group");
	TEST_ASSERT_EQUAL(group, 41, "wrong group: %d", group);
	TEST_ASSERT_SUCCESS(group_by_link("../../../../../../../../../../../../../../../../../"
					  "kernel/iommu_groups/42", &group), "no deep group");
	TEST_ASSERT_EQUAL(group, 42, "wrong group of a deep device: %d", group);
	TEST_ASSERT_FAIL(group_by_link("../kernel/iommu_groups/none", &group), "no number");
	TEST_ASSERT_FAIL(group_by_link("../kernel/iommu_groups/", &group), "nothing");

	return TEST_SUCCESS;
}

/* EAL has given VFIO its memory: to do so once more changes nothing. */
static int
test_memory_twice(void)
{
	TEST_ASSERT_SUCCESS(dev_vfio_init_mem(), "not once more");
	TEST_ASSERT_SUCCESS(dev_vfio_init_mem(), "not a third time");

	return test_dma();
}

static int
test_arguments(void)
{
	char devargs[64];

	TEST_ASSERT_EQUAL(strcmp(probed_args, ""), 0, "arguments from nowhere: %s", probed_args);
	TEST_ASSERT_SUCCESS(detach(&mdpy), "cannot detach");

	snprintf(devargs, sizeof(devargs), "mdev:%s,key=1", mdpy.name);
	TEST_ASSERT_SUCCESS(rte_dev_probe(devargs), "cannot attach with arguments");
	TEST_ASSERT_EQUAL(strcmp(probed_args, "key=1"), 0, "wrong arguments: %s", probed_args);

	return TEST_SUCCESS;
}

static int
attach_mdpy_with(const char *args)
{
	char devargs[64];

	snprintf(devargs, sizeof(devargs), "%s,%s", mdpy.name, args);

	return rte_dev_probe(devargs);
}

static int
check_args_of_mdpy(const char *args)
{
	const struct rte_devargs *devargs = mdpy.dev->device.devargs;

	TEST_ASSERT_NOT_NULL(devargs, "no arguments");
	TEST_ASSERT_EQUAL(strcmp(devargs->args, args), 0, "arguments %s", devargs->args);

	return TEST_SUCCESS;
}

/* Drivers that can find new ports of a device are asked to, others are not. */
static int
test_probe_again(void)
{
	unsigned int fds;

	TEST_ASSERT_SUCCESS(attach_mdpy_with("key=1"), "cannot attach");
	fds = mdev_count_fds();

	TEST_ASSERT_EQUAL(attach_mdpy_with("key=2"), -EEXIST, "attached twice");
	TEST_ASSERT_EQUAL(strcmp(probed_args, "key=1"), 0, "probed with %s", probed_args);
	TEST_ASSERT_SUCCESS(check_args_of_mdpy("key=1"), "after -EEXIST");

	test_pci_driver.drv_flags |= RTE_PCI_DRV_PROBE_AGAIN;
	probe_result = -EIO;
	TEST_ASSERT_EQUAL(attach_mdpy_with("key=3"), -EIO, "no error");
	TEST_ASSERT_EQUAL(strcmp(probed_args, "key=3"), 0, "probed with %s", probed_args);
	TEST_ASSERT_SUCCESS(check_args_of_mdpy("key=1"), "after an error");

	probe_result = 0;
	TEST_ASSERT_SUCCESS(attach_mdpy_with("key=4"), "not probed again");
	TEST_ASSERT_EQUAL(strcmp(probed_args, "key=4"), 0, "probed with %s", probed_args);
	TEST_ASSERT_SUCCESS(check_args_of_mdpy("key=4"), "after success");

	TEST_ASSERT_EQUAL(mdev_count_fds(), fds, "%u files instead of %u", mdev_count_fds(), fds);

	return test_mmap();
}

/* A driver that cannot do with physical addresses. */
static int
test_virtual_addresses(void)
{
	unsigned int fds = mdev_count_fds();

	test_pci_driver.drv_flags |= RTE_PCI_DRV_NEED_IOVA_AS_VA;
	if (rte_eal_iova_mode() == RTE_IOVA_VA) {
		TEST_ASSERT_SUCCESS(rte_dev_probe(mdpy.name), "cannot attach");
		return TEST_SUCCESS;
	}

	TEST_ASSERT_EQUAL(rte_dev_probe(mdpy.name), -EINVAL, "attached with IOVA as PA");
	TEST_ASSERT_EQUAL(mdev_count_fds(), fds, "%u files instead of %u", mdev_count_fds(), fds);

	return TEST_SUCCESS;
}

/* From here on, what is asked of the device fails. */
static void
break_device(struct rte_pci_device *dev)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	dup2(fd, rte_intr_dev_fd_get(dev->intr_handle));
	close(fd);
}

/* A device that is broken is released all the same, and does not come back. */
static int
test_release_fails(void)
{
	unsigned int fds = mdev_count_fds();
	struct rte_pci_addr old;

	TEST_ASSERT_SUCCESS(attach_both(), "cannot attach");
	old = mdpy.dev->addr;

	remove_meanwhile = break_device;
	TEST_ASSERT_SUCCESS(detach(&mtty), "cannot detach mtty");
	TEST_ASSERT_SUCCESS(detach(&mdpy), "cannot detach mdpy");
	remove_meanwhile = NULL;
	TEST_ASSERT_EQUAL(mdev_count_mapped_bars(), 0, "a BAR stayed mapped");
	TEST_ASSERT_EQUAL(mdev_count_fds(), fds, "%u files instead of %u", mdev_count_fds(), fds);

	TEST_ASSERT_SUCCESS(attach_both(), "cannot attach again");
	TEST_ASSERT(rte_pci_addr_cmp(&mdpy.dev->addr, &old) != 0, "the old address");

	return test_mmap();
}

static int others[16];

/* Unmap a device before the bus does, and open other files then. */
static void
unmap_first(struct rte_pci_device *dev)
{
	unsigned int i;

	rte_pci_unmap_device(dev);
	for (i = 0; i < RTE_DIM(others); i++)
		others[i] = open("/dev/null", O_RDWR | O_CLOEXEC);
}

static int
check_others(void)
{
	unsigned int i, open_files = 0;

	for (i = 0; i < RTE_DIM(others); i++)
		open_files += close(others[i]) == 0;

	TEST_ASSERT_EQUAL(open_files, RTE_DIM(others), "%u of %zu files are open", open_files,
			  RTE_DIM(others));

	return TEST_SUCCESS;
}

static int
test_unmapped_twice(void)
{
	unsigned int fds = mdev_count_fds();

	TEST_ASSERT_SUCCESS(attach_both(), "cannot attach");
	remove_meanwhile = unmap_first;
	TEST_ASSERT_SUCCESS(detach(&mtty), "cannot detach mtty");
	TEST_ASSERT_SUCCESS(check_others(), "mtty");
	TEST_ASSERT_SUCCESS(detach(&mdpy), "cannot detach mdpy");
	TEST_ASSERT_SUCCESS(check_others(), "mdpy");
	TEST_ASSERT_EQUAL(mdev_count_fds(), fds, "%u files instead of %u", mdev_count_fds(), fds);

	return TEST_SUCCESS;
}

static int
test_attach_and_detach(void)
{
	unsigned int i, fds;

	fds = mdev_count_fds();
	TEST_ASSERT_EQUAL(mdev_count_mapped_bars(), 0, "a BAR is mapped before the test");

	for (i = 0; i < 3; i++) {
		TEST_ASSERT_SUCCESS(attach_both(), "cannot attach, round %u", i);
		TEST_ASSERT(mdev_count_fds() > fds, "nothing was opened");
		TEST_ASSERT_EQUAL(mdev_count_mapped_bars(), 1, "the BAR of mdpy is not mapped");

		/* one goes, the other stays */
		TEST_ASSERT_SUCCESS(detach(&mtty), "cannot detach mtty, round %u", i);
		TEST_ASSERT_NULL(mtty.dev, "mtty was not removed");
		TEST_ASSERT_SUCCESS(test_mmap(), "mdpy suffers from the end of mtty");
		TEST_ASSERT_SUCCESS(detach(&mdpy), "cannot detach mdpy, round %u", i);

		TEST_ASSERT_EQUAL(mdev_count_fds(), fds, "round %u: %u files instead of %u",
				  i, mdev_count_fds(), fds);
		TEST_ASSERT_EQUAL(mdev_count_mapped_bars(), 0, "a BAR stayed mapped");
	}

	return TEST_SUCCESS;
}

static int
test_probe_fails(void)
{
	unsigned int fds = mdev_count_fds();

	probe_result = -EIO;
	TEST_ASSERT_FAIL(rte_dev_probe(mdpy.name), "mdpy attached in spite of an error");
	TEST_ASSERT_FAIL(rte_dev_probe(mtty.name), "mtty attached in spite of an error");
	TEST_ASSERT_EQUAL(mdev_count_fds(), fds, "%u files instead of %u", mdev_count_fds(), fds);
	TEST_ASSERT_EQUAL(mdev_count_mapped_bars(), 0, "a BAR stayed mapped");

	TEST_ASSERT_SUCCESS(attach_both(), "cannot attach after an error");

	return TEST_SUCCESS;
}

static int
test_no_driver(void)
{
	unsigned int fds = mdev_count_fds();
	int ret;

	rte_pci_unregister(&test_pci_driver);
	ret = rte_dev_probe(mdpy.name);
	rte_pci_register(&test_pci_driver);
	TEST_ASSERT_EQUAL(ret, -ENOTSUP, "attached without a driver: %d", ret);
	TEST_ASSERT_EQUAL(mdev_count_fds(), fds, "%u files instead of %u", mdev_count_fds(), fds);

	return TEST_SUCCESS;
}

/*
 * In a secondary process: what the primary process has written is there, through
 * a BAR that is mapped and through one that is not.
 */
static int
check_as_secondary(void)
{
	const volatile uint32_t *words;
	struct rte_pci_ioport port;
	uint8_t value = 0;
	size_t i;

	TEST_ASSERT_NOT_NULL(mtty.dev, "mtty is not attached");
	TEST_ASSERT_NOT_NULL(mdpy.dev, "mdpy is not attached");

	words = mdpy.dev->mem_resource[0].addr;
	TEST_ASSERT_NOT_NULL(words, "the BAR is not mapped");
	for (i = 0; i < mdpy.dev->mem_resource[0].len / sizeof(*words); i++)
		TEST_ASSERT_EQUAL(words[i], (i ^ 0x5a5a5a5a), "word %zu is %#x", i, words[i]);

	TEST_ASSERT_SUCCESS(rte_pci_ioport_map(mtty.dev, 0, &port), "cannot map the ports");
	rte_pci_ioport_read(&port, &value, 1, UART_SCR);
	rte_pci_ioport_unmap(&port);
	TEST_ASSERT_EQUAL(value, 0x5b, "read %#x", value);

	return TEST_SUCCESS;
}

/* The test as a whole in the secondary process: get the devices, and look. */
static int
run_as_secondary(void)
{
	find_samples();
	rte_pci_register(&test_pci_driver);
	/* the primary process has them, but this one had no driver until now */
	rte_dev_probe(mtty.name);
	rte_dev_probe(mdpy.name);

	return check_as_secondary();
}

static int
test_secondary(void)
{
	const char * const args[] = {
		"dpdk-test", "--proc-type=secondary", "-a", mtty.name, "-a", mdpy.name, NULL,
	};
	struct rte_pci_ioport port;
	uint8_t value = 0x5b;

	if (!rte_eal_has_hugepages())
		return TEST_SKIPPED;

	TEST_ASSERT_SUCCESS(test_mmap(), "cannot write to mdpy");
	TEST_ASSERT_SUCCESS(rte_pci_ioport_map(mtty.dev, 0, &port), "cannot map the ports");
	rte_pci_ioport_write(&port, &value, 1, UART_SCR);
	rte_pci_ioport_unmap(&port);

	TEST_ASSERT_SUCCESS(mdev_run_secondary("bus_mdev_vfio_autotest", args),
			    "the secondary process failed");

	/* its end is not the end of the devices */
	TEST_ASSERT_SUCCESS(test_mmap(), "mdpy suffers");

	return TEST_SUCCESS;
}

static struct unit_test_suite suite = {
	.suite_name = "mediated devices of API vfio-pci",
	.setup = suite_setup,
	.teardown = suite_teardown,
	.unit_test_cases = {
		TEST_CASE_ST(NULL, detach_both, test_no_driver),
		TEST_CASE_ST(NULL, detach_both, test_probe_fails),
		TEST_CASE_ST(NULL, detach_both, test_attach_and_detach),
		TEST_CASE_ST(NULL, detach_both, test_virtual_addresses),
		TEST_CASE_ST(NULL, detach_both, test_probe_again),
		TEST_CASE_ST(NULL, detach_both, test_release_fails),
		TEST_CASE_ST(NULL, detach_both, test_unmapped_twice),
		TEST_CASE_ST(attach_both, detach_both, test_identity),
		TEST_CASE_ST(attach_both, detach_both, test_config),
		TEST_CASE_ST(attach_both, detach_both, test_ioport),
		TEST_CASE_ST(attach_both, detach_both, test_mmap),
		TEST_CASE_ST(attach_both, detach_both, test_secondary),
		TEST_CASE_ST(attach_both, detach_both, test_interrupt),
		TEST_CASE_ST(attach_both, detach_both, test_dma),
		TEST_CASE_ST(attach_both, detach_both, test_dma_pages),
		TEST_CASE_ST(NULL, detach_both, test_callback_taken),
		TEST_CASE_ST(attach_both, detach_both, test_memory_twice),
		TEST_CASE_ST(attach_both, detach_both, test_arguments),
		TEST_CASE(test_deep_group),
		TEST_CASES_END()
	}
};

static int
test_bus_mdev_vfio(void)
{
	if (rte_eal_process_type() == RTE_PROC_SECONDARY)
		return run_as_secondary();

	return unit_test_suite_runner(&suite);
}

REGISTER_DRIVER_TEST(bus_mdev_vfio_autotest, test_bus_mdev_vfio);
