/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright(c) 2026 The DPDK mdev bus authors */

#ifndef MDEV_QUEUES_H
#define MDEV_QUEUES_H

#include <linux/if_ether.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/spinlock.h>

#include "../mdev_common.h"
#include "netmdev.h"
#include "ring.h"

#define MQ_NAME		"mdev_queues"

#define MQ_MAX_RULES	256

struct mq;

/*
 * A user queue. It belongs to the port, as its NAPI does; what the program gives it
 * is there from NETMDEV_QUEUE_CREATE to DISABLE, changed under mq.lock.
 */
struct mq_queue {
	struct mq *mq;
	unsigned int nr;		/* from 1 on */
	struct netmdev_queue_status *status;

	/*
	 * Receive. Frames wait here for the poll function, which is the only one that
	 * touches the ring, from enable to disable. Frames are taken while the queue is
	 * live; that and the counters of frames not taken are under frames.lock.
	 */
	struct napi_struct napi;
	struct sk_buff_head frames;
	bool live;
	bool broken;			/* of both directions, until it is disabled */
	struct mq_ring rx;
	u16 published;			/* frames, modulo 2^16 */
	u16 taken;			/* what the program said last */
	unsigned long moved;		/* when it was alive, in jiffies */

	/* Transmit. The ring has no size while the queue is not enabled. */
	struct mutex tx_lock;
	struct mq_ring tx;

	/* Under mq.lock: sizes that were asked for, and what has been done */
	u32 rx_size;
	u32 tx_size;
	bool created;
	bool enabled;
};

/* MEMORY. Allocated once while the device is open, and freed when it is closed. */
struct mq_memory {
	void *addr;
	u64 size;
	struct mm_struct *mm;		/* to whose locked memory it counts */
};

/* An interface mqN on top of another one; it is the private part of mqN. */
struct mq {
	struct net_device *ndev;
	struct mq_parent *parent;
	int nr;
	/* Under RTNL: among all of them; add has ended and remove not begun */
	struct list_head node;
	bool ready;
	/*
	 * The interface below, NULL when it has gone. Changed under RTNL, and
	 * not freed before all who read it under RCU have ended.
	 */
	struct net_device __rcu *lower;

	/* Sorted: those of the administrator first, by location. Read under RCU. */
	struct list_head rules;
	struct mutex rules_lock;

	/* Of the port, written under RTNL but for the queues' part */
	struct netmdev_status *status;

	/* Of the device, while it is open. Neither is changed while a queue is enabled. */
	struct mutex lock;
	void *rings;
	struct mq_memory memory;

	spinlock_t irq_lock;
	struct eventfd_ctx *irqs[NETMDEV_NUM_IRQS][NETMDEV_MAX_QUEUES];

	unsigned int nr_queues;
	struct mq_queue queues[];
};

/* What a rule says of a frame on its way to the poll function */
struct mq_cb {
	u32 mark;
	bool marked;
};

static inline struct mq_cb *mq_cb(struct sk_buff *skb)
{
	BUILD_BUG_ON(sizeof(struct mq_cb) > sizeof(skb->cb));
	return (struct mq_cb *)skb->cb;
}

/* port.c: the interface. Under RTNL. */
struct mq *mq_port_create(struct net_device *lower, unsigned int nr_queues);
struct mq *mq_port_find(struct net *net, const char *name);
struct mq *mq_port_any(void);
bool mq_is_port(const struct net_device *ndev);
void mq_port_destroy(struct mq *mq);
int mq_port_init(void);
void mq_port_exit(void);
/* The frame, as the one below has received it, becomes the kernel's. In softirq. */
void mq_port_receive(struct mq *mq, struct sk_buff *skb);
void mq_port_status(struct mq *mq);

/* lower.c: the interface below. Under RTNL. */
int mq_lower_check(struct net_device *lower);
int mq_lower_attach(struct mq *mq, struct net_device *lower);
void mq_lower_detach(struct mq *mq);
/* What the notifier returns: NOTIFY_BAD if it must not be */
int mq_lower_changed(struct mq *mq, struct net_device *lower,
		     unsigned long event);

/* ethtool.c */
extern const struct ethtool_ops mq_ethtool_ops;

/* flow.c: rules */
enum mq_owner {
	MQ_ADMIN,
	MQ_PROGRAM,
};

/* What of a frame can be compared, with 0 for what it has not; of whole u64. */
struct mq_key {
	u8 dst[ETH_ALEN];
	u8 src[ETH_ALEN];
	__be16 proto;
	__be16 vlan_tci;
	__be16 vlan_proto;
	u8 ip_proto;
	u8 tos;
	__be32 ports;			/* source and destination */
	__be32 ip_src[4];
	__be32 ip_dst[4];
} __aligned(sizeof(u64));

/* Never changed: a rule is replaced by another one. */
struct mq_rule {
	struct list_head node;
	struct rcu_head rcu;
	enum mq_owner owner;
	struct mq_key value;
	struct mq_key mask;
	struct ethtool_rx_flow_spec spec;
	u32 queue;			/* from here on, 0 is the kernel's */
	u32 nr_queues;
	bool drop;
	bool marked;
	u32 mark;
	atomic64_t packets;
};

/* Takes the frame if a rule says so; if not, it is the kernel's. In softirq. */
bool mq_flow_take(struct mq *mq, struct sk_buff *skb);
/* The location is filled in where it was RX_CLS_LOC_ANY. */
int mq_flow_add(struct mq *mq, enum mq_owner owner, struct netmdev_flow *flow);
int mq_flow_delete(struct mq *mq, enum mq_owner owner, u32 location);
void mq_flow_delete_all(struct mq *mq, enum mq_owner owner);
/* Of the location in the rule: fills in the rest. */
int mq_flow_query(struct mq *mq, enum mq_owner owner, struct netmdev_flow *flow);
/* How many there are; the locations of at most max of them. */
u32 mq_flow_list(struct mq *mq, enum mq_owner owner, u32 *locations, u32 max);
/* match.c: what rules compare */
int mq_match_compile(struct mq_rule *rule);
void mq_match_frame(const struct sk_buff *skb, struct mq_key *key);
bool mq_match(const struct mq_rule *rule, const struct mq_key *key);

/* queue.c: user queues and what they receive. Life is under mq.lock. */
extern unsigned int mq_stall_ms;
void mq_queue_init(struct mq *mq, unsigned int index);
int mq_queue_create(struct mq_queue *q, struct netmdev_queue *arg);
int mq_queue_enable(struct mq_queue *q);
void mq_queue_disable(struct mq_queue *q);
/* The frame has been taken, if true; dropped frames have. In softirq. */
bool mq_queue_put(struct mq_queue *q, struct sk_buff *skb);
/* There is nonsense in a ring. */
void mq_queue_break(struct mq_queue *q, const char *reason);

/* transmit.c */
int mq_transmit(struct mq_queue *q);

/* memory.c: what can be mapped */
enum {
	MQ_STATUS,
	MQ_RINGS,
	MQ_MEMORY,
	MQ_NUM_REGIONS,
};

extern unsigned int mq_max_memory;
int mq_memory_open(struct mq *mq);
void mq_memory_close(struct mq *mq);
int mq_memory_alloc(struct mq *mq, u64 size);
/* NULL if it lies not in MEMORY */
void *mq_memory_at(const struct mq *mq, u64 addr, u32 len);
int mq_memory_region(struct vfio_device *vdev, struct vfio_region_info *info,
		     struct vfio_info_cap *caps);
int mq_memory_access(struct vfio_device *vdev, unsigned int index, u64 off,
		     u8 *val, unsigned int len, bool write);
u64 mq_memory_size(struct mq *mq, unsigned int index);
int mq_memory_mmap(struct vfio_device *vdev, struct vm_area_struct *vma);

/* irq.c: eventfds */
extern const struct mdev_irqs mq_irqs;
int mq_irq_info(struct vfio_device *vdev, struct vfio_irq_info *info);
void mq_irq_release(struct vfio_device *vdev);
void mq_irq_signal(struct mq *mq, u32 index, u32 vector);
void mq_irq_request(struct vfio_device *vdev, unsigned int count);

/* parent.c: mqN as the parent of its mediated device, which has no lock of ours */
struct mq_device {
	struct vfio_device vdev;
	struct mq *mq;
	bool flows_allowed;
};

static inline struct mq *mq_of(struct vfio_device *vdev)
{
	return container_of(vdev, struct mq_device, vdev)->mq;
}

extern struct class mq_class;
int mq_parent_create(struct mq *mq);
/* Waits until the device is closed. */
void mq_parent_destroy(struct mq *mq);
int mq_parent_init(void);
void mq_parent_exit(void);

/* vfio.c: the device file */
extern const struct vfio_device_ops mq_vfio_ops;

#endif
