/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#ifndef NETMDEV_LOGS_H
#define NETMDEV_LOGS_H

#include <rte_log.h>

extern int netmdev_logtype;
#define RTE_LOGTYPE_NETMDEV netmdev_logtype
#define NETMDEV_LOG(level, ...) RTE_LOG_LINE(level, NETMDEV, __VA_ARGS__)

#endif /* NETMDEV_LOGS_H */
