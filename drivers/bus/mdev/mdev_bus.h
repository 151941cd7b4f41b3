/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#ifndef MDEV_BUS_H
#define MDEV_BUS_H

#include <bus_driver.h>

extern struct rte_bus rte_mdev_bus;

static inline enum rte_bus_scan_mode
mdev_scan_mode(void)
{
	return rte_mdev_bus.conf.scan_mode;
}

#endif /* MDEV_BUS_H */
