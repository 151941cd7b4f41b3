/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <rte_common.h>

#include "netmdev_pmd.h"

/**
 * @file
 * Statistics: what this driver has counted of a queue, and what the kernel has.
 */

/* Who counts: the kernel, in its status of the queue, or this driver. */
enum netmdev_source {
	NETMDEV_KERNEL,
	NETMDEV_RX,
	NETMDEV_TX,
};

struct netmdev_counter {
	const char *direction;
	const char *name;
	enum netmdev_source source;
	size_t offset; /* in the structure of the source */
};

#define NETMDEV_COUNTER(direction, name) \
	{ #direction, #name, NETMDEV_KERNEL, \
	  offsetof(struct netmdev_queue_status, direction ## _ ## name) }

static const struct netmdev_counter netmdev_counters[] = {
	NETMDEV_COUNTER(rx, no_buffer),
	NETMDEV_COUNTER(rx, too_long),
	NETMDEV_COUNTER(rx, overrun),
	NETMDEV_COUNTER(rx, error),
	NETMDEV_COUNTER(rx, fallback),
	NETMDEV_COUNTER(tx, dropped),
	{ "rx", "discarded", NETMDEV_RX, offsetof(struct netmdev_rx_counters, discarded) },
	{ "tx", "copied", NETMDEV_TX, offsetof(struct netmdev_tx_counters, copied) },
	{ "tx", "refused", NETMDEV_TX, offsetof(struct netmdev_tx_counters, refused) },
};

/* A counter that another thread, or the kernel, may change at any time. */
static uint64_t
netmdev_counter_at(const void *structure, size_t offset)
{
	const uint64_t __rte_atomic *counter = RTE_PTR_ADD(structure, offset);

	return rte_atomic_load_explicit(counter, rte_memory_order_relaxed);
}

/* What the kernel has counted since the statistics were reset. */
static uint64_t
netmdev_count(const struct netmdev_port *port, uint16_t queue, size_t offset)
{
	return netmdev_counter_at(&port->status->queue[queue], offset) -
		netmdev_counter_at(&port->base[queue], offset);
}

#define NETMDEV_COUNT(port, queue, field) \
	netmdev_count(port, queue, offsetof(struct netmdev_queue_status, field))

uint16_t
netmdev_count_queues(const struct rte_eth_dev *dev)
{
	return RTE_MAX(dev->data->nb_rx_queues, dev->data->nb_tx_queues);
}

struct netmdev_rxq *
netmdev_rxq_of(const struct rte_eth_dev *dev, uint16_t queue)
{
	return queue < dev->data->nb_rx_queues ? dev->data->rx_queues[queue] : NULL;
}

struct netmdev_txq *
netmdev_txq_of(const struct rte_eth_dev *dev, uint16_t queue)
{
	return queue < dev->data->nb_tx_queues ? dev->data->tx_queues[queue] : NULL;
}

void
netmdev_add_queue(const struct rte_eth_dev *dev, uint16_t queue, struct rte_eth_stats *stats,
		  struct netmdev_queue_totals *totals)
{
	const struct netmdev_port *port = netmdev_port_of(dev);

	totals->missed = NETMDEV_COUNT(port, queue, rx_no_buffer) +
		NETMDEV_COUNT(port, queue, rx_overrun) + port->rx[queue].discarded;
	stats->ierrors += NETMDEV_COUNT(port, queue, rx_too_long) +
		NETMDEV_COUNT(port, queue, rx_error);
	stats->oerrors += NETMDEV_COUNT(port, queue, tx_dropped) + port->tx[queue].refused;
	totals->ipackets = port->rx[queue].packets;
	totals->ibytes = port->rx[queue].bytes;
	totals->opackets = NETMDEV_COUNT(port, queue, tx_packets);
	totals->obytes = NETMDEV_COUNT(port, queue, tx_bytes);
	stats->ipackets += totals->ipackets;
	stats->ibytes += totals->ibytes;
	stats->imissed += totals->missed;
	stats->opackets += totals->opackets;
	stats->obytes += totals->obytes;
}

int
netmdev_stats_reset(struct rte_eth_dev *dev)
{
	struct netmdev_port *port = netmdev_port_of(dev);

	memcpy(port->base, port->status->queue, port->info.nr_queues * sizeof(port->base[0]));
	memset(port->rx, 0, sizeof(port->rx));
	memset(port->tx, 0, sizeof(port->tx));

	return 0;
}

static uint64_t
netmdev_xstat(const struct rte_eth_dev *dev, uint16_t queue,
	      const struct netmdev_counter *counter)
{
	const struct netmdev_port *port = netmdev_port_of(dev);

	switch (counter->source) {
	case NETMDEV_RX:
		return netmdev_counter_at(&port->rx[queue], counter->offset);
	case NETMDEV_TX:
		return netmdev_counter_at(&port->tx[queue], counter->offset);
	default:
		return netmdev_count(port, queue, counter->offset);
	}
}

int
netmdev_xstats_get(struct rte_eth_dev *dev, struct rte_eth_xstat *xstats, unsigned int n)
{
	unsigned int count = netmdev_count_queues(dev) * RTE_DIM(netmdev_counters);
	unsigned int i;

	if (xstats == NULL || n < count)
		return count;

	for (i = 0; i < count; i++) {
		xstats[i].id = i;
		xstats[i].value = netmdev_xstat(dev, i / RTE_DIM(netmdev_counters),
				&netmdev_counters[i % RTE_DIM(netmdev_counters)]);
	}

	return count;
}

int
netmdev_xstats_get_names(struct rte_eth_dev *dev, struct rte_eth_xstat_name *names,
			 unsigned int n)
{
	unsigned int count = netmdev_count_queues(dev) * RTE_DIM(netmdev_counters);
	const struct netmdev_counter *counter;
	unsigned int i;

	if (names == NULL || n < count)
		return count;

	for (i = 0; i < count; i++) {
		counter = &netmdev_counters[i % RTE_DIM(netmdev_counters)];
		snprintf(names[i].name, sizeof(names[i].name), "%s_q%zu_%s",
			 counter->direction, i / RTE_DIM(netmdev_counters), counter->name);
	}

	return count;
}
