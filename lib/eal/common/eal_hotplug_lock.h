/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#ifndef EAL_HOTPLUG_LOCK_H
#define EAL_HOTPLUG_LOCK_H

/**
 * @file
 * Devices are attached and detached one after the other.
 *
 * The threads of the application, and the interrupt thread on behalf of the
 * secondary processes, may ask for it at the same time, but neither the list of
 * device arguments nor the list of devices of a bus can be changed by two of
 * them at once.
 *
 * In a secondary process only the interrupt thread attaches and detaches, on
 * request of the primary process. There, a lock held while waiting for the
 * answer of the primary process would stop these requests, so there is none.
 */

#ifdef RTE_EXEC_ENV_WINDOWS

static inline void
eal_hotplug_begin(void)
{
}

static inline int
eal_hotplug_end(int ret)
{
	return ret;
}

#else

/**
 * Wait until no other thread attaches or detaches a device.
 *
 * A driver may attach and detach other devices meanwhile.
 */
void eal_hotplug_begin(void);

/**
 * Let other threads attach and detach devices.
 *
 * @param ret
 *   Result of the operation that ends.
 * @return
 *   The same result.
 */
int eal_hotplug_end(int ret);

#endif /* RTE_EXEC_ENV_WINDOWS */

#endif /* EAL_HOTPLUG_LOCK_H */
