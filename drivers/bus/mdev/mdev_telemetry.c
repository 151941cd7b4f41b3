/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <errno.h>
#include <string.h>

#include <dev_driver.h>
#include <rte_common.h>
#include <rte_telemetry.h>

#include "private.h"

/**
 * @file
 * Devices that the bus has found, for who asks by telemetry.
 */

static int
mdev_handle_list(const char *cmd __rte_unused, const char *params __rte_unused,
		 struct rte_tel_data *data)
{
	struct rte_device *dev = NULL;

	rte_tel_data_start_array(data, RTE_TEL_STRING_VAL);
	while ((dev = mdev_next(dev)) != NULL) {
		if (rte_tel_data_add_array_string(data, dev->name) != 0)
			break;
	}

	return 0;
}

static struct rte_device *
mdev_find_by_name(const char *name)
{
	struct rte_device *dev = NULL;
	char uuid[RTE_UUID_STRLEN];

	if (name == NULL || mdev_resolve(name, uuid) != 0)
		return NULL;
	while ((dev = mdev_next(dev)) != NULL) {
		if (strcmp(mdev_of(dev)->uuid, uuid) == 0)
			break;
	}

	return dev;
}

static int
mdev_handle_info(const char *cmd __rte_unused, const char *params, struct rte_tel_data *data)
{
	struct rte_device *dev = mdev_find_by_name(params);
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

RTE_INIT(mdev_init_telemetry)
{
	rte_telemetry_register_cmd("/mdev/list", mdev_handle_list,
			"Returns list of names of mediated devices. Takes no parameters");
	rte_telemetry_register_cmd("/mdev/info", mdev_handle_info,
			"Returns UUID, type and parent of a mediated device. Parameters: its UUID or its name");
}
