/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#include <bus_driver.h>
#include <rte_common.h>
#include <rte_eal.h>

#include "eal_hotplug_lock.h"
#include "eal_private.h"

static pthread_mutex_t hotplug_mutex = PTHREAD_MUTEX_INITIALIZER;

/* How many operations of this thread are under way, one within the other. */
static __thread unsigned int hotplug_depth;

static bool
hotplug_is_mediated(const char *device)
{
	const struct rte_bus *bus;

	if (strncmp(device, "bus=", strlen("bus=")) == 0)
		device += strlen("bus=");
	if (strcspn(device, ":,/") == strlen("mdev") &&
			strncmp(device, "mdev", strlen("mdev")) == 0)
		return true;

	bus = rte_bus_find_by_device_name(device);

	return bus != NULL && strcmp(rte_bus_name(bus), "mdev") == 0;
}

void
eal_hotplug_begin(const char *device)
{
	if (rte_eal_process_type() != RTE_PROC_PRIMARY)
		return;
	if (hotplug_depth == 0 && !hotplug_is_mediated(device))
		return;
	if (hotplug_depth == 0)
		pthread_mutex_lock(&hotplug_mutex);
	hotplug_depth++;
}

int
eal_hotplug_end(int ret)
{
	if (hotplug_depth > 0 && --hotplug_depth == 0)
		pthread_mutex_unlock(&hotplug_mutex);

	return ret;
}
