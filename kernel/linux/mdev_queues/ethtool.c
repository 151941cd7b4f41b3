// SPDX-License-Identifier: GPL-2.0
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * What ethtool shows and does: the link of the lower, the administrator's rules
 * (ethtool -n, -N), the counters of user queues (ethtool -S).
 */

#include <linux/ethtool.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "mdev_queues.h"

/* As they follow in struct netmdev_queue_status */
static const char * const mq_counters[] = {
	"rx_packets", "rx_bytes", "rx_no_buffer", "rx_too_long", "rx_overrun",
	"rx_fallback", "tx_packets", "tx_bytes", "tx_dropped", "rx_error",
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

static int mq_get_sset_count(struct net_device *ndev, int set)
{
	struct mq *mq = netdev_priv(ndev);

	return set == ETH_SS_STATS ? mq->nr_queues * ARRAY_SIZE(mq_counters) :
				     -EOPNOTSUPP;
}

static void mq_get_strings(struct net_device *ndev, u32 set, u8 *data)
{
	struct mq *mq = netdev_priv(ndev);
	unsigned int i, j;

	for (i = 0; i < mq->nr_queues; i++)
		for (j = 0; j < ARRAY_SIZE(mq_counters); j++)
			ethtool_sprintf(&data, "q%u_%s", i + 1, mq_counters[j]);
}

static void mq_get_ethtool_stats(struct net_device *ndev,
				 struct ethtool_stats *stats, u64 *data)
{
	struct mq *mq = netdev_priv(ndev);
	unsigned int i;

	BUILD_BUG_ON(offsetof(struct netmdev_queue_status, rx_error) -
		     offsetof(struct netmdev_queue_status, rx_packets) !=
		     (ARRAY_SIZE(mq_counters) - 1) * sizeof(u64));
	for (i = 0; i < mq->nr_queues; i++) {
		memcpy(data, &mq->queues[i].status->rx_packets,
		       sizeof(u64) * ARRAY_SIZE(mq_counters));
		data += ARRAY_SIZE(mq_counters);
	}
}

static int mq_get_rule(struct mq *mq, struct ethtool_rxnfc *info)
{
	struct netmdev_flow flow = { .spec.location = info->fs.location };
	int ret = mq_flow_query(mq, MQ_ADMIN, &flow);

	info->fs = flow.spec;
	info->data = MQ_MAX_RULES;
	return ret;
}

static int mq_get_rules(struct mq *mq, struct ethtool_rxnfc *info,
			u32 *locations)
{
	u32 count = mq_flow_list(mq, MQ_ADMIN, locations, info->rule_cnt);

	if (count > info->rule_cnt)
		return -EMSGSIZE;
	info->rule_cnt = count;
	info->data = MQ_MAX_RULES;
	return 0;
}

/* With the kernel's */
static u32 mq_get_rx_ring_count(struct net_device *ndev)
{
	struct mq *mq = netdev_priv(ndev);

	return 1 + mq->nr_queues;
}

static int mq_get_rxnfc(struct net_device *ndev, struct ethtool_rxnfc *info,
			u32 *locations)
{
	struct mq *mq = netdev_priv(ndev);

	switch (info->cmd) {
	case ETHTOOL_GRXRINGS:
		info->data = mq_get_rx_ring_count(ndev);
		return 0;
	case ETHTOOL_GRXCLSRLCNT:
		info->rule_cnt = mq_flow_list(mq, MQ_ADMIN, NULL, 0);
		info->data = MQ_MAX_RULES;
		return 0;
	case ETHTOOL_GRXCLSRULE:
		return mq_get_rule(mq, info);
	case ETHTOOL_GRXCLSRLALL:
		return mq_get_rules(mq, info, locations);
	default:
		return -EOPNOTSUPP;
	}
}

static int mq_set_rxnfc(struct net_device *ndev, struct ethtool_rxnfc *info)
{
	struct mq *mq = netdev_priv(ndev);
	struct netmdev_flow flow = { .spec = info->fs };
	int ret;

	switch (info->cmd) {
	case ETHTOOL_SRXCLSRLINS:
		ret = mq_flow_add(mq, MQ_ADMIN, &flow);
		info->fs.location = flow.spec.location;
		return ret;
	case ETHTOOL_SRXCLSRLDEL:
		return mq_flow_delete(mq, MQ_ADMIN, info->fs.location);
	default:
		return -EOPNOTSUPP;
	}
}

const struct ethtool_ops mq_ethtool_ops = {
	.get_drvinfo = mq_get_drvinfo,
	.get_link = ethtool_op_get_link,
	.get_link_ksettings = mq_get_link_ksettings,
	.get_sset_count = mq_get_sset_count,
	.get_strings = mq_get_strings,
	.get_ethtool_stats = mq_get_ethtool_stats,
	.get_rxnfc = mq_get_rxnfc,
	.set_rxnfc = mq_set_rxnfc,
	MDEV_COMPAT_RX_RING_COUNT(mq_get_rx_ring_count)
};
