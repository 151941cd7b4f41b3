// SPDX-License-Identifier: GPL-2.0
/* Copyright(c) 2026 The DPDK mdev bus authors */

/* Interrupts: eventfds that the program connects. None is level-triggered. */

#include <linux/nospec.h>

#include "mdev_queues.h"

static unsigned int mq_irq_count(const struct mq *mq, unsigned int index)
{
	return index == NETMDEV_IRQ_RX ? mq->nr_queues : 1;
}

int mq_irq_info(struct vfio_device *vdev, struct vfio_irq_info *info)
{
	info->flags = VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_NORESIZE;
	info->count = mq_irq_count(mq_of(vdev), info->index);
	return 0;
}

/* Those of an index, from a number on; both are known to be good. */
static struct eventfd_ctx **mq_irq_triggers(struct mq *mq, unsigned int index,
					    unsigned int start)
{
	switch (index) {
	case NETMDEV_IRQ_RX:
		return &mq->irq_rx[array_index_nospec(start,
						      NETMDEV_MAX_QUEUES)];
	case NETMDEV_IRQ_STATUS:
		return &mq->irq_status;
	default:
		return &mq->irq_req;
	}
}

static void mq_irq_put(struct eventfd_ctx **ctx, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		mdev_eventfd_replace(&ctx[i], NULL);
}

/* Either all eventfds of the call are connected or none is. */
static int mq_irq_connect(struct vfio_device *vdev,
			  const struct vfio_irq_set *set, const s32 *fds)
{
	struct mq *mq = mq_of(vdev);
	struct eventfd_ctx **trigger = mq_irq_triggers(mq, set->index,
						       set->start);
	struct eventfd_ctx *ctx[NETMDEV_MAX_QUEUES];
	int ret;
	u32 i;

	for (i = 0; i < set->count; i++) {
		ctx[i] = mdev_eventfd(fds[i]);
		if (IS_ERR(ctx[i])) {
			ret = PTR_ERR(ctx[i]);
			mq_irq_put(ctx, i);
			return ret;
		}
	}
	spin_lock_bh(&mq->irq_lock);
	for (i = 0; i < set->count; i++)
		swap(trigger[i], ctx[i]);
	spin_unlock_bh(&mq->irq_lock);
	mq_irq_put(ctx, set->count);
	return 0;
}

static void mq_irq_disable(struct vfio_device *vdev, u32 index)
{
	struct mq *mq = mq_of(vdev);

	spin_lock_bh(&mq->irq_lock);
	mq_irq_put(mq_irq_triggers(mq, index, 0), mq_irq_count(mq, index));
	spin_unlock_bh(&mq->irq_lock);
}

static void mq_irq_signal(struct vfio_device *vdev, u32 index, u32 vector)
{
	struct mq *mq = mq_of(vdev);

	spin_lock_bh(&mq->irq_lock);
	mdev_eventfd_signal(*mq_irq_triggers(mq, index, vector));
	spin_unlock_bh(&mq->irq_lock);
}

const struct mdev_irqs mq_irqs = {
	.connect = mq_irq_connect,
	.disable = mq_irq_disable,
	.signal = mq_irq_signal,
};

void mq_irq_release(struct mq *mq)
{
	spin_lock_bh(&mq->irq_lock);
	mq_irq_put(mq->irq_rx, mq->nr_queues);
	mq_irq_put(&mq->irq_status, 1);
	mq_irq_put(&mq->irq_req, 1);
	spin_unlock_bh(&mq->irq_lock);
}

void mq_irq_queue(struct mq_queue *q)
{
	struct mq *mq = q->mq;

	spin_lock_bh(&mq->irq_lock);
	mdev_eventfd_signal(mq->irq_rx[q->nr - 1]);
	spin_unlock_bh(&mq->irq_lock);
}

void mq_irq_status(struct mq *mq)
{
	spin_lock_bh(&mq->irq_lock);
	mdev_eventfd_signal(mq->irq_status);
	spin_unlock_bh(&mq->irq_lock);
}

void mq_irq_request(struct vfio_device *vdev, unsigned int count)
{
	struct mq *mq = mq_of(vdev);

	spin_lock_bh(&mq->irq_lock);
	mdev_request(vdev, mq->irq_req, count);
	spin_unlock_bh(&mq->irq_lock);
}
