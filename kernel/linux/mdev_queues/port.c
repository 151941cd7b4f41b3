// SPDX-License-Identifier: GPL-2.0
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * The interface mqN on top of another one, the lower, whose driver knows nothing
 * of it.
 *
 * Receive: the lower's receive handler, mq_rx(), makes the frame mqN's, and the
 * kernel goes on with it as with a frame of any interface. Whoever watches the
 * lower, as tcpdump, has seen it before. While mqN is down the lower keeps its
 * frames, so that it works as before until mqN has been given its addresses.
 *
 * Transmit: mq_xmit() hands the frame to the lower, with its queueing discipline.
 *
 * MAC address, MTU and carrier follow the lower. When the lower goes, mqN stays,
 * without a carrier: only the administrator removes it.
 */

#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/if_arp.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "mdev_queues.h"

#define MQ_FEATURES	(NETIF_F_SG | NETIF_F_FRAGLIST | NETIF_F_HW_CSUM | \
			 NETIF_F_HIGHDMA | NETIF_F_GSO_SOFTWARE)

/* Under RTNL */
static LIST_HEAD(mq_list);

static rx_handler_result_t mq_rx(struct sk_buff **pskb)
{
	struct mq *mq = rcu_dereference((*pskb)->dev->rx_handler_data);
	struct sk_buff *skb = *pskb;

	if (!netif_running(mq->ndev) || skb->pkt_type == PACKET_LOOPBACK)
		return RX_HANDLER_PASS;
	skb = skb_share_check(skb, GFP_ATOMIC);
	if (!skb)
		return RX_HANDLER_CONSUMED;

	*pskb = skb;
	skb->dev = mq->ndev;
	dev_sw_netstats_rx_add(mq->ndev, skb->len + ETH_HLEN);
	return RX_HANDLER_ANOTHER;
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

	if (!lower)
		return;
	if (change & IFF_PROMISC)
		dev_set_promiscuity(lower, ndev->flags & IFF_PROMISC ? 1 : -1);
	if (change & IFF_ALLMULTI)
		dev_set_allmulti(lower, ndev->flags & IFF_ALLMULTI ? 1 : -1);
}

static int mq_init(struct net_device *ndev)
{
	ndev->tstats = netdev_alloc_pcpu_stats(struct pcpu_sw_netstats);
	return ndev->tstats ? 0 : -ENOMEM;
}

static void mq_uninit(struct net_device *ndev)
{
	free_percpu(ndev->tstats);
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

static int mq_get_link_ksettings(struct net_device *ndev,
				 struct ethtool_link_ksettings *settings)
{
	struct mq *mq = netdev_priv(ndev);
	struct net_device *lower = rtnl_dereference(mq->lower);

	if (!lower)
		return -ENODEV;
	return __ethtool_get_link_ksettings(lower, settings);
}

static void mq_get_drvinfo(struct net_device *ndev,
			   struct ethtool_drvinfo *info)
{
	strscpy(info->driver, MQ_NAME, sizeof(info->driver));
}

static const struct ethtool_ops mq_ethtool_ops = {
	.get_drvinfo = mq_get_drvinfo,
	.get_link = ethtool_op_get_link,
	.get_link_ksettings = mq_get_link_ksettings,
};

static void mq_setup(struct net_device *ndev)
{
	ether_setup(ndev);
	ndev->netdev_ops = &mq_netdev_ops;
	ndev->ethtool_ops = &mq_ethtool_ops;
	ndev->needs_free_netdev = true;
	/* Frames wait in the lower's queue. */
	ndev->priv_flags |= IFF_NO_QUEUE;
	ndev->priv_flags &= ~IFF_TX_SKB_SHARING;
	/* What the lower cannot do, the kernel does before the lower gets it. */
	ndev->features = MQ_FEATURES;
	ndev->hw_features = MQ_FEATURES;
	ndev->vlan_features = MQ_FEATURES;
}

static int mq_check_lower(const struct net_device *lower)
{
	const char *reason;
	int ret = -EINVAL;

	if (lower->type != ARPHRD_ETHER || lower->flags & IFF_LOOPBACK) {
		reason = "it is not an Ethernet interface";
	} else if (lower->netdev_ops == &mq_netdev_ops) {
		reason = "it is on top of another one itself";
	} else if (lower->rx_handler) {
		reason = "a bridge, a bond or another mq has it";
		ret = -EBUSY;
	} else {
		return 0;
	}
	netdev_err(lower, MQ_NAME ": nothing can be put on top: %s\n", reason);
	return ret;
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

/* Let the lower do for mqN no more than it does for itself. */
static void mq_forget_lower(struct net_device *ndev, struct net_device *lower)
{
	dev_uc_unsync(lower, ndev);
	dev_mc_unsync(lower, ndev);
	if (ndev->flags & IFF_PROMISC)
		dev_set_promiscuity(lower, -1);
	if (ndev->flags & IFF_ALLMULTI)
		dev_set_allmulti(lower, -1);
}

static void mq_detach(struct mq *mq)
{
	struct net_device *lower = rtnl_dereference(mq->lower);

	if (!lower)
		return;
	netif_carrier_off(mq->ndev);
	RCU_INIT_POINTER(mq->lower, NULL);
	/* Waits for those who read it. */
	netdev_rx_handler_unregister(lower);
	mq_forget_lower(mq->ndev, lower);
	netdev_upper_dev_unlink(lower, mq->ndev);
}

static void mq_follow_link(struct net_device *ndev,
			   const struct net_device *lower)
{
	if (netif_running(lower))
		netif_stacked_transfer_operstate(lower, ndev);
	else
		netif_carrier_off(ndev);
}

static int mq_attach(struct mq *mq, struct net_device *lower)
{
	int ret;

	/* Keeps the lower from being freed. */
	ret = netdev_upper_dev_link(lower, mq->ndev, NULL);
	if (ret)
		return ret;
	rcu_assign_pointer(mq->lower, lower);
	ret = netdev_rx_handler_register(lower, mq_rx, mq);
	if (ret) {
		RCU_INIT_POINTER(mq->lower, NULL);
		synchronize_net();
		netdev_upper_dev_unlink(lower, mq->ndev);
		return ret;
	}
	mq_follow_link(mq->ndev, lower);
	return 0;
}

static struct net_device *mq_alloc(const struct net_device *lower)
{
	struct net_device *ndev;

	ndev = alloc_netdev(sizeof(struct mq), "mq%d", NET_NAME_ENUM, mq_setup);
	if (!ndev)
		return NULL;
	mq_inherit(ndev, lower);
	return ndev;
}

int mq_port_create(struct net_device *lower)
{
	struct net_device *ndev;
	struct mq *mq;
	int ret;

	ASSERT_RTNL();
	ret = mq_check_lower(lower);
	if (ret)
		return ret;
	ndev = mq_alloc(lower);
	if (!ndev)
		return -ENOMEM;
	mq = netdev_priv(ndev);
	mq->ndev = ndev;

	netif_carrier_off(ndev);
	ret = register_netdevice(ndev);
	if (ret) {
		free_netdev(ndev);
		return ret;
	}
	list_add(&mq->node, &mq_list);
	ret = mq_attach(mq, lower);
	if (ret)
		mq_port_destroy(mq);
	return ret;
}

struct mq *mq_port_find(struct net *net, const char *name)
{
	struct net_device *ndev = __dev_get_by_name(net, name);

	ASSERT_RTNL();
	return ndev && ndev->netdev_ops == &mq_netdev_ops ? netdev_priv(ndev) :
							    NULL;
}

void mq_port_destroy(struct mq *mq)
{
	ASSERT_RTNL();
	list_del(&mq->node);
	mq_detach(mq);
	/* Freed with the lock that the caller has. */
	unregister_netdevice(mq->ndev);
}

void mq_port_destroy_all(void)
{
	struct mq *mq;
	struct mq *next;

	list_for_each_entry_safe(mq, next, &mq_list, node)
		mq_port_destroy(mq);
}

static void mq_follow_mtu(struct net_device *ndev,
			  const struct net_device *lower)
{
	ndev->max_mtu = lower->mtu;
	if (ndev->mtu > lower->mtu)
		dev_set_mtu(ndev, lower->mtu);
}

static void mq_follow_address(struct net_device *ndev,
			      const struct net_device *lower)
{
	eth_hw_addr_set(ndev, lower->dev_addr);
	call_netdevice_notifiers(NETDEV_CHANGEADDR, ndev);
}

static void mq_lower_changed(struct mq *mq, struct net_device *lower,
			     unsigned long event)
{
	switch (event) {
	case NETDEV_UP:
	case NETDEV_DOWN:
	case NETDEV_CHANGE:
		mq_follow_link(mq->ndev, lower);
		break;
	case NETDEV_CHANGEMTU:
		mq_follow_mtu(mq->ndev, lower);
		break;
	case NETDEV_CHANGEADDR:
		mq_follow_address(mq->ndev, lower);
		break;
	case NETDEV_UNREGISTER:
		netdev_notice(mq->ndev, "%s has gone, remove this interface\n",
			      lower->name);
		mq_detach(mq);
		break;
	}
}

/* Under RTNL: of every interface there is */
static int mq_notify(struct notifier_block *block, unsigned long event,
		     void *data)
{
	struct net_device *dev = netdev_notifier_info_to_dev(data);
	struct mq *mq;

	list_for_each_entry(mq, &mq_list, node)
		if (rtnl_dereference(mq->lower) == dev)
			mq_lower_changed(mq, dev, event);
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
