/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <uapi/linux/vfio.h>

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <eal_export.h>
#include <rte_common.h>
#include <rte_eal.h>
#include <rte_interrupts.h>

#include "private.h"

/**
 * @file
 * Interrupts of a device, which are events of eventfds, and the one that asks for the
 * removal of the device.
 */

RTE_EXPORT_INTERNAL_SYMBOL(rte_mdev_irq_count)
uint32_t
rte_mdev_irq_count(int dev_fd, uint32_t index)
{
	struct vfio_irq_info irq = { .argsz = sizeof(irq), .index = index };

	/* a kind that the device does not have may be an error, or there are none of it */
	if (ioctl(dev_fd, VFIO_DEVICE_GET_IRQ_INFO, &irq) < 0 ||
			(irq.flags & VFIO_IRQ_INFO_EVENTFD) == 0)
		return 0;

	return irq.count;
}

RTE_EXPORT_INTERNAL_SYMBOL(rte_mdev_irq_connect)
int
rte_mdev_irq_connect(const struct rte_mdev_device *dev, int dev_fd, uint32_t index,
		     uint32_t start, uint32_t count, const int *fds)
{
	uint32_t available = rte_mdev_irq_count(dev_fd, index);
	struct vfio_irq_set *set;
	int ret = 0;

	if (count == 0 || start > available || count > available - start) {
		MDEV_LOG(ERR, "%s: cannot connect %u interrupts of index %u from number %u on, the device has %u",
			 dev->name, count, index, start, available);
		return -EINVAL;
	}

	set = calloc(1, sizeof(*set) + count * sizeof(*fds));
	if (set == NULL)
		return -ENOMEM;
	set->argsz = sizeof(*set) + count * sizeof(*fds);
	set->flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER;
	set->index = index;
	set->start = start;
	set->count = count;
	memcpy(set->data, fds, count * sizeof(*fds));

	if (ioctl(dev_fd, VFIO_DEVICE_SET_IRQS, set) < 0) {
		ret = -errno;
		MDEV_LOG(ERR, "%s: cannot connect %u interrupts of index %u: %s", dev->name,
			 count, index, strerror(-ret));
	}
	free(set);

	return ret;
}

RTE_EXPORT_INTERNAL_SYMBOL(rte_mdev_irq_disconnect)
int
rte_mdev_irq_disconnect(int dev_fd, uint32_t index)
{
	struct vfio_irq_set set = {
		.argsz = sizeof(set),
		.flags = VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER,
		.index = index,
	};

	return ioctl(dev_fd, VFIO_DEVICE_SET_IRQS, &set) < 0 ? -errno : 0;
}

/* In the interrupt thread: the kernel waits for the device. */
static void
mdev_removal_handler(void *param)
{
	const struct rte_mdev_device *dev = param;

	mdev_hot_unplug_handler(dev->device);
}

static struct rte_intr_handle *
mdev_removal_alloc(void)
{
	struct rte_intr_handle *handle;

	handle = rte_intr_instance_alloc(RTE_INTR_INSTANCE_F_PRIVATE);
	if (handle == NULL)
		return NULL;

	if (rte_intr_type_set(handle, RTE_INTR_HANDLE_VFIO_REQ) != 0 ||
			rte_intr_fd_set(handle, eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) != 0 ||
			rte_intr_fd_get(handle) < 0) {
		rte_intr_instance_free(handle);
		return NULL;
	}

	return handle;
}

static void
mdev_removal_free(struct rte_intr_handle *handle)
{
	close(rte_intr_fd_get(handle));
	rte_intr_instance_free(handle);
}

RTE_EXPORT_INTERNAL_SYMBOL(rte_mdev_removal_enable)
int
rte_mdev_removal_enable(struct rte_mdev_device *dev, int dev_fd, uint32_t index)
{
	struct rte_intr_handle *handle;
	int fd, ret;

	/* the kernel has one eventfd for all processes */
	if (rte_eal_process_type() != RTE_PROC_PRIMARY)
		return 0;
	if (dev->removal_handle != NULL)
		return -EALREADY;
	if (rte_mdev_irq_count(dev_fd, index) == 0)
		return -ENOTSUP;

	handle = mdev_removal_alloc();
	if (handle == NULL)
		return -ENOMEM;

	ret = rte_intr_callback_register(handle, mdev_removal_handler, dev);
	if (ret < 0)
		goto free;

	fd = rte_intr_fd_get(handle);
	ret = rte_mdev_irq_connect(dev, dev_fd, index, 0, 1, &fd);
	if (ret < 0)
		goto unregister;
	dev->removal_handle = handle;

	return 0;

unregister:
	rte_intr_callback_unregister_sync(handle, mdev_removal_handler, dev);
free:
	mdev_removal_free(handle);
	return ret;
}

RTE_EXPORT_INTERNAL_SYMBOL(rte_mdev_removal_disable)
void
rte_mdev_removal_disable(struct rte_mdev_device *dev, int dev_fd, uint32_t index)
{
	struct rte_intr_handle *handle = dev->removal_handle;

	if (handle == NULL)
		return;

	rte_mdev_irq_disconnect(dev_fd, index);
	rte_intr_callback_unregister_sync(handle, mdev_removal_handler, dev);
	mdev_removal_free(handle);
	dev->removal_handle = NULL;
}
