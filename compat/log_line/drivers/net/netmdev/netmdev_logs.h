/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#ifndef NETMDEV_LOGS_H
#define NETMDEV_LOGS_H

#include <rte_log.h>

extern int netmdev_logtype;

/* Before 24.03, log macros did not add the newline themselves. */
#define NETMDEV_LOG(level, fmt, ...) \
	rte_log(RTE_LOG_ ## level, netmdev_logtype, "NETMDEV: " fmt "\n", ## __VA_ARGS__)

#endif /* NETMDEV_LOGS_H */
