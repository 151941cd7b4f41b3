/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#ifndef NETMDEV_BASIC_H
#define NETMDEV_BASIC_H

#include <ethdev_driver.h>

/** The statistics that every port has, and those of its queues. */
int netmdev_stats_get(struct rte_eth_dev *dev, struct rte_eth_stats *stats,
		      struct eth_queue_stats *qstats);

#endif /* NETMDEV_BASIC_H */
