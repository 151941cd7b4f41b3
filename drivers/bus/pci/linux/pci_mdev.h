/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#ifndef PCI_MDEV_H
#define PCI_MDEV_H

/**
 * @file
 * Mediated devices of device API vfio-pci, as seen by the PCI bus.
 *
 * Such a device is a struct rte_pci_device that belongs to the mdev bus. What
 * the code for VFIO must ask of the device, instead of assuming the answer
 * of a PCI function, is asked through the functions below.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <rte_bus_pci.h>
#include <rte_interrupts.h>
#include <rte_pci.h>
#include <uapi/linux/vfio.h>

#include "pci_init.h"
#include "private.h"

/** Tell whether the interrupt of a device is set up. */
static inline bool
pci_vfio_has_interrupt(const struct rte_pci_device *dev)
{
	return rte_intr_fd_get(dev->intr_handle) >= 0;
}

/**
 * Undo the setup of a device that failed, but for its file, which the caller closes:
 * close the interrupt, if it has one, and leave no file for who may unmap the device.
 */
static inline void
pci_vfio_undo_setup(struct rte_pci_device *dev)
{
	if (pci_vfio_has_interrupt(dev))
		close(rte_intr_fd_get(dev->intr_handle));

	rte_intr_fd_set(dev->intr_handle, -1);
	rte_intr_dev_fd_set(dev->intr_handle, -1);
}

#ifdef PCI_MDEV

/** Tell whether a PCI device is a mediated device. */
bool pci_dev_is_mdev(const struct rte_pci_device *dev);

/** Get the directory of sysfs that lists the device. */
const char *pci_vfio_sysfs_path(const struct rte_pci_device *dev);

/** Write the name under which VFIO knows the device. */
void pci_vfio_device_name(const struct rte_pci_device *dev, char *name, size_t size);

/** Tell whether VFIO is ready for the device. */
int pci_vfio_is_enabled_for(const struct rte_pci_device *dev);

/** Tell whether the mode of VFIO without an IOMMU, if it is on, is that of the device. */
bool pci_vfio_may_lack_iommu(const struct rte_pci_device *dev);

/** Tell whether the kernel can notify of the removal of the device. */
bool pci_vfio_has_notifier(const struct rte_pci_device *dev, int dev_fd);

/** Tell whether a BAR with these flags, VFIO_REGION_INFO_FLAG_*, can be mapped. */
bool pci_vfio_is_mappable(const struct rte_pci_device *dev, uint32_t flags);

/**
 * Set up a device in which no usable interrupt was found.
 *
 * @return
 *   0 if the device may work without one, -1 otherwise.
 */
int pci_vfio_no_interrupt(struct rte_pci_device *dev, int dev_fd, enum rte_intr_mode mode);

/** Reset the device, if it can be; like the ioctl, -1 on error with errno set. */
int pci_vfio_reset(const struct rte_pci_device *dev, int dev_fd);

/** Make sure that the I/O ports of the device can be accessed, -1 on error. */
int pci_vfio_open_ioport(struct rte_pci_device *dev);

/*
 * How drivers of the PCI bus are attached to a device of another bus.
 */

/**
 * Probe a device with the matching drivers of the PCI bus.
 *
 * @return
 *   0 on success, 1 if no driver supports it, a negative errno value on error.
 */
int pci_mdev_attach(struct rte_pci_device *dev);

/**
 * Probe a device once more with the driver that has it, after its arguments changed.
 *
 * @return
 *   0 on success, -EEXIST if the driver does not do that, another negative errno
 *   value on error.
 */
int pci_mdev_attach_again(struct rte_pci_device *dev);

/**
 * Undo pci_mdev_attach().
 *
 * @return
 *   0 on success, a negative errno value if the driver keeps the device.
 */
int pci_mdev_detach(struct rte_pci_device *dev);

#else /* !PCI_MDEV: there are only PCI functions */

static inline bool
pci_dev_is_mdev(const struct rte_pci_device *dev __rte_unused)
{
	return false;
}

static inline const char *
pci_vfio_sysfs_path(const struct rte_pci_device *dev __rte_unused)
{
	return rte_pci_get_sysfs_path();
}

static inline void
pci_vfio_device_name(const struct rte_pci_device *dev, char *name, size_t size)
{
	rte_pci_device_name(&dev->addr, name, size);
}

static inline int
pci_vfio_is_enabled_for(const struct rte_pci_device *dev __rte_unused)
{
	return pci_vfio_is_enabled();
}

static inline bool
pci_vfio_may_lack_iommu(const struct rte_pci_device *dev __rte_unused)
{
	return true;
}

static inline bool
pci_vfio_has_notifier(const struct rte_pci_device *dev __rte_unused, int dev_fd __rte_unused)
{
	return true;
}

static inline bool
pci_vfio_is_mappable(const struct rte_pci_device *dev __rte_unused, uint32_t flags)
{
	return (flags & VFIO_REGION_INFO_FLAG_MMAP) != 0;
}

static inline int
pci_vfio_no_interrupt(struct rte_pci_device *dev __rte_unused, int dev_fd __rte_unused,
		      enum rte_intr_mode mode __rte_unused)
{
	return -1;
}

static inline int
pci_vfio_open_ioport(struct rte_pci_device *dev __rte_unused)
{
	return 0;
}

static inline int
pci_vfio_reset(const struct rte_pci_device *dev __rte_unused, int dev_fd)
{
	return ioctl(dev_fd, VFIO_DEVICE_RESET);
}

#endif /* PCI_MDEV */

#endif /* PCI_MDEV_H */
