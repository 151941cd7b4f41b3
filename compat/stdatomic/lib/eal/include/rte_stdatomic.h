/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#ifndef RTE_STDATOMIC_H
#define RTE_STDATOMIC_H

/**
 * @file
 * Before 23.11, there were only the compiler's built-in functions.
 */

#define RTE_ATOMIC(type) type
#define __rte_atomic

#define rte_memory_order_relaxed __ATOMIC_RELAXED
#define rte_memory_order_acquire __ATOMIC_ACQUIRE
#define rte_memory_order_release __ATOMIC_RELEASE
#define rte_memory_order_seq_cst __ATOMIC_SEQ_CST

#define rte_atomic_load_explicit(ptr, memorder) __atomic_load_n(ptr, memorder)
#define rte_atomic_store_explicit(ptr, val, memorder) __atomic_store_n(ptr, val, memorder)

#endif /* RTE_STDATOMIC_H */
