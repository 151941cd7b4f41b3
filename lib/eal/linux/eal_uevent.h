/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#ifndef EAL_UEVENT_H
#define EAL_UEVENT_H

/**
 * @file
 * Events of the devices of a bus that handles their removal.
 *
 * The kernel sends a uevent as a sequence of strings: a summary, and then one
 * KEY=value for each variable (lib/kobject_uevent.c).
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bus_driver.h>
#include <rte_dev.h>
#include <rte_devargs.h>
#include <rte_string_fns.h>

/* Find a variable in a message. */
static inline const char *
eal_uevent_get(const char *msg, size_t length, const char *key)
{
	size_t key_len = strlen(key);
	const char *end = msg + length;

	for (; msg < end; msg += strnlen(msg, end - msg) + 1) {
		if ((size_t)(end - msg) > key_len && strncmp(msg, key, key_len) == 0 &&
				msg[key_len] == '=')
			return msg + key_len + 1;
	}

	return NULL;
}

/* Find the bus that handles the events of a subsystem of the kernel, which has its name. */
static inline const struct rte_bus *
eal_uevent_bus(const char *subsystem)
{
	const struct rte_bus *bus = rte_bus_find_by_name(subsystem);

	return bus != NULL && bus->hot_unplug_handler != NULL ? bus : NULL;
}

/**
 * Parse the event of a device whose bus handles its removal.
 *
 * @param msg
 *   Message of the kernel, with a NUL behind it.
 * @param length
 *   Size of the message in bytes.
 * @param busname
 *   Set to the name of the bus.
 * @param type
 *   Set to what happened.
 * @param name
 *   Set to the name that the kernel has for the device, to be freed by the caller.
 * @return
 *   0 on success, -EINVAL if it is no arrival or removal of such a device,
 *   -ENOMEM if memory is short.
 */
static inline int
eal_uevent_parse(const char *msg, size_t length, const char **busname,
		 enum rte_dev_event_type *type, char **name)
{
	const char *subsystem = eal_uevent_get(msg, length, "SUBSYSTEM");
	const char *action = eal_uevent_get(msg, length, "ACTION");
	const char *path = eal_uevent_get(msg, length, "DEVPATH");
	const struct rte_bus *bus;
	const char *base;

	if (subsystem == NULL || action == NULL || path == NULL)
		return -EINVAL;

	/* udev sends each event again */
	bus = eal_uevent_bus(subsystem);
	if (bus == NULL || strncmp(msg, "libudev", 7) == 0)
		return -EINVAL;
	*busname = rte_bus_name(bus);

	if (strcmp(action, "add") == 0)
		*type = RTE_DEV_EVENT_ADD;
	else if (strcmp(action, "remove") == 0)
		*type = RTE_DEV_EVENT_REMOVE;
	else
		return -EINVAL;

	base = strrchr(path, '/');
	*name = strdup(base != NULL ? base + 1 : path);

	return *name != NULL ? 0 : -ENOMEM;
}

/**
 * Let the bus spell the name of a device: the kernel may know it by another one.
 *
 * @param busname
 *   Name of the bus.
 * @param name
 *   Name of the device, which is replaced unless memory is short.
 */
static inline void
eal_uevent_spell_name(const char *busname, char **name)
{
	struct rte_bus *bus = rte_bus_find_by_name(busname);
	struct rte_devargs devargs = { .bus = bus };
	char *spelled;

	if (bus == NULL || bus->devargs_parse == NULL)
		return;

	strlcpy(devargs.name, *name, sizeof(devargs.name));
	if (bus->devargs_parse(&devargs) != 0)
		return;

	spelled = strdup(devargs.name);
	if (spelled == NULL)
		return;
	free(*name);
	*name = spelled;
}

#endif /* EAL_UEVENT_H */
