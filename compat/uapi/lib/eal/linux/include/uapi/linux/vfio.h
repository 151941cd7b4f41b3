/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

/* Before 25.03, DPDK had no copy of this header and used the system's. */
#include <linux/vfio.h>
