// SPDX-License-Identifier: GPL-2.0
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * The interface mqN on top of another one, the lower, whose driver knows nothing
 * of it.
 *
 * Receive: the lower's receive handler, mq_rx(), asks the rules whose the frame is.
 * Without a rule it becomes mqN's, and the kernel goes on with it as with a frame of
 * any interface.
 *
 * Transmit: mq_xmit() hands the frame to the lower, with its queueing discipline.
 */

#include <linux/etherdevice.h>
#include <linux/idr.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/vmalloc.h>

#include "mdev_queues.h"

#define MQ_FEATURES	(NETIF_F_SG | NETIF_F_FRAGLIST | NETIF_F_HW_CSUM | \
			 NETIF_F_HIGHDMA | NETIF_F_GSO_SOFTWARE)

/* Under RTNL */
static LIST_HEAD(mq_list);
/* The N of mqN, in all namespaces: the parents have them, too. */
static DEFINE_IDA(mq_numbers);

void mq_port_receive(struct mq *mq, struct sk_buff *skb)
{
	skb->dev = mq->ndev;
	dev_sw_netstats_rx_add(mq->ndev, skb->len + ETH_HLEN);
	netif_receive_skb(skb);
}

/* The lower's queue frees the frame in any case. */
static netdev_tx_t mq_xmit(struct sk_buff *skb, struct net_device *ndev)
{
	struct mq *mq = netdev_priv(ndev);
	struct net_device *lower = rcu_dereference_bh(mq->lower);
	unsigned int len = skb->len;
	int ret;

	if (!lower) {
		dev_core_stats_tx_dropped_inc(ndev);
		kfree_skb(skb);
		return NETDEV_TX_OK;
	}
	skb->dev = lower;
	ret = dev_queue_xmit(skb);
	if (ret == NET_XMIT_SUCCESS || ret == NET_XMIT_CN)
		dev_sw_netstats_tx_add(ndev, 1, len);
	else
		dev_core_stats_tx_dropped_inc(ndev);
	return NETDEV_TX_OK;
}

/* What mqN wants to receive, the lower must. */
static void mq_set_rx_mode(struct net_device *ndev)
{
	struct mq *mq = netdev_priv(ndev);
	struct net_device *lower;

	rcu_read_lock();
	lower = rcu_dereference(mq->lower);
	if (lower) {
		dev_uc_sync(lower, ndev);
		dev_mc_sync(lower, ndev);
	}
	rcu_read_unlock();
}

static void mq_change_rx_flags(struct net_device *ndev, int change)
{
	struct mq *mq = netdev_priv(ndev);
	struct net_device *lower = rtnl_dereference(mq->lower);

	mq_port_status(mq);
	if (!lower)
		return;
	if (change & IFF_PROMISC)
		dev_set_promiscuity(lower, ndev->flags & IFF_PROMISC ? 1 : -1);
	if (change & IFF_ALLMULTI)
		dev_set_allmulti(lower, ndev->flags & IFF_ALLMULTI ? 1 : -1);
}

static void mq_uninit(struct net_device *ndev)
{
	struct mq *mq = netdev_priv(ndev);

	vfree(mq->status);
	free_percpu(ndev->tstats);
}

static int mq_init(struct net_device *ndev)
{
	struct mq *mq = netdev_priv(ndev);
	unsigned int i;

	BUILD_BUG_ON(sizeof(*mq->status) > PAGE_SIZE);
	/* The lock of mqN's queue is held around the one of the lower. */
	netdev_lockdep_set_classes(ndev);
	ndev->tstats = netdev_alloc_pcpu_stats(struct pcpu_sw_netstats);
	mq->status = vmalloc_user(PAGE_SIZE);
	if (!ndev->tstats || !mq->status) {
		mq_uninit(ndev);
		return -ENOMEM;
	}
	for (i = 0; i < mq->nr_queues; i++)
		mq->queues[i].status = &mq->status->queue[i];
	return 0;
}

static int mq_open(struct net_device *ndev)
{
	return 0;
}

static int mq_stop(struct net_device *ndev)
{
	struct mq *mq = netdev_priv(ndev);
	struct net_device *lower = rtnl_dereference(mq->lower);

	if (lower) {
		dev_uc_unsync(lower, ndev);
		dev_mc_unsync(lower, ndev);
	}
	return 0;
}

static int mq_get_iflink(const struct net_device *ndev)
{
	const struct mq *mq = netdev_priv(ndev);
	const struct net_device *lower;
	int ifindex;

	rcu_read_lock();
	lower = rcu_dereference(mq->lower);
	ifindex = lower ? lower->ifindex : 0;
	rcu_read_unlock();
	return ifindex;
}

static const struct net_device_ops mq_netdev_ops = {
	.ndo_init = mq_init,
	.ndo_uninit = mq_uninit,
	.ndo_open = mq_open,
	.ndo_stop = mq_stop,
	.ndo_start_xmit = mq_xmit,
	.ndo_set_rx_mode = mq_set_rx_mode,
	.ndo_change_rx_flags = mq_change_rx_flags,
	.ndo_get_stats64 = dev_get_tstats64,
	.ndo_get_iflink = mq_get_iflink,
	.ndo_validate_addr = eth_validate_addr,
};

bool mq_is_port(const struct net_device *ndev)
{
	return ndev->netdev_ops == &mq_netdev_ops;
}

static u32 mq_port_flags(const struct mq *mq)
{
	const struct net_device *ndev = mq->ndev;

	return (netif_carrier_ok(ndev) ? NETMDEV_LINK_UP : 0) |
	       (rtnl_dereference(mq->lower) ? NETMDEV_PRESENT : 0) |
	       (ndev->flags & IFF_UP ? NETMDEV_RUNNING : 0) |
	       (ndev->flags & IFF_PROMISC ? NETMDEV_PROMISC : 0) |
	       (ndev->flags & IFF_ALLMULTI ? NETMDEV_ALLMULTI : 0);
}

/* Tell the program what has become of the port. */
void mq_port_status(struct mq *mq)
{
	struct netmdev_status *status = mq->status;

	ASSERT_RTNL();
	WRITE_ONCE(status->seq, status->seq + 1);
	/* Both pair with netmdev_read_status() of DPDK, this and the release. */
	smp_wmb();
	status->flags = mq_port_flags(mq);
	status->mtu = mq->ndev->mtu;
	ether_addr_copy(status->mac, mq->ndev->dev_addr);
	smp_store_release(&status->seq, status->seq + 1);
	mq_irq_signal(mq, NETMDEV_IRQ_STATUS, 0);
}

static void mq_setup(struct net_device *ndev)
{
	ether_setup(ndev);
	ndev->netdev_ops = &mq_netdev_ops;
	ndev->ethtool_ops = &mq_ethtool_ops;
	ndev->needs_free_netdev = true;
	/* Frames wait in the lower's queue; other addresses are asked of the lower. */
	ndev->priv_flags |= IFF_NO_QUEUE | IFF_UNICAST_FLT;
	/* It would go through the lower's queueing discipline with interrupts disabled. */
	ndev->priv_flags |= IFF_DISABLE_NETPOLL;
	ndev->priv_flags &= ~IFF_TX_SKB_SHARING;
	/* What the lower cannot do, the kernel does before the lower gets it. */
	ndev->features = MQ_FEATURES | NETIF_F_NTUPLE;
	ndev->hw_features = MQ_FEATURES;
	ndev->vlan_features = MQ_FEATURES;
	mdev_compat_set_lltx(ndev);
}

/* What mqN has of the lower, apart from what follows it */
static void mq_inherit(struct net_device *ndev, const struct net_device *lower)
{
	dev_net_set(ndev, dev_net(lower));
	eth_hw_addr_set(ndev, lower->dev_addr);
	ndev->mtu = lower->mtu;
	ndev->min_mtu = lower->min_mtu;
	ndev->max_mtu = lower->mtu;
	ndev->hard_header_len = lower->hard_header_len;
	ndev->needed_headroom = lower->needed_headroom;
	ndev->needed_tailroom = lower->needed_tailroom;
	netif_inherit_tso_max(ndev, lower);
}

static void mq_init_port(struct mq *mq, struct net_device *ndev, int nr,
			 unsigned int nr_queues)
{
	unsigned int i;

	mq->ndev = ndev;
	mq->nr = nr;
	mq->nr_queues = nr_queues;
	INIT_LIST_HEAD(&mq->rules);
	mutex_init(&mq->rules_lock);
	mutex_init(&mq->lock);
	spin_lock_init(&mq->irq_lock);
	for (i = 0; i < nr_queues; i++)
		mq_queue_init(mq, i);
}

static struct mq *mq_alloc(const struct net_device *lower, int nr,
			   unsigned int nr_queues)
{
	struct net_device *ndev;
	char name[IFNAMSIZ];
	struct mq *mq;

	snprintf(name, sizeof(name), "mq%d", nr);
	ndev = alloc_netdev(struct_size(mq, queues, nr_queues), name,
			    NET_NAME_ENUM, mq_setup);
	if (!ndev)
		return NULL;
	mq = netdev_priv(ndev);
	mq_init_port(mq, ndev, nr, nr_queues);
	mq_inherit(ndev, lower);
	netif_carrier_off(ndev);
	return mq;
}

static int mq_register(struct mq *mq, struct net_device *lower)
{
	int ret = register_netdevice(mq->ndev);

	if (ret) {
		free_netdev(mq->ndev);
		return ret;
	}
	ret = mq_lower_attach(mq, lower);
	if (ret)
		unregister_netdevice(mq->ndev);
	return ret;
}

/* Interfaces of others may be named so, too: their numbers are left out. */
static int mq_alloc_number(struct net *net)
{
	char name[IFNAMSIZ];
	int nr = -1;

	for (;;) {
		nr = ida_alloc_min(&mq_numbers, nr + 1, GFP_KERNEL);
		if (nr < 0)
			return nr;
		snprintf(name, sizeof(name), "mq%d", nr);
		if (!netdev_name_in_use(net, name))
			return nr;
		ida_free(&mq_numbers, nr);
	}
}

struct mq *mq_port_create(struct net_device *lower, unsigned int nr_queues)
{
	int nr = mq_alloc_number(dev_net(lower));
	struct mq *mq;
	int ret;

	ASSERT_RTNL();
	if (nr < 0)
		return ERR_PTR(nr);
	mq = mq_alloc(lower, nr, nr_queues);
	ret = mq ? mq_register(mq, lower) : -ENOMEM;
	if (ret) {
		ida_free(&mq_numbers, nr);
		return ERR_PTR(ret);
	}
	list_add(&mq->node, &mq_list);
	return mq;
}

struct mq *mq_port_find(struct net *net, const char *name)
{
	struct net_device *ndev = __dev_get_by_name(net, name);

	ASSERT_RTNL();
	return ndev && mq_is_port(ndev) ? netdev_priv(ndev) : NULL;
}

struct mq *mq_port_any(void)
{
	ASSERT_RTNL();
	return list_first_entry_or_null(&mq_list, struct mq, node);
}

void mq_port_destroy(struct mq *mq)
{
	int nr = mq->nr;

	ASSERT_RTNL();
	list_del(&mq->node);
	mq_lower_detach(mq);
	mq_flow_delete_all(mq, MQ_ADMIN);
	/* Freed when the caller gives up RTNL. */
	unregister_netdevice(mq->ndev);
	ida_free(&mq_numbers, nr);
}

/* What happens to mqN itself */
static void mq_changed(struct mq *mq, unsigned long event)
{
	switch (event) {
	case NETDEV_UP:
	case NETDEV_DOWN:
	case NETDEV_CHANGE:
	case NETDEV_CHANGEMTU:
	case NETDEV_CHANGEADDR:
		mq_port_status(mq);
		break;
	}
}

/* Under RTNL: of every interface there is */
static int mq_notify(struct notifier_block *block, unsigned long event,
		     void *data)
{
	struct net_device *dev = netdev_notifier_info_to_dev(data);
	struct mq *mq;

	list_for_each_entry(mq, &mq_list, node) {
		/* It has one on top at most. */
		if (rtnl_dereference(mq->lower) == dev)
			return mq_lower_changed(mq, dev, event);
		if (mq->ndev == dev)
			mq_changed(mq, event);
	}
	return NOTIFY_DONE;
}

static struct notifier_block mq_notifier = {
	.notifier_call = mq_notify,
};

int mq_port_init(void)
{
	return register_netdevice_notifier(&mq_notifier);
}

void mq_port_exit(void)
{
	unregister_netdevice_notifier(&mq_notifier);
}
