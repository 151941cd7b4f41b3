/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dev_driver.h>
#include <rte_common.h>
#include <rte_telemetry.h>

#include "private.h"

/**
 * @file
 * Devices that the bus has found, for who asks by telemetry.
 */

/* Well below what an answer can have: 512 entries and 16 KiB, 39 bytes of them for a name. */
#define MDEV_LIST_MAX 128

/* How many devices to leave out: those of the answers before. */
static int
mdev_parse_start(const char *params, unsigned int *start)
{
	unsigned long value = 0;
	char *end;

	if (params != NULL && *params != '\0') {
		errno = 0;
		value = strtoul(params, &end, 10);
		if (errno != 0 || !isdigit((unsigned char)*params) || *end != '\0' ||
				value > UINT_MAX)
			return -EINVAL;
	}
	*start = value;

	return 0;
}

static void
mdev_list_from(unsigned int start, struct rte_tel_data *data)
{
	char more[RTE_TEL_MAX_STRING_LEN];
	struct rte_device *dev = NULL;
	unsigned int count = 0;

	rte_tel_data_start_array(data, RTE_TEL_STRING_VAL);
	while ((dev = mdev_next(dev)) != NULL) {
		if (count >= start && count - start < MDEV_LIST_MAX)
			rte_tel_data_add_array_string(data, dev->name);
		count++;
	}

	if (count > start && count - start > MDEV_LIST_MAX) {
		snprintf(more, sizeof(more), "and %u more: /mdev/list,%u",
			 count - start - MDEV_LIST_MAX, start + MDEV_LIST_MAX);
		rte_tel_data_add_array_string(data, more);
	}
}

static int
mdev_handle_list(const char *cmd __rte_unused, const char *params, struct rte_tel_data *data)
{
	unsigned int start;

	if (mdev_parse_start(params, &start) != 0)
		return -EINVAL;

	mdev_hold_devices();
	mdev_list_from(start, data);
	mdev_release_devices();

	return 0;
}

/* While EAL is cleaned up, the records in shared memory are out of reach, but not the list. */
static struct rte_device *
mdev_find_by_name(const char *name)
{
	struct rte_device *dev = NULL;
	char uuid[RTE_UUID_STRLEN];

	name = mdev_without_prefix(name);
	if (mdev_canonical_name(name, uuid) != 0)
		uuid[0] = '\0';
	while ((dev = mdev_next(dev)) != NULL) {
		if (strcmp(dev->name, name) == 0 || strcmp(mdev_of(dev)->uuid, uuid) == 0)
			break;
	}

	return dev;
}

static int
mdev_tell_info(const char *name, struct rte_tel_data *data)
{
	struct rte_device *dev = mdev_find_by_name(name);
	const struct rte_mdev_device *mdev;
	const struct rte_driver *driver;

	if (dev == NULL)
		return -EINVAL;
	mdev = mdev_of(dev);
	/* it may be detached meanwhile */
	driver = rte_dev_driver(dev);

	rte_tel_data_start_dict(data);
	rte_tel_data_add_dict_string(data, "name", mdev->name);
	rte_tel_data_add_dict_string(data, "uuid", mdev->uuid);
	rte_tel_data_add_dict_string(data, "device_api", mdev->device_api);
	rte_tel_data_add_dict_string(data, "mdev_type", mdev->mdev_type);
	rte_tel_data_add_dict_string(data, "parent", mdev_basename(mdev->parent_path));
	rte_tel_data_add_dict_int(data, "numa_node", dev->numa_node);
	rte_tel_data_add_dict_string(data, "driver", driver != NULL ? driver->name : "none");

	return 0;
}

static int
mdev_handle_info(const char *cmd __rte_unused, const char *params, struct rte_tel_data *data)
{
	int ret;

	if (params == NULL)
		return -EINVAL;

	mdev_hold_devices();
	ret = mdev_tell_info(params, data);
	mdev_release_devices();

	return ret;
}

RTE_INIT(mdev_init_telemetry)
{
	rte_telemetry_register_cmd("/mdev/list", mdev_handle_list,
			"Returns list of names of mediated devices. Parameters: how many of them to leave out (optional)");
	rte_telemetry_register_cmd("/mdev/info", mdev_handle_info,
			"Returns UUID, type and parent of a mediated device. Parameters: its UUID or its name");
}
