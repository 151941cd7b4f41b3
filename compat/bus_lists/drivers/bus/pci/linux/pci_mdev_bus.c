/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <bus_driver.h>
#include <rte_interrupts.h>

#include "pci_mdev.h"

/*
 * Before 26.07, plugging a device into the PCI bus did not need the device to
 * be in the list of that bus, but unplugging it did: here is the part that does
 * not touch the list.
 */

int
pci_mdev_attach(struct rte_pci_device *dev)
{
	/* a device with a driver would be taken for probed already */
	dev->device.driver = NULL;

	return rte_pci_bus.bus.plug(&dev->device);
}

int
pci_mdev_attach_again(struct rte_pci_device *dev)
{
	return rte_pci_bus.bus.plug(&dev->device);
}

int
pci_mdev_detach(struct rte_pci_device *dev)
{
	const struct rte_pci_driver *driver = dev->driver;
	int ret;

	if (driver->remove != NULL) {
		ret = driver->remove(dev);
		if (ret < 0)
			return ret;
	}

	dev->driver = NULL;
	dev->device.driver = NULL;

	if ((driver->drv_flags & RTE_PCI_DRV_NEED_MAPPING) != 0)
		rte_pci_unmap_device(dev);

	rte_intr_instance_free(dev->intr_handle);
	dev->intr_handle = NULL;
	rte_intr_instance_free(dev->vfio_req_intr_handle);
	dev->vfio_req_intr_handle = NULL;

	return 0;
}
