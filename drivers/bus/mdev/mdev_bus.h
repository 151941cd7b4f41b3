/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#ifndef MDEV_BUS_H
#define MDEV_BUS_H

#include <bus_driver.h>

extern struct rte_bus rte_mdev_bus;

#endif /* MDEV_BUS_H */
