/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <uapi/linux/vfio.h>

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <bus_mdev_driver.h>
#include <dev_vfio.h>
#include <mdev_logs.h>
#include <rte_bitops.h>
#include <rte_byteorder.h>
#include <rte_common.h>
#include <rte_eal.h>
#include <rte_pci.h>
#include <rte_string_fns.h>

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
 * never more than 7. Some drivers leave the domain out of their names: the bus is
 * the lowest byte of the number, which is unique as long as there are not too many,
 * and the device is one that functions in slots do not have.
 */
#define PCI_MDEV_DOMAIN 0x80000
#define PCI_MDEV_DOMAIN_COUNT (0x10000000 - PCI_MDEV_DOMAIN)
#define PCI_MDEV_DEVID 0x1f

/*
 * Mediated BARs have no physical address, but 0 means that there is no BAR, and
 * drivers ask for that. From here on there is no memory, nor a device.
 */
#define PCI_MDEV_BAR_ADDRESS RTE_BIT64(63)
#define PCI_MDEV_BAR_SHIFT 40

/* Where the IDs are in the configuration space, read as dwords. */
#define PCI_MDEV_DEVICE_ID 0x00
#define PCI_MDEV_CLASS_ID 0x08
#define PCI_MDEV_SUBSYSTEM_ID 0x2c

/* The kinds of interrupts of which a device uses one. */
#define PCI_MDEV_INTERRUPTS (RTE_BIT32(VFIO_PCI_INTX_IRQ_INDEX) | \
			     RTE_BIT32(VFIO_PCI_MSI_IRQ_INDEX) | \
			     RTE_BIT32(VFIO_PCI_MSIX_IRQ_INDEX))

/* The drivers of the PCI bus see this part of it. */
static struct rte_pci_device *
pci_mdev_device(const struct rte_mdev_device *mdev)
{
	return container_of(mdev->device, struct rte_pci_device, device);
}

static const struct rte_pci_driver *
pci_mdev_driver(const struct rte_mdev_device *mdev)
{
	return container_of(mdev->device->driver, const struct rte_pci_driver, driver);
}

static uint32_t
pci_mdev_read_irqs(const struct rte_mdev_device *mdev, int dev_fd)
{
	uint32_t irqs = 0;
	unsigned int i;

	for (i = 0; i < VFIO_PCI_NUM_IRQS; i++) {
		if (rte_mdev_irq_count(dev_fd, i) > 0)
			irqs |= RTE_BIT32(i);
	}

	if ((irqs & PCI_MDEV_INTERRUPTS) == 0)
		MDEV_LOG(INFO, "%s: the device has no interrupts", mdev->name);
	if ((irqs & RTE_BIT32(VFIO_PCI_REQ_IRQ_INDEX)) == 0)
		MDEV_LOG(INFO, "%s: the device cannot notify of its removal", mdev->name);

	return irqs;
}

/* Tell whether the user asks for a kind of interrupt that the device does not have. */
static bool
pci_mdev_lacks_irq(const struct rte_pci_device *dev)
{
	uint32_t irqs = pci_vfio_of(dev)->irqs;

	switch (rte_eal_vfio_intr_mode()) {
	case RTE_INTR_MODE_LEGACY:
		return (irqs & RTE_BIT32(VFIO_PCI_INTX_IRQ_INDEX)) == 0;
	case RTE_INTR_MODE_MSI:
		return (irqs & RTE_BIT32(VFIO_PCI_MSI_IRQ_INDEX)) == 0;
	case RTE_INTR_MODE_MSIX:
		return (irqs & RTE_BIT32(VFIO_PCI_MSIX_IRQ_INDEX)) == 0;
	default:
		return false;
	}
}

/* Open a device from probe to removal, whatever the PCI drivers map and unmap. */
static int
pci_mdev_open(const struct rte_mdev_device *mdev)
{
	struct rte_pci_vfio *vfio = &RTE_PCI_DEVICE_INTERNAL(pci_mdev_device(mdev))->vfio;
	int ret;

	ret = rte_mdev_vfio_open(mdev, &vfio->dev_fd);
	if (ret < 0)
		return ret;

	vfio->sysfs_path = mdev->parent_path;
	vfio->name = mdev->uuid;
	vfio->irqs = pci_mdev_read_irqs(mdev, vfio->dev_fd);
	/* the kernel driver of a mediated device always translates addresses */
	vfio->has_iommu = true;

	return 0;
}

static void
pci_mdev_close(const struct rte_mdev_device *mdev)
{
	struct rte_pci_vfio *vfio = &RTE_PCI_DEVICE_INTERNAL(pci_mdev_device(mdev))->vfio;

	rte_mdev_vfio_close(mdev, vfio->dev_fd);
	vfio->dev_fd = -1;
}

/* Ask where a region is in the file of the device. */
static int
pci_mdev_read_region(struct rte_pci_device_internal *pdev, unsigned int index)
{
	struct rte_mdev_region region;
	int ret;

	ret = rte_mdev_region_get(pdev->vfio.dev_fd, index, &region);
	/* what can be mapped of it is asked when it is mapped */
	if (ret < 0 && ret != -E2BIG)
		return ret;

	pdev->region[index].size = region.size;
	pdev->region[index].offset = region.offset;

	return 0;
}

/* Mediated devices trap this space: read it in dwords, as hardware would. */
static int
pci_mdev_read_dword(const struct rte_pci_device_internal *pdev, uint64_t offset, uint32_t *value)
{
	const struct rte_pci_region *config = &pdev->region[VFIO_PCI_CONFIG_REGION_INDEX];
	rte_le32_t dword;
	ssize_t ret;

	if (offset + sizeof(dword) > config->size)
		return -EINVAL;

	ret = pread(pdev->vfio.dev_fd, &dword, sizeof(dword), config->offset + offset);
	if (ret != sizeof(dword))
		return ret < 0 ? -errno : -EIO;

	*value = rte_le_to_cpu_32(dword);

	return 0;
}

static int
pci_mdev_read_id(const struct rte_pci_device_internal *pdev, struct rte_pci_id *id)
{
	uint32_t device = 0, class = 0, subsystem = 0;
	int ret;

	ret = pci_mdev_read_dword(pdev, PCI_MDEV_DEVICE_ID, &device);
	if (ret == 0)
		ret = pci_mdev_read_dword(pdev, PCI_MDEV_CLASS_ID, &class);
	if (ret == 0)
		ret = pci_mdev_read_dword(pdev, PCI_MDEV_SUBSYSTEM_ID, &subsystem);
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
pci_mdev_identify(struct rte_pci_device_internal *pdev)
{
	struct rte_pci_device *dev = &pdev->device;
	struct rte_mem_resource *bar;
	uint32_t number = rte_mdev_from_device(&dev->device)->number;
	unsigned int i;
	int ret;

	ret = pci_mdev_read_region(pdev, VFIO_PCI_CONFIG_REGION_INDEX);
	if (ret == 0)
		ret = pci_mdev_read_id(pdev, &dev->id);
	if (ret < 0)
		return ret;

	for (i = 0; i < PCI_MAX_RESOURCE; i++) {
		ret = pci_mdev_read_region(pdev, VFIO_PCI_BAR0_REGION_INDEX + i);
		if (ret < 0)
			return ret;
		bar = &dev->mem_resource[i];
		bar->len = pdev->region[VFIO_PCI_BAR0_REGION_INDEX + i].size;
		if (bar->len != 0)
			bar->phys_addr = PCI_MDEV_BAR_ADDRESS | (uint64_t)i << PCI_MDEV_BAR_SHIFT;
	}

	dev->addr.domain = PCI_MDEV_DOMAIN + number % PCI_MDEV_DOMAIN_COUNT;
	dev->addr.bus = number & UINT8_MAX;
	dev->addr.devid = PCI_MDEV_DEVID;
	rte_pci_device_name(&dev->addr, dev->name, sizeof(dev->name));
	dev->kdrv = RTE_PCI_KDRV_VFIO;

	return 0;
}

/*
 * Forget what an earlier attachment found, all but the generic device: it is in
 * the list of the bus, where other threads may come across it.
 */
static void
pci_mdev_forget(struct rte_pci_device_internal *pdev)
{
	size_t begin = offsetof(struct rte_pci_device_internal, device.device);
	size_t end = begin + sizeof(struct rte_device);

	memset(pdev, 0, begin);
	memset(RTE_PTR_ADD(pdev, end), 0, sizeof(*pdev) - end);
}

static int
pci_mdev_attach_opened(const struct rte_mdev_device *mdev)
{
	struct rte_pci_device *dev = pci_mdev_device(mdev);
	int ret;

	ret = pci_mdev_identify(RTE_PCI_DEVICE_INTERNAL(dev));
	if (ret < 0) {
		MDEV_LOG(ERR, "%s: cannot read the PCI configuration: %s",
			 mdev->name, strerror(-ret));
		return ret;
	}

	ret = pci_mdev_attach(dev);
	if (ret > 0)
		MDEV_LOG(ERR, "%s: no driver for PCI ID %04x:%04x (class %06x)", mdev->name,
			 dev->id.vendor_id, dev->id.device_id, dev->id.class_id);
	else if (ret < 0 && pci_mdev_lacks_irq(dev))
		MDEV_LOG(ERR, "%s: the device has no interrupt of the kind that --vfio-intr asks for",
			 mdev->name);

	return ret;
}

static int
pci_mdev_probe(struct rte_mdev_driver *drv __rte_unused, struct rte_mdev_device *mdev)
{
	int ret;

	pci_mdev_forget(RTE_PCI_DEVICE_INTERNAL(pci_mdev_device(mdev)));

	ret = pci_mdev_open(mdev);
	if (ret < 0)
		return ret;

	ret = pci_mdev_attach_opened(mdev);
	if (ret != 0)
		pci_mdev_close(mdev);

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
	int ret;

	ret = pci_mdev_detach(pci_mdev_device(mdev));
	if (ret == 0)
		pci_mdev_close(mdev);

	return ret;
}

static int
pci_mdev_dma_map(struct rte_mdev_device *mdev, void *addr, uint64_t iova, size_t len)
{
	const struct rte_pci_driver *driver = pci_mdev_driver(mdev);

	if (driver->dma_map != NULL)
		return driver->dma_map(pci_mdev_device(mdev), addr, iova, len);

	return dev_vfio_container_dma_map(DEV_VFIO_DEFAULT_CONTAINER_FD,
					  (uintptr_t)addr, iova, len);
}

static int
pci_mdev_dma_unmap(struct rte_mdev_device *mdev, void *addr, uint64_t iova, size_t len)
{
	const struct rte_pci_driver *driver = pci_mdev_driver(mdev);

	if (driver->dma_unmap != NULL)
		return driver->dma_unmap(pci_mdev_device(mdev), addr, iova, len);

	return dev_vfio_container_dma_unmap(DEV_VFIO_DEFAULT_CONTAINER_FD,
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
	.device_size = sizeof(struct rte_pci_device_internal),
	.device_offset = offsetof(struct rte_pci_device_internal, device.device),
};

RTE_PMD_REGISTER_MDEV(mdev_vfio_pci, pci_mdev_vfio);
