// SPDX-License-Identifier: GPL-2.0
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * Rules: which frames are a user queue's. One table with two doors, "ethtool -N" of the
 * administrator and NETMDEV_FLOW of the program, whose rules rank below. A rule of which
 * the queue is not alive lets its frames through to the kernel.
 */

#include <linux/netdevice.h>
#include <linux/rculist.h>
#include <linux/slab.h>

#include "mdev_queues.h"

static struct mq_rule *mq_flow_of_frame(struct mq *mq,
					const struct sk_buff *skb)
{
	struct mq_rule *rule;
	struct mq_key key;

	mq_match_frame(skb, &key);
	list_for_each_entry_rcu(rule, &mq->rules, node)
		if (mq_match(rule, &key))
			return rule;
	return NULL;
}

static struct mq_queue *mq_flow_queue(struct mq *mq, const struct mq_rule *rule,
				      struct sk_buff *skb)
{
	u32 index = rule->queue - 1;

	if (rule->nr_queues > 1)
		index += reciprocal_scale(skb_get_hash(skb), rule->nr_queues);
	return &mq->queues[index];
}

bool mq_flow_take(struct mq *mq, struct sk_buff *skb)
{
	struct mq_rule *rule;

	if (list_empty(&mq->rules))
		return false;
	/* Not for this port, and only here because somebody wants to see all */
	if (skb->pkt_type == PACKET_OTHERHOST &&
	    !(mq->ndev->flags & IFF_PROMISC))
		return false;
	rule = mq_flow_of_frame(mq, skb);
	if (!rule)
		return false;

	atomic64_inc(&rule->packets);
	if (rule->drop) {
		dev_core_stats_rx_dropped_inc(mq->ndev);
		kfree_skb(skb);
		return true;
	}
	if (!rule->queue)
		return false;
	*mq_cb(skb) = (struct mq_cb){ rule->mark, rule->marked };
	return mq_queue_put(mq_flow_queue(mq, rule, skb), skb);
}

/*
 * The table. Who looks at it does so under RCU; it is changed under rules_lock.
 */

static struct mq_rule *mq_flow_find(struct mq *mq, enum mq_owner owner,
				    u32 location)
{
	struct mq_rule *rule;

	lockdep_assert_held(&mq->rules_lock);
	list_for_each_entry(rule, &mq->rules, node)
		if (rule->owner == owner && rule->spec.location == location)
			return rule;
	return NULL;
}

/* From the last location on there are rules without a gap: the one before these. */
static int mq_flow_locate_last(struct mq *mq, struct mq_rule *rule)
{
	u32 used_from = MQ_MAX_RULES;
	const struct mq_rule *other;

	list_for_each_entry_reverse(other, &mq->rules, node) {
		if (other->owner != rule->owner)
			continue;
		if (other->spec.location != used_from - 1)
			break;
		used_from--;
	}
	if (!used_from)
		return -ENOSPC;
	rule->spec.location = used_from - 1;
	return 0;
}

static int mq_flow_locate(struct mq *mq, struct mq_rule *rule)
{
	if (rule->spec.location == RX_CLS_LOC_ANY)
		return mq_flow_locate_last(mq, rule);
	return rule->spec.location < MQ_MAX_RULES ? 0 : -EINVAL;
}

static bool mq_flow_precedes(const struct mq_rule *a, const struct mq_rule *b)
{
	if (a->owner != b->owner)
		return a->owner < b->owner;
	return a->spec.location <= b->spec.location;
}

/* Before the first one that does not precede it, which may be the end */
static void mq_flow_link(struct mq *mq, struct mq_rule *rule)
{
	struct mq_rule *next;

	list_for_each_entry(next, &mq->rules, node)
		if (!mq_flow_precedes(next, rule))
			break;
	list_add_tail_rcu(&rule->node, &next->node);
}

static void mq_flow_unlink(struct mq_rule *rule)
{
	list_del_rcu(&rule->node);
	kfree_rcu(rule, rcu);
}

/* The administrator replaces rules, a program makes sure that it does not. */
static int mq_flow_insert(struct mq *mq, struct mq_rule *rule)
{
	struct mq_rule *old;
	int ret = mq_flow_locate(mq, rule);

	if (ret)
		return ret;
	old = mq_flow_find(mq, rule->owner, rule->spec.location);
	if (old && rule->owner == MQ_PROGRAM)
		return -EEXIST;
	mq_flow_link(mq, rule);
	if (old)
		mq_flow_unlink(old);
	return 0;
}

/* What is to be done with the frames */
static int mq_flow_action(struct mq *mq, struct mq_rule *rule, u32 nr_queues)
{
	u64 queue = rule->spec.ring_cookie;

	rule->drop = queue == RX_CLS_FLOW_DISC;
	if (rule->drop)
		return 0;
	rule->nr_queues = nr_queues ?: 1;
	if (queue > mq->nr_queues ||
	    rule->nr_queues > mq->nr_queues + 1 - max_t(u64, queue, 1)) {
		if (net_ratelimit())
			netdev_err(mq->ndev,
				   "a rule for %u queues from %llu on, but there are %u\n",
				   rule->nr_queues, queue, mq->nr_queues);
		return -EINVAL;
	}
	rule->queue = queue;
	return 0;
}

static int mq_flow_compile(struct mq *mq, struct mq_rule *rule, u32 nr_queues)
{
	int ret = mq_match_compile(rule);

	if (!ret)
		return mq_flow_action(mq, rule, nr_queues);
	if (net_ratelimit())
		netdev_err(mq->ndev, "a rule for flows of an unknown kind, %#x\n",
			   rule->spec.flow_type);
	return ret;
}

int mq_flow_add(struct mq *mq, enum mq_owner owner, struct netmdev_flow *flow)
{
	struct mq_rule *rule = kzalloc(sizeof(*rule), GFP_KERNEL);
	int ret;

	if (!rule)
		return -ENOMEM;
	rule->owner = owner;
	rule->spec = flow->spec;
	rule->marked = flow->flags & NETMDEV_FLOW_MARK;
	rule->mark = flow->mark;
	ret = mq_flow_compile(mq, rule, flow->nr_queues);
	if (ret)
		goto free;

	mutex_lock(&mq->rules_lock);
	ret = mq_flow_insert(mq, rule);
	flow->spec.location = rule->spec.location;
	mutex_unlock(&mq->rules_lock);
	if (ret)
		goto free;
	return 0;

free:
	kfree(rule);
	return ret;
}

int mq_flow_delete(struct mq *mq, enum mq_owner owner, u32 location)
{
	struct mq_rule *rule;

	mutex_lock(&mq->rules_lock);
	rule = mq_flow_find(mq, owner, location);
	if (rule)
		mq_flow_unlink(rule);
	mutex_unlock(&mq->rules_lock);
	return rule ? 0 : -ENOENT;
}

int mq_flow_query(struct mq *mq, enum mq_owner owner,
		  struct netmdev_flow *flow)
{
	struct mq_rule *rule;

	mutex_lock(&mq->rules_lock);
	rule = mq_flow_find(mq, owner, flow->spec.location);
	if (rule) {
		flow->spec = rule->spec;
		flow->packets = atomic64_read(&rule->packets);
	}
	mutex_unlock(&mq->rules_lock);
	return rule ? 0 : -ENOENT;
}

u32 mq_flow_list(struct mq *mq, enum mq_owner owner, u32 *locations, u32 max)
{
	struct mq_rule *rule;
	u32 count = 0;

	mutex_lock(&mq->rules_lock);
	list_for_each_entry(rule, &mq->rules, node) {
		if (rule->owner != owner)
			continue;
		if (count < max)
			locations[count] = rule->spec.location;
		count++;
	}
	mutex_unlock(&mq->rules_lock);
	return count;
}

void mq_flow_delete_all(struct mq *mq, enum mq_owner owner)
{
	struct mq_rule *rule;
	struct mq_rule *next;

	mutex_lock(&mq->rules_lock);
	list_for_each_entry_safe(rule, next, &mq->rules, node)
		if (rule->owner == owner)
			mq_flow_unlink(rule);
	mutex_unlock(&mq->rules_lock);
}
