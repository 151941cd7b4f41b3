/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <pthread.h>

#include <rte_common.h>
#include <rte_eal.h>

#include "eal_hotplug_lock.h"

static pthread_mutex_t hotplug_mutex;

RTE_INIT(eal_hotplug_lock_init)
{
	pthread_mutexattr_t attr;

	/* drivers made of other devices attach those in their probe function */
	pthread_mutexattr_init(&attr);
	pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&hotplug_mutex, &attr);
	pthread_mutexattr_destroy(&attr);
}

void
eal_hotplug_begin(void)
{
	if (rte_eal_process_type() == RTE_PROC_PRIMARY)
		pthread_mutex_lock(&hotplug_mutex);
}

int
eal_hotplug_end(int ret)
{
	if (rte_eal_process_type() == RTE_PROC_PRIMARY)
		pthread_mutex_unlock(&hotplug_mutex);

	return ret;
}
