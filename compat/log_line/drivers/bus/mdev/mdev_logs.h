/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#ifndef MDEV_LOGS_H
#define MDEV_LOGS_H

#include <rte_log.h>

extern int mdev_bus_logtype;

/* Before 24.03, log macros did not add the newline themselves. */
#define MDEV_LOG(level, fmt, ...) \
	rte_log(RTE_LOG_ ## level, mdev_bus_logtype, "MDEV_BUS: " fmt "\n", ## __VA_ARGS__)

#endif /* MDEV_LOGS_H */
