/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#ifndef EAL_HOTPLUG_THREAD_H
#define EAL_HOTPLUG_THREAD_H

/**
 * @file
 * The thread that attaches and detaches devices for other processes.
 *
 * What runs in it may take its time: drivers wait for alarms and mailboxes, and
 * callbacks of the application for locks. Nothing else depends on this thread, as
 * interrupts and alarms depend on the interrupt thread, and the answers of other
 * processes on the thread that receives messages.
 *
 * It is created when it is needed first, and begins when EAL is initialized.
 */

/**
 * Let the thread call a function, after those that were given before.
 *
 * @param func
 *   The function.
 * @param arg
 *   Its argument; it is the function's to free.
 * @return
 *   0 on success, a negative errno value on failure:
 *   - -ESHUTDOWN: the process is ending.
 *   - -ENOMEM: memory is short.
 *   - another one: the thread cannot be created.
 */
int eal_hotplug_thread_run(void (*func)(void *arg), void *arg);

/** Let the thread begin: from now on, devices may be attached and detached. */
void eal_hotplug_thread_start(void);

/**
 * Wait for what the thread was given to do, and end it. Nothing can be given from
 * then on.
 */
void eal_hotplug_thread_end(void);

#endif /* EAL_HOTPLUG_THREAD_H */
