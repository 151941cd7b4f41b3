/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include <rte_common.h>
#include <rte_eal.h>
#include <rte_ethdev.h>
#include <rte_ether.h>
#include <rte_malloc.h>

#include "netmdev_basic.h"
#include "netmdev_pmd.h"

/**
 * @file
 * The port: what it can do, its life, and its operations that are not of another file.
 */

RTE_LOG_REGISTER_DEFAULT(netmdev_logtype, NOTICE);

#define NETMDEV_DEFAULT_RING 512

#define NETMDEV_RX_OFFLOADS (RTE_ETH_RX_OFFLOAD_VLAN_STRIP | RTE_ETH_RX_OFFLOAD_UDP_CKSUM | \
			     RTE_ETH_RX_OFFLOAD_TCP_CKSUM | RTE_ETH_RX_OFFLOAD_RSS_HASH)
#define NETMDEV_TX_OFFLOADS (RTE_ETH_TX_OFFLOAD_VLAN_INSERT | RTE_ETH_TX_OFFLOAD_UDP_CKSUM | \
			     RTE_ETH_TX_OFFLOAD_TCP_CKSUM | RTE_ETH_TX_OFFLOAD_MULTI_SEGS)

/* The kernel may have raised the MTU since the buffers were made. */
static uint32_t
netmdev_max_mtu(const struct netmdev_port *port, const struct netmdev_status *status)
{
	uint32_t room = netmdev_frame_len(port->buffers) - NETMDEV_OVERHEAD;

	return RTE_MIN(status->mtu, room);
}

/* Hashes come with frames, but nothing is spread by them without a rule. */
static int
netmdev_dev_configure(struct rte_eth_dev *dev)
{
	const struct netmdev_port *port = netmdev_port_of(dev);
	const struct rte_eth_conf *conf = &dev->data->dev_conf;
	struct netmdev_status status;

	if ((conf->rxmode.mq_mode & ~RTE_ETH_MQ_RX_RSS) != 0 ||
			conf->txmode.mq_mode != RTE_ETH_MQ_TX_NONE) {
		NETMDEV_LOG(ERR, "%s: there is no DCB and no VMDq, rules say which queue gets a packet",
			    dev->device->name);
		return -ENOTSUP;
	}

	/* ethdev puts the usual one where the application gives none */
	netmdev_read_status(port, &status);
	if (conf->rxmode.mtu != netmdev_max_mtu(port, &status) &&
			conf->rxmode.mtu != RTE_ETHER_MTU) {
		NETMDEV_LOG(ERR, "%s: the MTU is %u, and the kernel's: it cannot be set to %u",
			    dev->device->name, status.mtu, conf->rxmode.mtu);
		return -ENOTSUP;
	}

	return 0;
}

static int
netmdev_dev_info_get(struct rte_eth_dev *dev, struct rte_eth_dev_info *info)
{
	const struct netmdev_port *port = netmdev_port_of(dev);
	struct netmdev_status status;
	const struct rte_eth_desc_lim lim = {
		.nb_max = NETMDEV_MAX_RING,
		.nb_min = NETMDEV_MIN_RING,
		.nb_align = 1,
	};

	netmdev_read_status(port, &status);
	info->if_index = port->info.ifindex;
	info->min_mtu = RTE_ETHER_MIN_MTU;
	info->max_mtu = netmdev_max_mtu(port, &status);
	/* ethdev takes the difference for the overhead */
	info->max_rx_pktlen = info->max_mtu + NETMDEV_OVERHEAD;
	info->max_rx_queues = port->info.nr_queues;
	info->max_tx_queues = port->info.nr_queues;
	info->max_mac_addrs = 1;
	info->rx_offload_capa = NETMDEV_RX_OFFLOADS;
	info->tx_offload_capa = NETMDEV_TX_OFFLOADS;
	info->rx_desc_lim = lim;
	info->tx_desc_lim = lim;
	info->default_rxportconf.ring_size = NETMDEV_DEFAULT_RING;
	info->default_txportconf.ring_size = NETMDEV_DEFAULT_RING;
	info->dev_capa = RTE_ETH_DEV_CAPA_FLOW_RULE_KEEP;

	return 0;
}

static void
netmdev_set_queue_states(struct rte_eth_dev *dev, uint8_t state)
{
	uint16_t i;

	for (i = 0; i < dev->data->nb_rx_queues; i++)
		dev->data->rx_queue_state[i] = state;
	for (i = 0; i < dev->data->nb_tx_queues; i++)
		dev->data->tx_queue_state[i] = state;
}

static int
netmdev_no_queue(const struct rte_eth_dev *dev, const char *direction, uint16_t queue)
{
	NETMDEV_LOG(ERR, "%s: %s queue %u is configured, but not set up: do so, or configure fewer",
		    dev->device->name, direction, queue);

	return -EINVAL;
}

/* ethdev does not look whether all queues that are configured are set up. */
static int
netmdev_check_queues(const struct rte_eth_dev *dev)
{
	uint16_t i;

	for (i = 0; i < dev->data->nb_rx_queues; i++) {
		if (netmdev_rxq_of(dev, i) == NULL)
			return netmdev_no_queue(dev, "Rx", i);
	}
	for (i = 0; i < dev->data->nb_tx_queues; i++) {
		if (netmdev_txq_of(dev, i) == NULL)
			return netmdev_no_queue(dev, "Tx", i);
	}

	return 0;
}

/* Frames that do not fit are dropped, and counted. */
static void
netmdev_check_buffers(const struct rte_eth_dev *dev)
{
	uint32_t needed = dev->data->mtu + NETMDEV_OVERHEAD;
	const struct netmdev_rxq *rxq;
	uint32_t room;
	uint16_t i;

	for (i = 0; i < dev->data->nb_rx_queues; i++) {
		rxq = netmdev_rxq_of(dev, i);
		room = rxq->buf_len - RTE_PKTMBUF_HEADROOM;
		if (room >= needed)
			continue;
		NETMDEV_LOG(WARNING, "%s: queue %u has buffers for frames of %u bytes, which may be %u long with MTU %u: %s",
			    dev->device->name, i, room, needed, dev->data->mtu,
			    rxq->source == rxq->pool ? "give it a pool of larger ones" :
			    "attach the device again");
	}
}

static int
netmdev_dev_start(struct rte_eth_dev *dev)
{
	struct netmdev_status status;
	int ret;

	ret = netmdev_check_queues(dev);
	if (ret < 0)
		return ret;

	netmdev_read_status(netmdev_port_of(dev), &status);
	dev->data->mtu = status.mtu;
	netmdev_check_buffers(dev);

	ret = netmdev_rx_intr_connect(dev);
	if (ret < 0)
		return ret;
	ret = netmdev_start_queues(dev);
	if (ret < 0) {
		netmdev_rx_intr_disconnect(dev);
		return ret;
	}
	netmdev_set_queue_states(dev, RTE_ETH_QUEUE_STATE_STARTED);
	netmdev_link_update(dev, 0);

	return 0;
}

static int
netmdev_dev_stop(struct rte_eth_dev *dev)
{
	dev->data->dev_started = 0;
	netmdev_stop_queues(dev);
	netmdev_rx_intr_disconnect(dev);
	netmdev_set_queue_states(dev, RTE_ETH_QUEUE_STATE_STOPPED);

	return 0;
}

/* What belongs to the device stays until that is detached. */
static int
netmdev_dev_close(struct rte_eth_dev *dev)
{
	uint16_t i;

	if (rte_eal_process_type() != RTE_PROC_PRIMARY)
		return 0;

	if (dev->data->dev_started != 0)
		netmdev_dev_stop(dev);
	netmdev_flow_delete_all(dev);
	netmdev_intr_fini(dev);
	for (i = 0; i < dev->data->nb_rx_queues; i++)
		netmdev_rx_queue_release(dev, i);
	for (i = 0; i < dev->data->nb_tx_queues; i++)
		netmdev_tx_queue_release(dev, i);
	dev->data->dev_private = NULL;

	return 0;
}

/* Rules say what comes, whatever the mode, as in flow isolation mode of other drivers. */
static int
netmdev_dev_set_mode(struct rte_eth_dev *dev __rte_unused)
{
	return 0;
}

static const struct eth_dev_ops netmdev_ops = {
	.dev_configure = netmdev_dev_configure,
	.dev_start = netmdev_dev_start,
	.dev_stop = netmdev_dev_stop,
	.dev_close = netmdev_dev_close,
	.dev_infos_get = netmdev_dev_info_get,
	.promiscuous_enable = netmdev_dev_set_mode,
	.promiscuous_disable = netmdev_dev_set_mode,
	.allmulticast_enable = netmdev_dev_set_mode,
	.allmulticast_disable = netmdev_dev_set_mode,
	.link_update = netmdev_link_update,
	.stats_get = netmdev_stats_get,
	.stats_reset = netmdev_stats_reset,
	.xstats_get = netmdev_xstats_get,
	.xstats_get_names = netmdev_xstats_get_names,
	.xstats_reset = netmdev_stats_reset,
	.rx_queue_setup = netmdev_rx_queue_setup,
	.rx_queue_release = netmdev_rx_queue_release,
	.tx_queue_setup = netmdev_tx_queue_setup,
	.tx_queue_release = netmdev_tx_queue_release,
	.rx_queue_intr_enable = netmdev_rx_intr_enable,
	.rx_queue_intr_disable = netmdev_rx_intr_disable,
	.flow_ops_get = netmdev_flow_ops_get,
};

/*
 * Attach and detach
 */

static struct netmdev_device *
netmdev_device_of(const struct rte_mdev_device *mdev)
{
	return container_of(mdev->device, struct netmdev_device, device);
}

static int
netmdev_set_mac(struct rte_eth_dev *eth, const struct netmdev_port *port)
{
	struct netmdev_status status;

	eth->data->mac_addrs = rte_zmalloc("netmdev_mac", sizeof(*eth->data->mac_addrs), 0);
	if (eth->data->mac_addrs == NULL)
		return -ENOMEM;

	netmdev_read_status(port, &status);
	memcpy(eth->data->mac_addrs->addr_bytes, status.mac, RTE_ETHER_ADDR_LEN);

	return 0;
}

static void
netmdev_set_operations(struct rte_eth_dev *eth, struct netmdev_device *dev)
{
	eth->device = &dev->device;
	eth->process_private = dev;
	eth->dev_ops = &netmdev_ops;
	eth->rx_pkt_burst = netmdev_rx;
	eth->tx_pkt_burst = netmdev_tx;
	eth->tx_pkt_prepare = netmdev_tx_prepare;
}

static void
netmdev_release_port(struct rte_eth_dev *eth)
{
	if (rte_eal_process_type() == RTE_PROC_PRIMARY)
		eth->data->dev_private = NULL;
	rte_eth_dev_release_port(eth);
}

static int
netmdev_make_ethdev(struct netmdev_device *dev, const struct rte_mdev_device *mdev)
{
	struct rte_eth_dev *eth;
	int ret;

	eth = rte_eth_dev_allocate(mdev->name);
	if (eth == NULL)
		return -ENOMEM;

	eth->data->dev_private = dev->port;
	eth->data->numa_node = dev->device.numa_node;
	eth->data->dev_flags |= RTE_ETH_DEV_AUTOFILL_QUEUE_XSTATS;
	netmdev_set_operations(eth, dev);
	ret = netmdev_set_mac(eth, dev->port);
	if (ret == 0)
		ret = netmdev_intr_init(eth, mdev);
	if (ret < 0) {
		netmdev_release_port(eth);
		return ret;
	}
	netmdev_link_update(eth, 0);
	rte_eth_dev_probing_finish(eth);

	return 0;
}

static int
netmdev_attach_primary(struct netmdev_device *dev, struct rte_mdev_device *mdev)
{
	int ret;

	ret = netmdev_open(dev, mdev);
	if (ret < 0)
		return ret;

	ret = netmdev_make_ethdev(dev, mdev);
	if (ret < 0)
		netmdev_close(dev, mdev);

	return ret;
}

/* What is in the memory of the device, the port knows. */
static int
netmdev_attach_secondary(struct netmdev_device *dev, struct rte_mdev_device *mdev)
{
	struct rte_eth_dev *eth;
	int ret;

	eth = rte_eth_dev_attach_secondary(mdev->name);
	if (eth == NULL) {
		NETMDEV_LOG(ERR, "%s: the primary process has no port of it", mdev->name);
		return -ENODEV;
	}

	dev->port = eth->data->dev_private;
	if (dev->port == NULL) {
		NETMDEV_LOG(ERR, "%s: the primary process has closed the port of it", mdev->name);
		ret = -ENODEV;
	} else {
		ret = netmdev_open(dev, mdev);
	}
	if (ret < 0) {
		netmdev_release_port(eth);
		return ret;
	}
	netmdev_set_operations(eth, dev);
	rte_eth_dev_probing_finish(eth);

	return 0;
}

static int
netmdev_probe(struct rte_mdev_driver *drv __rte_unused, struct rte_mdev_device *mdev)
{
	struct netmdev_device *dev = netmdev_device_of(mdev);

	if (rte_eal_process_type() == RTE_PROC_PRIMARY)
		return netmdev_attach_primary(dev, mdev);

	return netmdev_attach_secondary(dev, mdev);
}

/*
 * What the application has, in any process, is memory of the device, which goes with it. A
 * process that ends is not told of it: it need not free anything, and keeps the mapping.
 */
static int
netmdev_check_unused(const struct netmdev_device *dev, const struct rte_mdev_device *mdev)
{
	unsigned int packets = netmdev_packets_out(mdev);
	unsigned int objects = netmdev_heap_objects(dev, mdev);

	if (packets == 0 && objects == 0)
		return 0;

	if (!mdev->ending)
		NETMDEV_LOG(ERR, "%s: cannot be detached, the application has %u packets in its buffers and %u objects in its heap: free them first",
			    mdev->name, packets, objects);

	return -EBUSY;
}

static int
netmdev_remove(struct rte_mdev_device *mdev)
{
	struct netmdev_device *dev = netmdev_device_of(mdev);
	struct rte_eth_dev *eth = rte_eth_dev_allocated(mdev->name);
	int ret;

	if (rte_eal_process_type() == RTE_PROC_PRIMARY && eth != NULL &&
			eth->data->dev_started != 0) {
		ret = rte_eth_dev_stop(eth->data->port_id);
		if (ret < 0)
			return ret;
	}
	ret = netmdev_check_unused(dev, mdev);
	/* something may have been allocated since */
	if (ret == 0)
		ret = netmdev_heap_fini(dev, mdev);
	if (ret < 0 && !mdev->ending)
		return ret;

	if (eth != NULL) {
		netmdev_dev_close(eth);
		netmdev_release_port(eth);
	}
	if (ret == 0)
		netmdev_close(dev, mdev);

	return ret;
}

static const struct rte_mdev_id netmdev_ids[] = {
	{ .device_api = NETMDEV_API },
	{ .device_api = NULL },
};

static struct rte_mdev_driver netmdev_driver = {
	.id_table = netmdev_ids,
	.probe = netmdev_probe,
	.remove = netmdev_remove,
	/* the memory of the device has no physical addresses */
	.drv_flags = RTE_MDEV_DRV_NEED_IOVA_AS_VA,
	.device_size = sizeof(struct netmdev_device),
	.device_offset = offsetof(struct netmdev_device, device),
};

RTE_PMD_REGISTER_MDEV(net_netmdev, netmdev_driver);
