/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#ifndef EAL_EXPORT_H
#define EAL_EXPORT_H

/* Before 25.07, version.map listed the symbols that a library exports. */
#define RTE_EXPORT_INTERNAL_SYMBOL(symbol)

#endif /* EAL_EXPORT_H */
