/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * The kernel's side of a packed ring, see netmdev.h. Descriptors are in memory that
 * the program can write at any time: each is read once, into a copy.
 */

#ifndef MDEV_QUEUES_RING_H
#define MDEV_QUEUES_RING_H

#include <linux/types.h>

#include <asm/barrier.h>

#include "netmdev.h"

struct mq_ring {
	struct netmdev_desc *desc;
	struct netmdev_ring_ctl *ctl;
	u32 size;		/* 0: there is no ring */
	u32 next;
	bool wrap;		/* the counter: true at first */
};

static inline void mq_ring_init(struct mq_ring *ring, void *window, u32 size)
{
	ring->desc = window;
	ring->ctl = window + NETMDEV_RING_CTL;
	ring->size = size;
	ring->next = 0;
	ring->wrap = true;
}

/* Copy the next available descriptor; false if there is none. */
static inline bool mq_ring_peek(const struct mq_ring *ring,
				struct netmdev_desc *copy)
{
	const struct netmdev_desc *desc;
	u16 available = ring->wrap ? NETMDEV_DESC_AVAIL : NETMDEV_DESC_USED;

	if (!ring->size)
		return false;
	desc = &ring->desc[ring->next];
	/* The other fields are valid once the flags say so: netmdev_give() of DPDK. */
	copy->flags = smp_load_acquire(&desc->flags);
	if ((copy->flags & (NETMDEV_DESC_AVAIL | NETMDEV_DESC_USED)) !=
	    available)
		return false;
	copy->addr = READ_ONCE(desc->addr);
	copy->len = READ_ONCE(desc->len);
	return true;
}

/*
 * Give it back, after all that was written into its buffer: netmdev_is_used() of DPDK
 * looks at the flags first.
 */
static inline void mq_ring_use(struct mq_ring *ring, u32 len)
{
	struct netmdev_desc *desc = &ring->desc[ring->next];
	u16 used = ring->wrap ? NETMDEV_DESC_AVAIL | NETMDEV_DESC_USED : 0;

	WRITE_ONCE(desc->len, len);
	smp_store_release(&desc->flags, used);
	if (++ring->next == ring->size) {
		ring->next = 0;
		ring->wrap = !ring->wrap;
	}
}

/* Does the program want to be told? To be asked after mq_ring_use(). */
static inline bool mq_ring_wants_event(const struct mq_ring *ring)
{
	/*
	 * It enables events, and then looks at the ring once more:
	 * netmdev_rx_intr_enable() of DPDK.
	 */
	smp_mb();
	return READ_ONCE(ring->ctl->driver.flags) != NETMDEV_EVENT_DISABLE;
}

/* Nothing but the two flags may be set. */
static inline bool mq_desc_is_sane(const struct netmdev_desc *copy)
{
	return !(copy->flags & ~(NETMDEV_DESC_AVAIL | NETMDEV_DESC_USED));
}

#endif
