/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <errno.h>

#include <bus_driver.h>

#include "pci_mdev.h"

int
pci_mdev_attach(struct rte_pci_device *dev)
{
	struct rte_driver *drv = NULL;
	int ret;

	while ((drv = rte_bus_find_driver(&rte_pci_bus, drv, &dev->device)) != NULL) {
		/* the drivers of the PCI bus expect to find themselves here */
		dev->device.driver = drv;
		ret = rte_pci_bus.probe_device(drv, &dev->device);
		if (ret <= 0)
			return ret;
	}

	return 1;
}

int
pci_mdev_attach_again(struct rte_pci_device *dev)
{
	struct rte_driver *drv = NULL;

	/* the same driver, which can be changed here */
	do
		drv = rte_bus_find_driver(&rte_pci_bus, drv, &dev->device);
	while (drv != NULL && drv != dev->device.driver);

	return drv != NULL ? rte_pci_bus.probe_device(drv, &dev->device) : -EEXIST;
}

int
pci_mdev_detach(struct rte_pci_device *dev)
{
	return rte_pci_bus.unplug_device(&dev->device);
}
