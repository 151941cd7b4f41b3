/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#ifndef MDEV_PRIVATE_H
#define MDEV_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <rte_dev.h>
#include <rte_devargs.h>

#include "bus_mdev_driver.h"
#include "mdev_bus.h"
#include "mdev_logs.h"

/** Name of the bus, and with a colon the prefix of its device names. */
#define MDEV_BUS_NAME "mdev"

/*
 * Names and device arguments: mdev_params.c
 */

/* Convert a device name in any accepted form to the canonical UUID. */
int mdev_canonical_name(const char *name, char uuid[RTE_UUID_STRLEN]);

/* Operation rte_bus::parse. */
int mdev_parse(const char *name, void *addr);

/* Operation rte_bus::devargs_parse. */
int mdev_devargs_parse(struct rte_devargs *devargs);

/* Find the device arguments that the user gave for a canonical name. */
struct rte_devargs *mdev_find_devargs(const char *uuid);

/* Find the next device, after start, that matches "key=value,...". */
struct rte_device *mdev_match_devices(const struct rte_device *start,
				      const char *str);

/*
 * Devices in sysfs: mdev_scan.c
 */

bool mdev_is_in_sysfs(const char *uuid);

/* Update the list of devices from sysfs, following the policy of the user. */
int mdev_scan(enum rte_bus_scan_mode mode);

/*
 * Devices and drivers in the process: mdev.c
 */

/* Choose the driver of a device from its API and type. */
struct rte_mdev_driver *mdev_find_driver(const char *device_api,
					 const char *mdev_type);

/* Allocate a device for the driver that it is dispatched to, NULL for none. */
struct rte_mdev_device *mdev_alloc(const char *uuid,
				   struct rte_mdev_driver *driver);

void mdev_free(struct rte_mdev_device *mdev);

/* Find a device of the bus by its canonical name. */
struct rte_mdev_device *mdev_find(const char *uuid);

bool mdev_match(const struct rte_driver *drv, const struct rte_device *dev);
int mdev_probe_device(struct rte_driver *drv, struct rte_device *dev);
int mdev_unplug_device(struct rte_device *dev);
void mdev_free_device(struct rte_device *dev);
int mdev_dma_map(struct rte_device *dev, void *addr, uint64_t iova, size_t len);
int mdev_dma_unmap(struct rte_device *dev, void *addr, uint64_t iova, size_t len);
enum rte_iova_mode mdev_get_iommu_class(void);
int mdev_hot_unplug_handler(struct rte_device *dev);

#endif /* MDEV_PRIVATE_H */
