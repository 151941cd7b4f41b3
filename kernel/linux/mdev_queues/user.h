/* SPDX-License-Identifier: BSD-3-Clause */
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * A small user of netmdev.h, for the test programs; on top of mdev_check.h.
 */

#ifndef MDEV_QUEUES_USER_H
#define MDEV_QUEUES_USER_H

#include <stdbool.h>
#include <sys/mman.h>

#include "../mdev_check.h"
#include "../mdev_sums.h"
#include "netmdev.h"

#define PAGE		4096
/* Large: the machine may be busy for a while, and nothing is to be lost meanwhile. */
#define RING		NETMDEV_MAX_RING
#define SLOT		2048	/* bytes of a buffer */
#define QUEUES		4	/* that are used */
#define MEMORY_SIZE	(2ULL * QUEUES * RING * SLOT)

/* What a sender, the kernel's socket and the program write into one file, by number */
struct record {
	uint64_t sent_ns;
	uint32_t seen;		/* SEEN_BY_* */
	uint32_t pad;
};
#define SEEN_BY_KERNEL	1
#define SEEN_BY_USER	2
#define MAX_RECORDS	65536

static inline struct record *map_records(const char *path)
{
	size_t size = MAX_RECORDS * sizeof(struct record);
	int fd = open(path, O_RDWR | O_CREAT, 0644);
	void *p;

	check(fd >= 0 && ftruncate(fd, size) == 0);
	p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	check(p != MAP_FAILED);
	close(fd);
	return p;
}

struct ring {
	struct netmdev_desc *desc;
	struct netmdev_ring_ctl *ctl;
	unsigned int next_post, next_take;
	bool post_wrap, take_wrap;
	uint64_t buffers;	/* in MEMORY */
};

struct queue {
	unsigned int nr;
	struct ring rx, tx;
};

static volatile struct netmdev_status *status;
static char *rings, *memory;

static inline int try_call(unsigned long cmd, void *arg)
{
	return ioctl(device, cmd, arg) < 0 ? errno : 0;
}

/* By its type; its size is 0 if it is not there yet */
static inline struct vfio_region_info find_region(unsigned int subtype)
{
	char buf[256];
	struct vfio_region_info *info = (void *)buf;
	struct vfio_region_info_cap_type *cap;
	unsigned int i;

	for (i = 0; i < 3; i++) {
		*info = (struct vfio_region_info){ .argsz = sizeof(buf), .index = i };
		check(ioctl(device, VFIO_DEVICE_GET_REGION_INFO, info) == 0);
		check(info->flags & VFIO_REGION_INFO_FLAG_CAPS);
		cap = (void *)(buf + info->cap_offset);
		check(cap->header.id == VFIO_REGION_INFO_CAP_TYPE);
		if (cap->type == NETMDEV_REGION_TYPE && cap->subtype == subtype)
			return *info;
	}
	check(!"a region of this type");
	exit(1);
}

static inline void *map_region(unsigned int subtype, int prot)
{
	struct vfio_region_info info = find_region(subtype);
	void *p = mmap(NULL, info.size, prot, MAP_SHARED, device, info.offset);

	return p == MAP_FAILED ? NULL : p;
}

static inline int try_memory(uint64_t size)
{
	struct netmdev_mem mem = { .argsz = sizeof(mem), .size = size };

	return try_call(NETMDEV_MEM, &mem);
}

static inline void map_device(void)
{
	check(try_memory(MEMORY_SIZE) == 0);
	status = map_region(NETMDEV_REGION_STATUS, PROT_READ);
	rings = map_region(NETMDEV_REGION_RINGS, PROT_READ | PROT_WRITE);
	memory = map_region(NETMDEV_REGION_MEMORY, PROT_READ | PROT_WRITE);
	check(status && rings && memory);
}

static inline int try_queue(uint32_t flags, uint32_t queue, uint32_t rx_size,
			    uint32_t tx_size, struct netmdev_queue *arg)
{
	struct netmdev_queue none;

	if (!arg)
		arg = &none;
	*arg = (struct netmdev_queue){
		.argsz = sizeof(*arg), .flags = flags, .queue = queue,
		.rx_size = rx_size, .tx_size = tx_size,
	};
	return try_call(NETMDEV_QUEUE, arg);
}

static inline int try_kick(uint32_t queue)
{
	struct netmdev_kick kick = { .argsz = sizeof(kick), .queue = queue };

	return try_call(NETMDEV_KICK, &kick);
}

static inline void init_ring(struct ring *ring, uint64_t offset, unsigned int number)
{
	*ring = (struct ring){
		.desc = (void *)(rings + offset),
		.ctl = (void *)(rings + offset + NETMDEV_RING_CTL),
		.post_wrap = true, .take_wrap = true,
		.buffers = (uint64_t)number * RING * SLOT,
	};
}

static inline bool wrapped(unsigned int *next)
{
	*next = (*next + 1) % RING;
	return *next == 0;
}

/* Make the next descriptor available: its buffer is as far in MEMORY as it is. */
static inline void post(struct ring *ring, uint64_t addr, uint32_t len)
{
	struct netmdev_desc *desc = &ring->desc[ring->next_post];

	desc->addr = addr;
	desc->len = len;
	desc->id = ring->next_post;
	__atomic_store_n(&desc->flags, ring->post_wrap ? NETMDEV_DESC_AVAIL : NETMDEV_DESC_USED,
			 __ATOMIC_RELEASE);
	if (wrapped(&ring->next_post))
		ring->post_wrap = !ring->post_wrap;
}

static inline uint64_t next_buffer(const struct ring *ring)
{
	return ring->buffers + ring->next_post * SLOT;
}

/* The next used descriptor, NULL if there is none */
static inline struct netmdev_desc *take(struct ring *ring)
{
	struct netmdev_desc *desc = &ring->desc[ring->next_take];
	uint16_t used = ring->take_wrap ? NETMDEV_DESC_AVAIL | NETMDEV_DESC_USED : 0;

	if (__atomic_load_n(&desc->flags, __ATOMIC_ACQUIRE) != used ||
	    (ring->next_take == ring->next_post && ring->take_wrap == ring->post_wrap))
		return NULL;
	if (wrapped(&ring->next_take))
		ring->take_wrap = !ring->take_wrap;
	return desc;
}

/* Both rings, with buffers for so many frames to receive */
static inline void open_queue(struct queue *q, unsigned int nr, unsigned int buffers)
{
	struct netmdev_queue arg;

	check(try_queue(NETMDEV_QUEUE_CREATE, nr, RING, RING, &arg) == 0);
	q->nr = nr;
	init_ring(&q->rx, arg.rx_offset, 2 * (nr - 1));
	init_ring(&q->tx, arg.tx_offset, 2 * (nr - 1) + 1);
	while (buffers--)
		post(&q->rx, next_buffer(&q->rx), SLOT);
	check(try_queue(NETMDEV_QUEUE_ENABLE, nr, 0, 0, NULL) == 0);
}

#endif
