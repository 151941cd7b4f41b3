// SPDX-License-Identifier: GPL-2.0
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * Interrupts: eventfds that user space connects, raised through the file
 * trigger. INTx masks itself with each signal, and one that is raised while
 * it is masked is signalled by the unmask. All with the lock held.
 */

#include <linux/nospec.h>
#include <linux/slab.h>

#include "mdev_shapes.h"

/*
 * Where the eventfd of a vector is. User space names the vector, so it is kept
 * in bounds even where the processor guesses that the check will pass.
 */
static struct eventfd_ctx **mshape_irq_vector(struct mshapes *ms, u32 index,
					      u32 vector)
{
	vector = array_index_nospec(vector, ms->shape.irqs[index]);
	return &ms->triggers[index][vector];
}

static void mshape_irq_disable(struct vfio_device *vdev, u32 index)
{
	struct mshapes *ms = mshape_of(vdev);
	u32 i;

	for (i = 0; i < ms->shape.irqs[index]; i++)
		mdev_eventfd_replace(&ms->triggers[index][i], NULL);
	if (index == VFIO_PCI_INTX_IRQ_INDEX) {
		ms->intx_masked = false;
		ms->intx_pending = false;
	}
}

void mshape_irq_close(struct mshapes *ms)
{
	u32 i;

	for (i = 0; i < VFIO_PCI_NUM_IRQS; i++) {
		if (!ms->triggers[i])
			continue;
		mshape_irq_disable(&ms->vdev, i);
		kvfree(ms->triggers[i]);
		ms->triggers[i] = NULL;
	}
}

int mshape_irq_open(struct mshapes *ms)
{
	u32 i;

	for (i = 0; i < VFIO_PCI_NUM_IRQS; i++) {
		if (!ms->shape.irqs[i])
			continue;
		ms->triggers[i] = kvcalloc(ms->shape.irqs[i],
					   sizeof(*ms->triggers[i]),
					   GFP_KERNEL_ACCOUNT);
		if (!ms->triggers[i]) {
			mshape_irq_close(ms);
			return -ENOMEM;
		}
	}
	return 0;
}

static void mshape_irq_signal(struct vfio_device *vdev, u32 index, u32 vector)
{
	struct mshapes *ms = mshape_of(vdev);
	struct eventfd_ctx *trigger = *mshape_irq_vector(ms, index, vector);

	if (!trigger)
		return;
	if (index == VFIO_PCI_INTX_IRQ_INDEX) {
		ms->intx_pending = ms->intx_masked;
		if (ms->intx_masked)
			return;
		ms->intx_masked = true;
	}
	eventfd_signal(trigger);
}

/* The device raises an interrupt: an error if user space would not see it. */
int mshape_irq_raise(struct mshapes *ms, u32 index, u32 vector)
{
	if (vector >= ms->shape.irqs[index])
		return -EINVAL;
	if (!ms->is_open || !*mshape_irq_vector(ms, index, vector))
		return -ENXIO;
	mshape_irq_signal(&ms->vdev, index, vector);
	return 0;
}

/* INTx, MSI and MSI-X exclude each other. */
static bool mshape_irq_excluded(const struct mshapes *ms, u32 index)
{
	u32 i;
	u32 j;

	if (index > VFIO_PCI_MSIX_IRQ_INDEX)
		return false;
	for (i = 0; i <= VFIO_PCI_MSIX_IRQ_INDEX; i++)
		for (j = 0; j < ms->shape.irqs[i]; j++)
			if (i != index && ms->triggers[i][j])
				return true;
	return false;
}

static int mshape_irq_connect(struct vfio_device *vdev,
			      const struct vfio_irq_set *set, const s32 *fds)
{
	struct mshapes *ms = mshape_of(vdev);
	struct eventfd_ctx *ctx;
	u32 i;

	if (mshape_irq_excluded(ms, set->index))
		return -EINVAL;
	for (i = 0; i < set->count; i++) {
		ctx = mdev_eventfd(fds[i]);
		if (IS_ERR(ctx)) {
			mshape_irq_disable(vdev, set->index);
			return PTR_ERR(ctx);
		}
		mdev_eventfd_replace(mshape_irq_vector(ms, set->index,
						       set->start + i), ctx);
	}
	if (set->index == VFIO_PCI_INTX_IRQ_INDEX)
		ms->intx_masked = false;
	return 0;
}

static int mshape_irq_mask(struct vfio_device *vdev, bool mask)
{
	struct mshapes *ms = mshape_of(vdev);

	ms->intx_masked = mask;
	if (ms->intx_pending)
		mshape_irq_signal(vdev, VFIO_PCI_INTX_IRQ_INDEX, 0);
	return 0;
}

const struct mdev_irqs mshape_irqs = {
	.connect = mshape_irq_connect,
	.disable = mshape_irq_disable,
	.signal = mshape_irq_signal,
	.mask = mshape_irq_mask,
};
