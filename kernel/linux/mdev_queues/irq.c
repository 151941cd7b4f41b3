// SPDX-License-Identifier: GPL-2.0
/* Copyright(c) 2026 The DPDK mdev bus authors */

/* Interrupts: eventfds that the program connects. None is level-triggered. */

#include <linux/nospec.h>

#include "mdev_queues.h"

static unsigned int mq_irq_count(const struct mq *mq, u32 index)
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
static struct eventfd_ctx **mq_irq_triggers(struct mq *mq, u32 index, u32 start)
{
	return &mq->irqs[index][array_index_nospec(start, NETMDEV_MAX_QUEUES)];
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
	mq_irq_put(mq->irqs[index], mq_irq_count(mq, index));
	spin_unlock_bh(&mq->irq_lock);
}

void mq_irq_signal(struct mq *mq, u32 index, u32 vector)
{
	spin_lock_bh(&mq->irq_lock);
	mdev_eventfd_signal(*mq_irq_triggers(mq, index, vector));
	spin_unlock_bh(&mq->irq_lock);
}

static void mq_irq_test(struct vfio_device *vdev, u32 index, u32 vector)
{
	mq_irq_signal(mq_of(vdev), index, vector);
}

const struct mdev_irqs mq_irqs = {
	.connect = mq_irq_connect,
	.disable = mq_irq_disable,
	.signal = mq_irq_test,
};

void mq_irq_release(struct vfio_device *vdev)
{
	u32 index;

	for (index = 0; index < NETMDEV_NUM_IRQS; index++)
		mq_irq_disable(vdev, index);
}

void mq_irq_request(struct vfio_device *vdev, unsigned int count)
{
	struct mq *mq = mq_of(vdev);

	spin_lock_bh(&mq->irq_lock);
	mdev_request(vdev, mq->irqs[NETMDEV_IRQ_REQ][0], count);
	spin_unlock_bh(&mq->irq_lock);
}
