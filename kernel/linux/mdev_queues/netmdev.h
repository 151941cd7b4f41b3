/* SPDX-License-Identifier: (BSD-3-Clause OR GPL-2.0) */
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * netmdev: what a mediated device of API "netmdev" and a program say to each other.
 * The kernel keeps a network port; the program has queues of it, filled by rules.
 *
 * A program opens the device through VFIO, allocates memory (NETMDEV_MEM), creates queues
 * (NETMDEV_QUEUE), posts buffers, enables the queues, and makes rules (NETMDEV_FLOW).
 * Queues have the numbers 1 to nr_queues, which are those of "ethtool -N ... action N";
 * 0 is the kernel's. Both sides are on one machine: all is in its byte order.
 *
 * Three regions, each found by its type capability, can be mapped as a whole:
 *
 *	STATUS	read-only: struct netmdev_status
 *	RINGS	a window of NETMDEV_RING_STRIDE bytes for each queue and direction; how it
 *		begins is told by NETMDEV_QUEUE_CREATE: the descriptors, and from
 *		NETMDEV_RING_CTL on a struct netmdev_ring_ctl
 *	MEMORY	what NETMDEV_MEM has allocated, of size 0 before: the buffers
 *
 * A ring is a packed ring of virtio 1.1, with these limits: a descriptor is one buffer,
 * which may begin at any byte of MEMORY and holds a struct netmdev_hdr and a frame; no
 * chains, no indirect descriptors. Descriptors are used in the order in which they were
 * made available, each at its own place, and all but len and flags are as they were.
 *
 * The address in a descriptor is the offset in MEMORY, not an IOVA. The kernel needs no
 * translation but the check of bounds, nothing has to be bound, and for the program it is
 * the distance to where it has mapped MEMORY. Other devices in the container reach the same
 * memory by the IOVA at which the program maps it there. Bits 48 and up are 0.
 */

#ifndef NETMDEV_H
#define NETMDEV_H

#include <linux/ethtool.h>
#include <linux/ioctl.h>
#include <linux/types.h>

#define NETMDEV_API		"netmdev"	/* the device API in sysfs */

/* Type and subtype in VFIO_REGION_INFO_CAP_TYPE */
#define NETMDEV_REGION_TYPE	0x6e6d
#define NETMDEV_REGION_STATUS	1
#define NETMDEV_REGION_RINGS	2
#define NETMDEV_REGION_MEMORY	3

/* Indexes of interrupts, each an eventfd */
#define NETMDEV_IRQ_RX		0	/* vector N: frames for queue N + 1 */
#define NETMDEV_IRQ_STATUS	1	/* something before the queues in STATUS has changed */
#define NETMDEV_IRQ_REQ		2	/* please close the device */
#define NETMDEV_NUM_IRQS	3

#define NETMDEV_MAX_QUEUES	16
#define NETMDEV_MIN_RING	8	/* descriptors: a power of two */
#define NETMDEV_MAX_RING	2048
#define NETMDEV_RING_CTL	(NETMDEV_MAX_RING * 16)
#define NETMDEV_RING_STRIDE	(NETMDEV_RING_CTL + 4096)

/*
 * Of a field that one side loads while the other may store it, each time as a whole. A
 * program whose atomic operations need qualified types defines it before.
 */
#ifndef NETMDEV_ATOMIC
#define NETMDEV_ATOMIC
#endif

/*
 * A descriptor. The wrap counters of both sides are 1 at first and change when they pass
 * the end. It is available if AVAIL is the counter and USED is not, and used if both are.
 */
#define NETMDEV_DESC_AVAIL	(1 << 7)
#define NETMDEV_DESC_USED	(1 << 15)

struct netmdev_desc {
	__u64 addr;	/* offset in MEMORY */
	/*
	 * In bytes, with struct netmdev_hdr. Receive: the room; when used, what has been
	 * written, at least a header and 14 bytes.
	 */
	__u32 len;
	__u16 id;	/* the program's */
	/*
	 * AVAIL and USED, nothing else. Stored with release after the other fields and the
	 * buffer, loaded with acquire before them, by both sides.
	 */
	__u16 NETMDEV_ATOMIC flags;
};

/* How a side wants to be told of what the other has done. */
#define NETMDEV_EVENT_ENABLE	0
#define NETMDEV_EVENT_DISABLE	1

struct netmdev_event {
	__u16 off_wrap;	/* 0 */
	/* NETMDEV_EVENT_*; an event too many is possible */
	__u16 NETMDEV_ATOMIC flags;
};

struct netmdev_ring_ctl {
	/*
	 * The program's. An event is for the interrupt of the queue. After it has
	 * enabled it, and a full barrier, the program looks at the ring once more.
	 */
	struct netmdev_event driver;
	/*
	 * Receive: how many used descriptors the program has taken since the queue was
	 * created, modulo 2^16; written once in a burst. If it stands still for stall_ms
	 * while there are frames to take, or there are no buffers for as long, frames
	 * are the kernel's until it moves, or there are buffers.
	 */
	__u16 NETMDEV_ATOMIC taken;
	__u16 pad[29];
	/*
	 * The kernel's: NETMDEV_EVENT_ENABLE where NETMDEV_KICK is needed, as in all
	 * transmit rings. A receive ring is looked at when a frame comes.
	 */
	struct netmdev_event device;
};

/* Before each frame. Flags say which of the fields are valid; others are 0. */
#define NETMDEV_HDR_NEEDS_CSUM	(1 << 0) /* tx: fill in the checksum, see csum_start */
#define NETMDEV_HDR_CSUM_VALID	(1 << 1) /* rx: checksums of TCP, UDP are right */
#define NETMDEV_HDR_VLAN	(1 << 2) /* both: a tag of 802.1Q, which the frame has not */
#define NETMDEV_HDR_HASH	(1 << 3) /* rx */
#define NETMDEV_HDR_MARK	(1 << 4) /* rx: of the rule */
#define NETMDEV_HDR_TIME	(1 << 5) /* rx */

struct netmdev_hdr {
	__u16 flags;
	__u16 vlan_tci;
	/*
	 * The sum over the frame from csum_start on goes to csum_offset bytes after it,
	 * where the sum over the pseudo header is already. It begins behind an IPv4 or
	 * IPv6 header, or the frame is dropped.
	 */
	__u16 csum_start;
	__u16 csum_offset;
	__u32 hash;
	__u32 mark;
	__u64 time;	/* when it was received, in ns since 1970 */
	__u64 reserved;	/* for segmentation: 0 */
};

/* STATUS */
#define NETMDEV_LINK_UP		(1 << 0)
#define NETMDEV_PRESENT		(1 << 1) /* the interface below is there */
#define NETMDEV_RUNNING		(1 << 2) /* mqN is up; if not, no frame is received */
#define NETMDEV_PROMISC		(1 << 3)
#define NETMDEV_ALLMULTI	(1 << 4)

enum netmdev_queue_state {
	NETMDEV_QUEUE_NONE,	/* not created, or disabled */
	NETMDEV_QUEUE_READY,	/* created */
	NETMDEV_QUEUE_LIVE,	/* enabled */
	NETMDEV_QUEUE_STALLED,	/* enabled, but frames are the kernel's: see taken */
	NETMDEV_QUEUE_BROKEN,	/* nonsense in a ring: DISABLE, then CREATE */
};

struct netmdev_queue_status {
	__u32 state;				/* enum netmdev_queue_state */
	__u32 pad;
	__u64 NETMDEV_ATOMIC rx_packets;	/* with rx_bytes: put into buffers */
	__u64 NETMDEV_ATOMIC rx_bytes;		/* without headers */
	__u64 NETMDEV_ATOMIC rx_no_buffer;	/* dropped: no descriptor was available */
	__u64 NETMDEV_ATOMIC rx_too_long;	/* dropped: longer than the buffer */
	__u64 NETMDEV_ATOMIC rx_overrun;	/* dropped: came faster than they could be copied */
	__u64 NETMDEV_ATOMIC rx_fallback;	/* became the kernel's: the queue was not live */
	__u64 NETMDEV_ATOMIC tx_packets;	/* with tx_bytes: handed to the interface below */
	__u64 NETMDEV_ATOMIC tx_bytes;
	__u64 NETMDEV_ATOMIC tx_dropped;	/* refused or gone below, malformed, no memory */
	__u64 NETMDEV_ATOMIC rx_error;		/* dropped: malformed, or no memory */
	__u64 reserved[5];
};

/*
 * Counters start at 0 when the device is opened. Speed and duplex are not here: ethtool
 * knows them by the name of mqN, see ifindex.
 */
struct netmdev_status {
	/* odd while what follows, up to the queues, changes */
	__u32 NETMDEV_ATOMIC seq;
	__u32 flags;		/* NETMDEV_LINK_UP and so on */
	__u32 mtu;
	__u32 pad;
	__u8 mac[6];
	__u16 pad2;
	__u64 reserved[13];
	struct netmdev_queue_status queue[NETMDEV_MAX_QUEUES]; /* of queue 1 first */
};

/*
 * ioctls on the device file. As those of VFIO, each has a structure that begins with
 * argsz, its size. They return -1 with errno. Flags that are not described: EINVAL.
 *
 * A program of 32 bits on x86 cannot use NETMDEV_FLOW of a kernel of 64 bits: struct
 * ethtool_rx_flow_spec has another size there.
 */
#define NETMDEV_IOCTL(nr)	_IO(';', 192 + (nr))

struct netmdev_info {
	__u32 argsz;
	__u32 flags;		/* out: 0 */
	__u32 nr_queues;	/* out: queues are 1 to this */
	__u32 ifindex;		/* out: of mqN, in its network namespace */
	__u64 max_memory;	/* out: the most that NETMDEV_MEM gives, in bytes */
	__u32 max_rules;	/* out: that NETMDEV_FLOW can make */
	__u32 stall_ms;		/* out: see taken */
};
#define NETMDEV_INFO		NETMDEV_IOCTL(0)

/*
 * Allocate MEMORY, once: it stays as long as the device is open, and counts to the limit of
 * locked memory. EEXIST: it is there; E2BIG: above max_memory; ENOMEM: above ulimit -l.
 */
struct netmdev_mem {
	__u32 argsz;
	__u32 flags;		/* 0 */
	__u64 size;		/* whole pages */
};
#define NETMDEV_MEM		NETMDEV_IOCTL(1)

/*
 * One of the flags. CREATE clears the rings, which must not be live: EBUSY. Without
 * MEMORY: ENXIO. ENABLE what is not created: EINVAL. After DISABLE, which is no error
 * for any queue, the kernel touches the rings no more and what has been received can still
 * be taken. CREATE is needed before the next ENABLE. No such queue, a bad size: EINVAL.
 */
#define NETMDEV_QUEUE_CREATE	(1 << 0)
#define NETMDEV_QUEUE_ENABLE	(1 << 1)
#define NETMDEV_QUEUE_DISABLE	(1 << 2)

struct netmdev_queue {
	__u32 argsz;
	__u32 flags;
	__u32 queue;		/* 1 to nr_queues */
	__u32 rx_size;		/* CREATE: descriptors; 0: the queue does not receive */
	__u32 tx_size;		/* CREATE: descriptors; 0: it does not transmit */
	__u32 pad;
	__u64 rx_offset;	/* out, CREATE: of the ring in RINGS */
	__u64 tx_offset;
};
#define NETMDEV_QUEUE		NETMDEV_IOCTL(2)

/*
 * One of ADD, DELETE and QUERY. Rules are looked through by rising spec.location, after those
 * of "ethtool -N"; the first match counts, what matches none is the kernel's. Rules are
 * deleted when the device is closed. EPERM: without CAP_NET_ADMIN the administrator must
 * have set flows_allowed of the device to 1.
 *
 * spec: flow_type ETHER_FLOW, IPV4_USER_FLOW, TCP_V4_FLOW, UDP_V4_FLOW, IPV6_USER_FLOW,
 * TCP_V6_FLOW or UDP_V6_FLOW, with FLOW_EXT (vlan_tci) and FLOW_MAC_EXT (h_dest); a bit that
 * is 1 in m_u or m_ext is compared, which is also what ethtool gives the kernel. Without any,
 * ETHER_FLOW is a catch-all. ring_cookie is a queue, 0 for the kernel's, or
 * RX_CLS_FLOW_DISC to drop. location is below max_rules and free (EEXIST), or
 * RX_CLS_LOC_ANY: the last free one (ENOSPC), told back. No such queue, or another kind of
 * flow: EINVAL. DELETE and QUERY, no such rule: ENOENT.
 */
#define NETMDEV_FLOW_ADD	(1 << 0)
#define NETMDEV_FLOW_DELETE	(1 << 1)
#define NETMDEV_FLOW_QUERY	(1 << 2)
#define NETMDEV_FLOW_MARK	(1 << 3) /* with ADD: frames carry mark */

struct netmdev_flow {
	__u32 argsz;
	__u32 flags;
	__u32 mark;
	__u32 nr_queues;	/* ADD: spread by hash over so many from ring_cookie on; 0: one */
	__u64 packets;		/* out, QUERY: that matched */
	struct ethtool_rx_flow_spec spec;
};
#define NETMDEV_FLOW		NETMDEV_IOCTL(3)

/*
 * Transmit what is available in the ring of a queue, now: the descriptors are used when it
 * returns 0. Not live: ENXIO; broken: EIO.
 */
struct netmdev_kick {
	__u32 argsz;
	__u32 flags;		/* 0 */
	__u32 queue;
};
#define NETMDEV_KICK		NETMDEV_IOCTL(4)

#endif
