// SPDX-License-Identifier: GPL-2.0
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * The interface below mqN: what it has to be, and what of it mqN follows. All of it is
 * done under RTNL, and nothing here waits for a program.
 *
 * MAC address, MTU and carrier follow the lower. When the lower goes, mqN stays,
 * without a carrier: only the administrator removes it.
 */

#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/dsa.h>

#include "mdev_queues.h"

/*
 * The receive handler. Whoever watches the lower, as tcpdump, has seen the frame
 * before. While mqN is down the lower keeps its frames, so that it works as before
 * until mqN has been given its addresses.
 */
static rx_handler_result_t mq_rx(struct sk_buff **pskb)
{
	struct mq *mq = rcu_dereference((*pskb)->dev->rx_handler_data);
	struct sk_buff *skb = *pskb;

	if (!netif_running(mq->ndev) || skb->pkt_type == PACKET_LOOPBACK)
		return RX_HANDLER_PASS;
	/*
	 * A frame that has been redirected from an interface without Ethernet headers
	 * has none: where it would be is memory of who had the frame before.
	 */
	if (skb_mac_offset(skb) != -ETH_HLEN)
		return RX_HANDLER_PASS;
	skb = skb_share_check(skb, GFP_ATOMIC);
	if (!skb)
		return RX_HANDLER_CONSUMED;

	*pskb = skb;
	if (mq_flow_take(mq, skb))
		return RX_HANDLER_CONSUMED;
	skb->dev = mq->ndev;
	dev_sw_netstats_rx_add(mq->ndev, skb->len + ETH_HLEN);
	return RX_HANDLER_ANOTHER;
}

int mq_lower_check(struct net_device *lower)
{
	const char *reason;
	int ret = -EINVAL;

	if (lower->type != ARPHRD_ETHER || lower->flags & IFF_LOOPBACK) {
		reason = "it is not an Ethernet interface";
	} else if (mq_is_port(lower)) {
		reason = "it is on top of another one itself";
	} else if (netdev_uses_dsa(lower)) {
		reason = "its frames are those of the ports of a switch";
	} else if (netdev_is_rx_handler_busy(lower)) {
		reason = "a bridge, a bond or another mq has it";
		ret = -EBUSY;
	} else {
		return 0;
	}
	netdev_err(lower, MQ_NAME ": nothing can be put on top: %s\n", reason);
	return ret;
}

static void mq_follow_link(struct mq *mq, const struct net_device *lower)
{
	if (netif_running(lower))
		netif_stacked_transfer_operstate(lower, mq->ndev);
	else
		netif_carrier_off(mq->ndev);
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

int mq_lower_attach(struct mq *mq, struct net_device *lower)
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
	mq_follow_link(mq, lower);
	mq_port_status(mq);
	return 0;
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

void mq_lower_detach(struct mq *mq)
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
	mq_port_status(mq);
}

int mq_lower_changed(struct mq *mq, struct net_device *lower,
		     unsigned long event)
{
	switch (event) {
	case NETDEV_UP:
	case NETDEV_DOWN:
	case NETDEV_CHANGE:
		mq_follow_link(mq, lower);
		break;
	case NETDEV_CHANGEMTU:
		mq_follow_mtu(mq->ndev, lower);
		break;
	case NETDEV_CHANGEADDR:
		mq_follow_address(mq->ndev, lower);
		break;
	case NETDEV_PRE_TYPE_CHANGE:
		/* As a bond that gets its first port: mqN is Ethernet, and stays so. */
		netdev_err(lower, MQ_NAME ": it must stay what it is while %s is on top\n",
			   mq->ndev->name);
		return NOTIFY_BAD;
	case NETDEV_UNREGISTER:
		netdev_notice(mq->ndev, "%s has gone, remove this interface\n",
			      lower->name);
		mq_lower_detach(mq);
		return NOTIFY_DONE;
	default:
		return NOTIFY_DONE;
	}
	mq_port_status(mq);
	return NOTIFY_DONE;
}
