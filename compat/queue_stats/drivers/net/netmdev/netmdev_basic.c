/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include "netmdev_basic.h"
#include "netmdev_pmd.h"

/**
 * @file
 * Before 25.11, the statistics of the queues were among those that every port has.
 */

int
netmdev_stats_get(struct rte_eth_dev *dev, struct rte_eth_stats *stats)
{
	struct netmdev_queue_totals totals;
	uint16_t i;

	for (i = 0; i < netmdev_count_queues(dev); i++) {
		netmdev_add_queue(dev, i, stats, &totals);
		if (i >= RTE_ETHDEV_QUEUE_STAT_CNTRS)
			continue;
		stats->q_ipackets[i] = totals.ipackets;
		stats->q_ibytes[i] = totals.ibytes;
		stats->q_opackets[i] = totals.opackets;
		stats->q_obytes[i] = totals.obytes;
		stats->q_errors[i] = totals.missed;
	}

	return 0;
}
