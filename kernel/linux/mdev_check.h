/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * What the programs share that check our modules from user space, by VFIO's own calls.
 * Everything ends the program that does not work; what is tried returns 0 or an error.
 */

#ifndef MDEV_CHECK_H
#define MDEV_CHECK_H

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/vfio.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

#define check(what) do { \
	if (!(what)) { \
		fprintf(stderr, "check: line %d: %s (%s)\n", __LINE__, #what, \
			strerror(errno)); \
		exit(1); \
	} \
} while (0)

static int container, group, device;

static inline int try_open_group(const char *uuid)
{
	char path[PATH_MAX], link[PATH_MAX];
	ssize_t len;

	snprintf(path, sizeof(path), "/sys/bus/mdev/devices/%s/iommu_group", uuid);
	len = readlink(path, link, sizeof(link) - 1);
	check(len > 0);
	link[len] = '\0';
	snprintf(path, sizeof(path), "/dev/vfio/%s", strrchr(link, '/') + 1);
	group = open(path, O_RDWR);
	return group < 0 ? errno : 0;
}

/* In a container of its own, of this type */
static inline void open_device_as(const char *uuid, unsigned long type)
{
	container = open("/dev/vfio/vfio", O_RDWR);
	check(container >= 0);
	check(try_open_group(uuid) == 0);
	check(ioctl(group, VFIO_GROUP_SET_CONTAINER, &container) == 0);
	check(ioctl(container, VFIO_SET_IOMMU, type) == 0);
	device = ioctl(group, VFIO_GROUP_GET_DEVICE_FD, uuid);
	check(device >= 0);
}

static inline void close_device(void)
{
	close(device);
	close(group);
	close(container);
}

/* Whatever is asked of the interrupts of a device like a PCI function, and however wrong */
static inline void random_irqs(int event)
{
	char buf[sizeof(struct vfio_irq_set) + 8 * sizeof(int)];
	struct vfio_irq_set *set = (void *)buf;
	const int fds[] = { event, -1, 0, -2, INT_MAX };
	unsigned int i;

	*set = (struct vfio_irq_set){
		.argsz = random() % 2 ? sizeof(buf) : random() % sizeof(buf),
		.flags = 1 << random() % 3 | 8 << random() % 3,
		.index = random() % (VFIO_PCI_NUM_IRQS + 1),
		.start = random() % 4 ? 0 : random() % 4096,
		.count = random() % 9,
	};
	for (i = 0; i < 8; i++)
		memcpy(set->data + i * sizeof(int),
		       &fds[random() % 2 ? 0 : random() % ARRAY_SIZE(fds)], sizeof(int));
	ioctl(device, VFIO_DEVICE_SET_IRQS, set);
}

#endif /* MDEV_CHECK_H */
