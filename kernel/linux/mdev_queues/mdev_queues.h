/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright(c) 2026 The DPDK mdev bus authors */

#ifndef MDEV_QUEUES_H
#define MDEV_QUEUES_H

#include <linux/netdevice.h>

#define MQ_NAME		"mdev_queues"

/* An interface mqN on top of another one; it is the private part of mqN. */
struct mq {
	struct net_device *ndev;
	/* Among all of them. Under RTNL. */
	struct list_head node;
	/*
	 * The interface below, NULL when it has gone. Changed under RTNL, and
	 * not freed before all who read it under RCU have ended.
	 */
	struct net_device __rcu *lower;
};

/* port.c. All but the notifier's two: under RTNL. */
int mq_port_create(struct net_device *lower);
struct mq *mq_port_find(struct net *net, const char *name);
void mq_port_destroy(struct mq *mq);
void mq_port_destroy_all(void);
int mq_port_init(void);
void mq_port_exit(void);

#endif
