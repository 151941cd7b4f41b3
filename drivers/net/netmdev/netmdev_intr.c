/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <rte_ethdev.h>
#include <rte_interrupts.h>

#include "netmdev_pmd.h"

/**
 * @file
 * Interrupts: of the link, which the interrupt thread handles, and of the Rx queues, for
 * which the application waits. An interrupt has one eventfd, which is the primary process's.
 */

int
netmdev_link_update(struct rte_eth_dev *dev, int wait_to_complete __rte_unused)
{
	struct netmdev_status status;
	struct rte_eth_link link;

	netmdev_read_status(netmdev_port_of(dev), &status);
	memset(&link, 0, sizeof(link));
	link.link_speed = RTE_ETH_SPEED_NUM_UNKNOWN;
	link.link_duplex = RTE_ETH_LINK_FULL_DUPLEX;
	link.link_autoneg = RTE_ETH_LINK_AUTONEG;
	if ((status.flags & NETMDEV_LINK_UP) != 0 && (status.flags & NETMDEV_RUNNING) != 0)
		link.link_status = RTE_ETH_LINK_UP;

	return rte_eth_linkstatus_set(dev, &link);
}

static void
netmdev_status_handler(void *param)
{
	struct rte_eth_dev *dev = param;

	/* what has changed may be something else */
	if (netmdev_link_update(dev, 0) == 0 && dev->data->dev_conf.intr_conf.lsc != 0)
		rte_eth_dev_callback_process(dev, RTE_ETH_EVENT_INTR_LSC, NULL);
}

static int
netmdev_intr_connect(struct rte_eth_dev *dev, const struct rte_mdev_device *mdev)
{
	struct netmdev_device *device = netmdev_of(dev);
	int fd = rte_intr_fd_get(device->intr_handle);
	int ret;

	ret = rte_intr_callback_register(device->intr_handle, netmdev_status_handler, dev);
	if (ret < 0)
		return ret;

	ret = rte_mdev_irq_connect(mdev, device->fd, NETMDEV_IRQ_STATUS, 0, 1, &fd);
	if (ret < 0)
		rte_intr_callback_unregister_sync(device->intr_handle, netmdev_status_handler,
						  dev);

	return ret;
}

static void
netmdev_intr_free(struct rte_intr_handle *handle)
{
	if (rte_intr_fd_get(handle) >= 0)
		close(rte_intr_fd_get(handle));
	rte_intr_instance_free(handle);
}

int
netmdev_intr_init(struct rte_eth_dev *dev, const struct rte_mdev_device *mdev)
{
	struct netmdev_device *device = netmdev_of(dev);
	struct rte_intr_handle *handle;
	int ret;

	handle = rte_intr_instance_alloc(RTE_INTR_INSTANCE_F_PRIVATE);
	if (handle == NULL)
		return -ENOMEM;
	if (rte_intr_type_set(handle, RTE_INTR_HANDLE_VFIO_MSIX) != 0 ||
			rte_intr_fd_set(handle, eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) != 0 ||
			rte_intr_fd_get(handle) < 0) {
		netmdev_intr_free(handle);
		return -ENOMEM;
	}

	device->intr_handle = handle;
	ret = netmdev_intr_connect(dev, mdev);
	if (ret < 0) {
		device->intr_handle = NULL;
		netmdev_intr_free(handle);
		return ret;
	}
	dev->intr_handle = handle;
	dev->data->dev_flags |= RTE_ETH_DEV_INTR_LSC;

	return 0;
}

void
netmdev_intr_fini(struct rte_eth_dev *dev)
{
	struct netmdev_device *device = netmdev_of(dev);

	if (device->intr_handle == NULL)
		return;

	rte_mdev_irq_disconnect(device->fd, NETMDEV_IRQ_STATUS);
	rte_intr_callback_unregister_sync(device->intr_handle, netmdev_status_handler, dev);
	netmdev_intr_free(device->intr_handle);
	device->intr_handle = NULL;
	dev->intr_handle = NULL;
}

/*
 * Rx queues
 */

static int
netmdev_rx_intr_alloc(struct rte_intr_handle *handle, uint16_t count)
{
	uint16_t i;
	int ret;

	ret = rte_intr_efd_enable(handle, count);
	if (ret < 0)
		return ret;
	ret = rte_intr_vec_list_alloc(handle, "netmdev_vectors", count);
	for (i = 0; i < count && ret == 0; i++)
		ret = rte_intr_vec_list_index_set(handle, i, RTE_INTR_VEC_RXTX_OFFSET + i);

	return ret < 0 ? -ENOMEM : 0;
}

int
netmdev_rx_intr_connect(struct rte_eth_dev *dev)
{
	struct netmdev_device *device = netmdev_of(dev);
	uint16_t count = dev->data->nb_rx_queues;
	int fds[NETMDEV_MAX_QUEUES];
	uint16_t i;
	int ret;

	if (dev->data->dev_conf.intr_conf.rxq == 0 || count == 0)
		return 0;
	/* only the primary process has the events */
	if (device->intr_handle == NULL)
		return -ENOTSUP;

	ret = netmdev_rx_intr_alloc(device->intr_handle, count);
	if (ret == 0) {
		for (i = 0; i < count; i++)
			fds[i] = rte_intr_efds_index_get(device->intr_handle, i);
		ret = rte_mdev_irq_connect(rte_mdev_from_device(dev->device), device->fd,
					   NETMDEV_IRQ_RX, 0, count, fds);
	}
	if (ret < 0)
		netmdev_rx_intr_disconnect(dev);

	return ret;
}

void
netmdev_rx_intr_disconnect(struct rte_eth_dev *dev)
{
	struct netmdev_device *device = netmdev_of(dev);

	if (dev->data->dev_conf.intr_conf.rxq == 0 || device->intr_handle == NULL)
		return;

	rte_mdev_irq_disconnect(device->fd, NETMDEV_IRQ_RX);
	rte_intr_efd_disable(device->intr_handle);
	rte_intr_vec_list_free(device->intr_handle);
}

int
netmdev_rx_intr_enable(struct rte_eth_dev *dev, uint16_t queue)
{
	struct rte_intr_handle *handle = netmdev_of(dev)->intr_handle;
	struct netmdev_rxq *rxq = dev->data->rx_queues[queue];

	/* the eventfds are there when the port was started with Rx interrupts */
	if (handle == NULL || !rte_intr_dp_is_en(handle) || rxq->ring.ctl == NULL)
		return -ENOTSUP;

	rte_atomic_store_explicit(&rxq->ring.ctl->driver.flags, NETMDEV_EVENT_ENABLE,
				  rte_memory_order_relaxed);
	/*
	 * A frame that came before it has no event. The store must come before the load of
	 * the ring, which release and acquire do not order; the kernel driver has the other
	 * barrier in mq_ring_wants_event(), between the ring and the flags.
	 */
	rte_atomic_thread_fence(rte_memory_order_seq_cst);
	if (netmdev_rx_pending(rxq) &&
			eventfd_write(rte_intr_efds_index_get(handle, queue), 1) < 0)
		return -errno;

	return 0;
}

int
netmdev_rx_intr_disable(struct rte_eth_dev *dev, uint16_t queue)
{
	struct netmdev_rxq *rxq = dev->data->rx_queues[queue];

	if (rxq->ring.ctl == NULL)
		return -ENOTSUP;
	rte_atomic_store_explicit(&rxq->ring.ctl->driver.flags, NETMDEV_EVENT_DISABLE,
				  rte_memory_order_relaxed);

	return 0;
}
