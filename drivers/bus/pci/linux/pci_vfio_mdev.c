/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <uapi/linux/vfio.h>

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <bus_mdev_driver.h>
#include <mdev_logs.h>
#include <rte_byteorder.h>
#include <rte_common.h>
#include <rte_eal.h>
#include <rte_pci.h>
#include <rte_string_fns.h>
#include <rte_vfio.h>

#include "pci_mdev.h"

/**
 * @file
 * Driver of the mdev bus for device API vfio-pci.
 *
 * The driver opens a mediated device through VFIO, reads its PCI IDs from the
 * configuration space, and lets the drivers of the PCI bus probe it. What the
 * regions and interrupts of such a device mean is defined in linux/vfio.h.
 */

/*
 * PCI addresses of mediated devices: the number of the device, in a range of
 * domains where there are no PCI functions. The domains of these have 16 bits,
 * and the kernel numbers those behind a VMD from 0x10000 on. Drivers print the
 * domain into small buffers: it has 5 hexadecimal digits as long as it can, and
 * never more than 7.
 */
#define PCI_MDEV_DOMAIN 0x80000
#define PCI_MDEV_DOMAIN_COUNT (0x10000000 - PCI_MDEV_DOMAIN)

/* Where the IDs are in the configuration space, read as dwords. */
#define PCI_MDEV_DEVICE_ID 0x00
#define PCI_MDEV_CLASS_ID 0x08
#define PCI_MDEV_SUBSYSTEM_ID 0x2c

/* A mediated device as a device of the PCI bus. */
struct pci_mdev_device {
	struct rte_pci_device_internal pci;
	/*
	 * The device is open from probe to removal, whatever the PCI drivers
	 * map and unmap: closing the last device of a container would undo
	 * all of its DMA mappings.
	 */
	int dev_fd;
};

/* The drivers of the PCI bus see this part of it. */
static struct rte_pci_device *
pci_mdev_device(const struct rte_mdev_device *mdev)
{
	return container_of(mdev->device, struct rte_pci_device, device);
}

static struct pci_mdev_device *
pci_mdev_of(struct rte_pci_device *dev)
{
	return container_of(dev, struct pci_mdev_device, pci.device);
}

static const struct rte_pci_driver *
pci_mdev_driver(const struct rte_mdev_device *mdev)
{
	return container_of(mdev->device->driver, const struct rte_pci_driver, driver);
}

bool
pci_dev_is_mdev(const struct rte_pci_device *dev)
{
	return rte_mdev_from_device(&dev->device) != NULL;
}

const char *
pci_vfio_sysfs_path(const struct rte_pci_device *dev)
{
	const struct rte_mdev_device *mdev = rte_mdev_from_device(&dev->device);

	return mdev != NULL ? mdev->parent_path : rte_pci_get_sysfs_path();
}

void
pci_vfio_device_name(const struct rte_pci_device *dev, char *name, size_t size)
{
	if (pci_dev_is_mdev(dev))
		strlcpy(name, dev->device.name, size);
	else
		rte_pci_device_name(&dev->addr, name, size);
}

int
pci_vfio_is_enabled_for(const struct rte_pci_device *dev)
{
	return pci_dev_is_mdev(dev) ? rte_mdev_vfio_is_enabled() : pci_vfio_is_enabled();
}

bool
pci_vfio_may_lack_iommu(const struct rte_pci_device *dev)
{
	/* the group of a mediated device always has a container that translates */
	return !pci_dev_is_mdev(dev);
}

bool
pci_vfio_has_notifier(const struct rte_pci_device *dev, int dev_fd)
{
	struct vfio_irq_info irq = {
		.argsz = sizeof(irq),
		.index = VFIO_PCI_REQ_IRQ_INDEX,
	};

	if (!pci_dev_is_mdev(dev))
		return true;

	if (ioctl(dev_fd, VFIO_DEVICE_GET_IRQ_INFO, &irq) == 0 && irq.count > 0 &&
			(irq.flags & VFIO_IRQ_INFO_EVENTFD) != 0)
		return true;

	MDEV_LOG(INFO, "%s: the device cannot notify of its removal", dev->device.name);

	return false;
}

bool
pci_vfio_is_mappable(const struct rte_pci_device *dev, uint32_t flags)
{
	/* the PCI bus maps to read and write */
	uint32_t needed = VFIO_REGION_INFO_FLAG_MMAP | VFIO_REGION_INFO_FLAG_READ |
			  VFIO_REGION_INFO_FLAG_WRITE;

	if (!pci_dev_is_mdev(dev))
		needed = VFIO_REGION_INFO_FLAG_MMAP;

	return (flags & needed) == needed;
}

int
pci_vfio_no_interrupt(struct rte_pci_device *dev, int dev_fd, enum rte_intr_mode mode)
{
	if (!pci_dev_is_mdev(dev))
		return -1;

	if (mode != RTE_INTR_MODE_NONE) {
		MDEV_LOG(ERR, "%s: the device has no interrupt of the kind that --vfio-intr asks for",
			 dev->device.name);
		return -1;
	}

	MDEV_LOG(INFO, "%s: the device has no interrupts", dev->device.name);

	return rte_intr_dev_fd_set(dev->intr_handle, dev_fd) != 0 ? -1 : 0;
}

int
pci_vfio_reset(const struct rte_pci_device *dev, int dev_fd)
{
	struct vfio_device_info info = { .argsz = sizeof(info) };

	if (pci_dev_is_mdev(dev)) {
		if (ioctl(dev_fd, VFIO_DEVICE_GET_INFO, &info) < 0)
			return -1;
		if ((info.flags & VFIO_DEVICE_FLAGS_RESET) == 0)
			return 0;
	}

	return ioctl(dev_fd, VFIO_DEVICE_RESET);
}

int
pci_vfio_open_ioport(struct rte_pci_device *dev)
{
	if (!pci_dev_is_mdev(dev) || rte_intr_dev_fd_get(dev->intr_handle) > 0)
		return 0;

	/* here its driver has tried to map it, and failed */
	if (rte_eal_process_type() == RTE_PROC_PRIMARY)
		return -1;

	return rte_intr_dev_fd_set(dev->intr_handle, pci_mdev_of(dev)->dev_fd) != 0 ? -1 : 0;
}

/* Ask where a region is in the file of the device. */
static int
pci_mdev_read_region(struct pci_mdev_device *mdev, unsigned int index)
{
	struct vfio_region_info info = { .argsz = sizeof(info), .index = index };

	if (ioctl(mdev->dev_fd, VFIO_DEVICE_GET_REGION_INFO, &info) < 0)
		return -errno;

	mdev->pci.region[index].size = info.size;
	mdev->pci.region[index].offset = info.offset;

	return 0;
}

/* Mediated devices trap this space: read it in dwords, as hardware would. */
static int
pci_mdev_read_dword(const struct pci_mdev_device *mdev, uint64_t offset, uint32_t *value)
{
	const struct rte_pci_region *config = &mdev->pci.region[VFIO_PCI_CONFIG_REGION_INDEX];
	rte_le32_t dword;
	ssize_t ret;

	if (offset + sizeof(dword) > config->size)
		return -EINVAL;

	ret = pread(mdev->dev_fd, &dword, sizeof(dword), config->offset + offset);
	if (ret != sizeof(dword))
		return ret < 0 ? -errno : -EIO;

	*value = rte_le_to_cpu_32(dword);

	return 0;
}

static int
pci_mdev_read_id(const struct pci_mdev_device *mdev, struct rte_pci_id *id)
{
	uint32_t device = 0, class = 0, subsystem = 0;
	int ret;

	ret = pci_mdev_read_dword(mdev, PCI_MDEV_DEVICE_ID, &device);
	if (ret == 0)
		ret = pci_mdev_read_dword(mdev, PCI_MDEV_CLASS_ID, &class);
	if (ret == 0)
		ret = pci_mdev_read_dword(mdev, PCI_MDEV_SUBSYSTEM_ID, &subsystem);
	if (ret < 0)
		return ret;

	id->vendor_id = device & UINT16_MAX;
	id->device_id = device >> 16;
	id->class_id = class >> 8;
	id->subsystem_vendor_id = subsystem & UINT16_MAX;
	id->subsystem_device_id = subsystem >> 16;

	return 0;
}

/* Fill in what the scan of the PCI bus finds in sysfs for a PCI function. */
static int
pci_mdev_identify(struct pci_mdev_device *mdev)
{
	struct rte_pci_device *dev = &mdev->pci.device;
	uint32_t number = rte_mdev_from_device(&dev->device)->number;
	unsigned int i;
	int ret;

	ret = pci_mdev_read_region(mdev, VFIO_PCI_CONFIG_REGION_INDEX);
	if (ret == 0)
		ret = pci_mdev_read_id(mdev, &dev->id);
	if (ret < 0)
		return ret;

	for (i = 0; i < PCI_MAX_RESOURCE; i++) {
		ret = pci_mdev_read_region(mdev, VFIO_PCI_BAR0_REGION_INDEX + i);
		if (ret < 0)
			return ret;
		dev->mem_resource[i].len = mdev->pci.region[VFIO_PCI_BAR0_REGION_INDEX + i].size;
	}

	dev->addr.domain = PCI_MDEV_DOMAIN + number % PCI_MDEV_DOMAIN_COUNT;
	rte_pci_device_name(&dev->addr, dev->name, sizeof(dev->name));
	dev->kdrv = RTE_PCI_KDRV_VFIO;

	return 0;
}

/*
 * Forget what an earlier attachment found, all but the generic device: it is in
 * the list of the bus, where other threads may come across it.
 */
static void
pci_mdev_forget(struct pci_mdev_device *mdev)
{
	size_t begin = offsetof(struct pci_mdev_device, pci.device.device);
	size_t end = begin + sizeof(struct rte_device);

	memset(mdev, 0, begin);
	memset(RTE_PTR_ADD(mdev, end), 0, sizeof(*mdev) - end);
}

static int
pci_mdev_probe(struct rte_mdev_driver *drv __rte_unused, struct rte_mdev_device *mdev)
{
	struct rte_pci_device *dev = pci_mdev_device(mdev);
	struct vfio_device_info info = { .argsz = sizeof(info) };
	int ret;

	pci_mdev_forget(pci_mdev_of(dev));

	ret = rte_mdev_vfio_open(mdev, &pci_mdev_of(dev)->dev_fd, &info);
	if (ret < 0)
		return ret;

	ret = pci_mdev_identify(pci_mdev_of(dev));
	if (ret < 0) {
		MDEV_LOG(ERR, "%s: cannot read the PCI configuration: %s",
			 mdev->name, strerror(-ret));
		goto close;
	}

	ret = pci_mdev_attach(dev);
	if (ret == 0)
		return 0;
	if (ret > 0)
		MDEV_LOG(ERR, "%s: no driver for PCI ID %04x:%04x (class %06x)", mdev->name,
			 dev->id.vendor_id, dev->id.device_id, dev->id.class_id);

close:
	rte_mdev_vfio_close(mdev, pci_mdev_of(dev)->dev_fd);
	return ret;
}

static int
pci_mdev_probe_again(struct rte_mdev_driver *drv __rte_unused, struct rte_mdev_device *mdev)
{
	return pci_mdev_attach_again(pci_mdev_device(mdev));
}

static int
pci_mdev_remove(struct rte_mdev_device *mdev)
{
	struct rte_pci_device *dev = pci_mdev_device(mdev);
	int ret;

	ret = pci_mdev_detach(dev);
	if (ret < 0)
		return ret;

	rte_mdev_vfio_close(mdev, pci_mdev_of(dev)->dev_fd);

	return 0;
}

static int
pci_mdev_dma_map(struct rte_mdev_device *mdev, void *addr, uint64_t iova, size_t len)
{
	const struct rte_pci_driver *driver = pci_mdev_driver(mdev);

	if (driver->dma_map != NULL)
		return driver->dma_map(pci_mdev_device(mdev), addr, iova, len);

	return rte_vfio_container_dma_map(RTE_VFIO_DEFAULT_CONTAINER_FD,
					  (uintptr_t)addr, iova, len);
}

static int
pci_mdev_dma_unmap(struct rte_mdev_device *mdev, void *addr, uint64_t iova, size_t len)
{
	const struct rte_pci_driver *driver = pci_mdev_driver(mdev);

	if (driver->dma_unmap != NULL)
		return driver->dma_unmap(pci_mdev_device(mdev), addr, iova, len);

	return rte_vfio_container_dma_unmap(RTE_VFIO_DEFAULT_CONTAINER_FD,
					    (uintptr_t)addr, iova, len);
}

static const struct rte_mdev_id pci_mdev_ids[] = {
	{ .device_api = VFIO_DEVICE_API_PCI_STRING },
	{ .device_api = NULL },
};

static struct rte_mdev_driver pci_mdev_vfio = {
	.id_table = pci_mdev_ids,
	.probe = pci_mdev_probe,
	.remove = pci_mdev_remove,
	.probe_again = pci_mdev_probe_again,
	.dma_map = pci_mdev_dma_map,
	.dma_unmap = pci_mdev_dma_unmap,
	.device_size = sizeof(struct pci_mdev_device),
	.device_offset = offsetof(struct pci_mdev_device, pci.device.device),
};

RTE_PMD_REGISTER_MDEV(mdev_vfio_pci, pci_mdev_vfio);
