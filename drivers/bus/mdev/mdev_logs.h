/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#ifndef MDEV_LOGS_H
#define MDEV_LOGS_H

#include <rte_log.h>

extern int mdev_bus_logtype;
#define RTE_LOGTYPE_MDEV_BUS mdev_bus_logtype
#define MDEV_LOG(level, ...) RTE_LOG_LINE(level, MDEV_BUS, __VA_ARGS__)

#endif /* MDEV_LOGS_H */
