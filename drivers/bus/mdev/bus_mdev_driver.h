/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#ifndef BUS_MDEV_DRIVER_H
#define BUS_MDEV_DRIVER_H

/**
 * @file
 * Driver interface of the mdev bus.
 *
 * A mediated device (mdev) is a slice of a device that its kernel driver hands
 * to user space through VFIO. The kernel documents it in
 * Documentation/driver-api/vfio-mediated-device.rst.
 *
 * A driver of this bus says in its ID table which device APIs, and optionally
 * which types of mediated device, it handles. The bus finds the devices, picks
 * the driver of each, and calls it for the devices that the user named.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <bus_driver.h>
#include <dev_driver.h>
#include <rte_common.h>
#include <rte_compat.h>
#include <rte_uuid.h>

#ifdef __cplusplus
extern "C" {
#endif

struct rte_intr_handle;
struct rte_mdev_device;
struct rte_mdev_driver;

/** Size of the longest device API string, see VFIO_DEVICE_API_*_STRING in linux/vfio.h. */
#define RTE_MDEV_API_MAX_LEN 32

/** Size of the longest type name: a directory of sysfs, hence NAME_MAX and a terminator. */
#define RTE_MDEV_TYPE_MAX_LEN 256

/**
 * What a driver handles: a row of its ID table.
 *
 * A row that names a type is preferred to a row that does not, whichever
 * drivers they belong to. So a driver can claim one vendor's type and leave
 * all other devices of the same API to the generic driver of that API.
 */
struct rte_mdev_id {
	/** Device API as in sysfs, e.g. "vfio-pci"; NULL ends the table. */
	const char *device_api;
	/** Type as in sysfs, e.g. "mtty-1"; NULL matches every type. */
	const char *mdev_type;
};

/**
 * A mediated device.
 *
 * The generic device is not embedded, because the driver may need it inside
 * a device structure of another bus: see rte_mdev_driver::device_size. Use
 * rte_mdev_from_device() to get from the one to the other.
 */
struct rte_mdev_device {
	/** The generic device; its name is rte_mdev_device::name. */
	struct rte_device *device;
	/** Driver that the device was dispatched to, NULL if there is none. */
	struct rte_mdev_driver *driver;
	/** Name of the generic device: the alias that the user chose, else the UUID. */
	char name[RTE_UUID_STRLEN];
	/** UUID in canonical form, lower case: the name that the kernel knows. */
	char uuid[RTE_UUID_STRLEN];
	/** Device API: attribute mdev_type/device_api. */
	char device_api[RTE_MDEV_API_MAX_LEN];
	/** Type: the directory to which the link mdev_type points. */
	char mdev_type[RTE_MDEV_TYPE_MAX_LEN];
	/**
	 * Directory of the parent device in sysfs; the device is a directory
	 * below it, named by its UUID. When a device is being removed, its link
	 * in the directory of the bus is gone long before it is gone from here.
	 */
	char *parent_path;
	/** Text for rte_device::bus_info. */
	char *bus_info;
	/**
	 * Number of the attachment. The primary process gives a new one to every
	 * attachment of any device, and the secondary processes have the same:
	 * what is shared among processes and must be unique can be made of it.
	 * Where there is no room for all of it, the lowest byte is unique as long
	 * as no more than 256 devices are in use.
	 */
	uint32_t number;
	/** Of rte_mdev_removal_enable(), which makes it; NULL when it is not enabled. */
	struct rte_intr_handle *removal_handle;
	/**
	 * It is removed because the process cleans up EAL, to end. A driver that keeps it
	 * then, because something of it is in use, need not complain.
	 */
	bool ending;
};

/** Most areas of a region that can be mapped. */
#define RTE_MDEV_MAX_AREAS 32

/** A part of a region that can be mapped. */
struct rte_mdev_area {
	uint64_t offset; /**< From the start of the region, in bytes: whole pages. */
	uint64_t size;   /**< In bytes: whole pages. */
};

/**
 * A region of a device, as the kernel describes it: see struct vfio_region_info of
 * linux/vfio.h.
 */
struct rte_mdev_region {
	uint32_t index;  /**< Among the regions of the device. */
	uint32_t flags;  /**< VFIO_REGION_INFO_FLAG_*: may be read, written, mapped. */
	uint64_t size;   /**< In bytes; 0 if the device has no such region. */
	uint64_t offset; /**< In the file of the device, in bytes, for pread() and pwrite(). */
	/** From the capability VFIO_REGION_INFO_CAP_TYPE; 0 if the region has none. */
	uint32_t type;
	/** Tells the regions of a type apart. */
	uint32_t subtype;
	/** Number of areas that can be mapped; 0 if nothing of the region can. */
	uint32_t nb_areas;
	/** From VFIO_REGION_INFO_CAP_SPARSE_MMAP; without it, one area is the region. */
	struct rte_mdev_area areas[RTE_MDEV_MAX_AREAS];
};

/**
 * Take a device into use.
 *
 * @param drv
 *   Driver to which the device was dispatched.
 * @param dev
 *   The device; nothing of it is open yet.
 * @return
 *   0 on success, a positive value if the driver does not support the device,
 *   a negative errno value on failure. Unless it succeeds, the function must
 *   leave nothing open. For -EEXIST, which means to EAL that the device is attached
 *   already, the application gets -EBUSY.
 */
typedef int (rte_mdev_probe_t)(struct rte_mdev_driver *drv,
			       struct rte_mdev_device *dev);

/**
 * Release a device.
 *
 * @param dev
 *   A device that was probed.
 * @return
 *   0 on success, a negative errno value if the device must stay in use.
 */
typedef int (rte_mdev_remove_t)(struct rte_mdev_device *dev);

/**
 * Map memory for DMA by a device, or undo that.
 *
 * @param dev
 *   A device that was probed.
 * @param addr
 *   Virtual address of the memory.
 * @param iova
 *   I/O virtual address at which the device sees it.
 * @param len
 *   Length in bytes.
 * @return
 *   0 on success, -1 on failure with rte_errno set.
 */
typedef int (rte_mdev_dma_t)(struct rte_mdev_device *dev, void *addr,
			     uint64_t iova, size_t len);

/** The driver works with I/O virtual addresses only (RTE_IOVA_VA). */
#define RTE_MDEV_DRV_NEED_IOVA_AS_VA 0x0001

/**
 * A driver of the mdev bus.
 */
struct rte_mdev_driver {
	struct rte_driver driver;           /**< Inherit core driver. */
	const struct rte_mdev_id *id_table; /**< What it handles. */
	rte_mdev_probe_t *probe;            /**< Mandatory. */
	rte_mdev_remove_t *remove;          /**< Mandatory. */
	/**
	 * Optional: take notice of other arguments for a device in use, as when
	 * they name more ports of it. Unless it succeeds, the device works on as
	 * before, with its old arguments. Without it, the answer is -EEXIST.
	 */
	rte_mdev_probe_t *probe_again;
	/** Optional; without it, memory is mapped in the default VFIO container. */
	rte_mdev_dma_t *dma_map;
	/** Optional; the counterpart of dma_map. */
	rte_mdev_dma_t *dma_unmap;
	/** RTE_MDEV_DRV_* flags. */
	uint32_t drv_flags;
	/**
	 * Size in bytes of a structure that the bus allocates, zeroed, with
	 * each device of this driver, and in which the generic device is
	 * embedded. 0 if the driver needs nothing but the generic device.
	 */
	size_t device_size;
	/** Offset in bytes of the generic device in that structure. */
	size_t device_offset;
};

/**
 * Get the mediated device of a generic device.
 *
 * @param dev
 *   Generic device of any bus.
 * @return
 *   The mediated device, NULL if the generic device is not on the mdev bus.
 */
__rte_internal
struct rte_mdev_device *
rte_mdev_from_device(const struct rte_device *dev);

/**
 * Set the directory in which the kernel lists the mediated devices, for tests that
 * have a directory of their own.
 *
 * It may be called before EAL is initialized, but not while the bus scans.
 *
 * @param path
 *   The directory; the string stays in use. NULL for /sys/bus/mdev/devices.
 */
__rte_internal
void
rte_mdev_set_sysfs_path(const char *path);

/**
 * Open a device through VFIO.
 *
 * The device is put into the default container. On failure a message says what is
 * wrong and what helps. A process opens a device once: who opens it closes it, when
 * nobody else uses the file any more.
 *
 * @param dev
 *   The device.
 * @param dev_fd
 *   Set to the VFIO device file descriptor.
 * @return
 *   0 on success, a negative errno value on failure:
 *   - -ENODEV: VFIO does not have the device, as when it is gone.
 *   - -ENOTSUP: VFIO is not available.
 *   - -EBUSY: another process uses the device.
 *   - -ENOENT: there is no file through which VFIO hands it out.
 *   - -EACCES: no rights on that file.
 *   - -EIO: VFIO refused the device for another reason.
 */
__rte_internal
int
rte_mdev_vfio_open(const struct rte_mdev_device *dev, int *dev_fd);

/**
 * Close a device that rte_mdev_vfio_open() opened.
 *
 * @param dev
 *   The device.
 * @param dev_fd
 *   The VFIO device file descriptor.
 */
__rte_internal
void
rte_mdev_vfio_close(const struct rte_mdev_device *dev, int dev_fd);

/**
 * Describe a region of a device.
 *
 * It says nothing on failure: a region may be missing.
 *
 * @param dev_fd
 *   The VFIO device file descriptor.
 * @param index
 *   Index of the region.
 * @param region
 *   Filled in on success.
 * @return
 *   0 on success, a negative errno value on failure:
 *   - -EINVAL: the device has no region of this index.
 *   - -E2BIG: the region has more areas than RTE_MDEV_MAX_AREAS. It is described without
 *     them, to be read and written.
 *   - -ENOMEM: there is not enough memory.
 *   - another one that the kernel driver gives.
 */
__rte_internal
int
rte_mdev_region_get(int dev_fd, uint32_t index, struct rte_mdev_region *region);

/**
 * Find a region of a device by its type capability.
 *
 * It says nothing on failure: a region may be missing.
 *
 * @param dev_fd
 *   The VFIO device file descriptor.
 * @param type
 *   VFIO_REGION_TYPE_*, or VFIO_REGION_TYPE_PCI_VENDOR_TYPE and a PCI vendor ID.
 * @param subtype
 *   Which one of this type.
 * @param region
 *   Filled in on success, changed in any case.
 * @return
 *   0 on success, a negative errno value on failure:
 *   - -ENOENT: no region is of this type.
 *   - -E2BIG: as of rte_mdev_region_get(); the region was found.
 *   - another one if the device cannot be asked.
 */
__rte_internal
int
rte_mdev_region_find(int dev_fd, uint32_t type, uint32_t subtype,
		     struct rte_mdev_region *region);

/**
 * Map what can be mapped of a region, at the same address in all processes.
 *
 * The primary process maps first. It picks an address that is a multiple of 2 MiB and
 * leaves it in shared memory; the secondary processes map there. Access follows the flags
 * of the region; what lies between its areas must not be touched. On failure a message
 * says what is wrong.
 *
 * @param dev
 *   The device, which is being probed or was.
 * @param dev_fd
 *   The VFIO device file descriptor.
 * @param region
 *   A region of the device.
 * @param addr
 *   Set to the address of the region on success.
 * @return
 *   0 on success, a negative errno value on failure:
 *   - -ENOTSUP: nothing of the region can be mapped.
 *   - -EEXIST: this primary process has mapped the region already.
 *   - -ENOENT: the primary process has not mapped the region (secondary processes only).
 *   - -EADDRINUSE: where the primary process has the region, this process has something
 *     else (secondary processes only).
 *   - -ENOMEM: there is no place, or no memory.
 *   - -EFBIG: the region has more bytes than this process has addresses (32 bits only).
 *   - -ERANGE: an area is not within the region.
 *   - another one that the kernel driver gives.
 */
__rte_internal
int
rte_mdev_region_map(const struct rte_mdev_device *dev, int dev_fd,
		    const struct rte_mdev_region *region, void **addr);

/**
 * Undo rte_mdev_region_map() in this process.
 *
 * @param dev
 *   The device.
 * @param region
 *   The region that was mapped.
 * @param addr
 *   Its address.
 */
__rte_internal
void
rte_mdev_region_unmap(const struct rte_mdev_device *dev, const struct rte_mdev_region *region,
		      void *addr);

/**
 * Count the interrupts of an index.
 *
 * @param dev_fd
 *   The VFIO device file descriptor.
 * @param index
 *   Kind of interrupt: what it means is a matter of the device API, as
 *   VFIO_PCI_MSIX_IRQ_INDEX.
 * @return
 *   Number of interrupts that eventfds can be connected to, 0 if there are none.
 */
__rte_internal
uint32_t
rte_mdev_irq_count(int dev_fd, uint32_t index);

/**
 * Connect eventfds to interrupts: each gets one event for each interrupt.
 *
 * An interrupt has one eventfd, whichever process connects it: the last one counts. On
 * failure a message says what is wrong, and what is connected is up to the kernel driver.
 *
 * @param dev
 *   The device.
 * @param dev_fd
 *   The VFIO device file descriptor.
 * @param index
 *   Kind of interrupt.
 * @param start
 *   Number of the first interrupt to connect.
 * @param count
 *   How many to connect; it cannot be 0.
 * @param fds
 *   The eventfds, which stay the caller's; -1 disconnects.
 * @return
 *   0 on success, a negative errno value on failure:
 *   - -EINVAL: the device does not have these interrupts.
 *   - -ENOMEM: there is not enough memory.
 *   - another one that the kernel driver gives.
 */
__rte_internal
int
rte_mdev_irq_connect(const struct rte_mdev_device *dev, int dev_fd, uint32_t index,
		     uint32_t start, uint32_t count, const int *fds);

/**
 * Disconnect all interrupts of an index, which disables them.
 *
 * @param dev_fd
 *   The VFIO device file descriptor.
 * @param index
 *   Kind of interrupt.
 * @return
 *   0 on success, a negative errno value that the kernel driver gives on failure.
 */
__rte_internal
int
rte_mdev_irq_disconnect(int dev_fd, uint32_t index);

/**
 * Let the application know when somebody wants to remove a device.
 *
 * The request of the kernel, which waits until the device is closed, becomes the event
 * RTE_DEV_EVENT_REMOVE of the device, in the interrupt thread. The event is for all: only
 * the primary process gets it, and in secondary processes nothing is done.
 *
 * @param dev
 *   The device, which is being probed or was.
 * @param dev_fd
 *   The VFIO device file descriptor.
 * @param index
 *   Index of the interrupt with this meaning, as VFIO_PCI_REQ_IRQ_INDEX.
 * @return
 *   0 on success, a negative errno value on failure:
 *   - -ENOTSUP: the device does not ask, which is no error of it.
 *   - -EALREADY: it is enabled.
 *   - -ENOMEM: there is not enough memory, or there are too many files.
 *   - another one, with a message.
 */
__rte_internal
int
rte_mdev_removal_enable(struct rte_mdev_device *dev, int dev_fd, uint32_t index);

/**
 * Undo rte_mdev_removal_enable(), if it was done: before the device is closed.
 *
 * It waits until no event is being handled, so it must not be called by who handles one.
 *
 * @param dev
 *   The device.
 * @param dev_fd
 *   The VFIO device file descriptor.
 * @param index
 *   Index of the interrupt.
 */
__rte_internal
void
rte_mdev_removal_disable(struct rte_mdev_device *dev, int dev_fd, uint32_t index);

/**
 * Make memory that comes from a device memory of DPDK, and of all devices.
 *
 * The memory is registered as external memory, and mapped for DMA in the default
 * container, where its IOVA is its virtual address: every device of the process reaches it.
 * Pages that the kernel allocated and a kernel driver mapped can be shared if they are
 * ordinary ones, as of vmalloc_user(); a BAR or a range of page frame numbers cannot
 * where there is an IOMMU. On failure a message says what is wrong.
 *
 * The primary process shares first; in secondary processes, which must have the memory
 * at the same address, it becomes memory of DPDK as well.
 *
 * @param dev
 *   The device.
 * @param addr
 *   Start of the memory: of a page in an area that rte_mdev_region_map() has mapped.
 * @param len
 *   Length in bytes: whole pages.
 * @return
 *   0 on success, a negative errno value on failure:
 *   - -ENOTSUP: IOVAs are not virtual addresses.
 *   - -EINVAL: these are no whole pages.
 *   - -EEXIST: the memory is shared already.
 *   - -ENOENT: the primary process does not share it (secondary processes only).
 *   - -EIO: the container does not take it.
 *   - -ENOMEM, -ENOSPC: there is not enough memory to keep this in mind.
 */
__rte_internal
int
rte_mdev_memory_share(const struct rte_mdev_device *dev, void *addr, size_t len);

/**
 * Undo rte_mdev_memory_share(): in secondary processes first, and before it is unmapped.
 *
 * @param dev
 *   The device.
 * @param addr
 *   Start of the memory.
 * @param len
 *   Length in bytes.
 * @return
 *   0 on success, a negative errno value on failure, with a message:
 *   - -ENOENT: the memory is not shared.
 *   - -EIO: the container keeps it.
 */
__rte_internal
int
rte_mdev_memory_unshare(const struct rte_mdev_device *dev, void *addr, size_t len);

/**
 * Register a driver with the mdev bus.
 *
 * @param driver
 *   The driver; it must stay valid until it is unregistered.
 */
__rte_internal
void
rte_mdev_register(struct rte_mdev_driver *driver);

/**
 * Unregister a driver from the mdev bus.
 *
 * Devices in use by the driver must have been removed before.
 *
 * @param driver
 *   A registered driver.
 */
__rte_internal
void
rte_mdev_unregister(struct rte_mdev_driver *driver);

/** Register a driver with the mdev bus when the program or library is loaded. */
#define RTE_PMD_REGISTER_MDEV(nm, mdev_drv) \
	RTE_INIT(mdevinitfn_ ##nm) \
	{ \
		(mdev_drv).driver.name = RTE_STR(nm); \
		rte_mdev_register(&(mdev_drv)); \
	} \
	RTE_PMD_EXPORT_NAME(nm)

#ifdef __cplusplus
}
#endif

#endif /* BUS_MDEV_DRIVER_H */
