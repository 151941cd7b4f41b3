/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include "netmdev_basic.h"
#include "netmdev_pmd.h"

/**
 * @file
 * The statistics that every port has, and those of its queues.
 */

int
netmdev_stats_get(struct rte_eth_dev *dev, struct rte_eth_stats *stats,
		  struct eth_queue_stats *qstats)
{
	struct netmdev_queue_totals totals;
	uint16_t i;

	for (i = 0; i < netmdev_count_queues(dev); i++) {
		netmdev_add_queue(dev, i, stats, &totals);
		if (qstats == NULL || i >= RTE_ETHDEV_QUEUE_STAT_CNTRS)
			continue;
		qstats->q_ipackets[i] = totals.ipackets;
		qstats->q_ibytes[i] = totals.ibytes;
		qstats->q_opackets[i] = totals.opackets;
		qstats->q_obytes[i] = totals.obytes;
		qstats->q_errors[i] = totals.missed;
	}

	return 0;
}
