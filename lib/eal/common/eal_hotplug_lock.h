/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#ifndef EAL_HOTPLUG_LOCK_H
#define EAL_HOTPLUG_LOCK_H

/**
 * @file
 * Mediated devices are attached and detached one after the other.
 *
 * The threads of the application, and the interrupt thread on behalf of the
 * secondary processes, may ask for it at the same time, but neither the list of
 * device arguments nor the list of devices of a bus can be changed by two of
 * them at once.
 *
 * Other buses are as they were: some of their drivers attach devices in alarms
 * and wait for these alarms while they are detached, or hold locks of their own
 * meanwhile. A thread that holds this lock must not wait for such a driver.
 *
 * In a secondary process only the interrupt thread attaches and detaches, on
 * request of the primary process. There, a lock held while waiting for the
 * answer of the primary process would stop these requests, so there is none.
 */

#ifdef RTE_EXEC_ENV_LINUX

/**
 * If the device is mediated, wait until no other thread attaches or detaches
 * such a one.
 *
 * A driver may attach and detach other devices meanwhile.
 *
 * @param device
 *   The device as in device arguments, or only its bus.
 */
void eal_hotplug_begin(const char *device);

/**
 * End what eal_hotplug_begin() began.
 *
 * @param ret
 *   Result of the operation that ends.
 * @return
 *   The same result.
 */
int eal_hotplug_end(int ret);

#else /* no mediated devices */

static inline void
eal_hotplug_begin(const char *device)
{
	(void)device;
}

static inline int
eal_hotplug_end(int ret)
{
	return ret;
}

#endif /* RTE_EXEC_ENV_LINUX */

#endif /* EAL_HOTPLUG_LOCK_H */
