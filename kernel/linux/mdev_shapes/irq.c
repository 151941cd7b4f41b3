// SPDX-License-Identifier: GPL-2.0
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * Interrupts: eventfds that user space connects, raised through the file
 * trigger. INTx masks itself with each signal, and one that is raised while
 * it is masked is signalled by the unmask. All with the lock held.
 */

#include <linux/eventfd.h>
#include <linux/nospec.h>
#include <linux/slab.h>

#include "mdev_shapes.h"

static void mshape_irq_replace(struct eventfd_ctx **trigger,
			       struct eventfd_ctx *ctx)
{
	if (*trigger)
		eventfd_ctx_put(*trigger);
	*trigger = ctx;
}

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

static void mshape_irq_disable(struct mshapes *ms, u32 index)
{
	u32 i;

	for (i = 0; i < ms->shape.irqs[index]; i++)
		mshape_irq_replace(&ms->triggers[index][i], NULL);
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
		mshape_irq_disable(ms, i);
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

static void mshape_irq_signal(struct mshapes *ms, u32 index, u32 vector)
{
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
	mshape_irq_signal(ms, index, vector);
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

static int mshape_irq_connect(struct mshapes *ms,
			      const struct vfio_irq_set *set, const s32 *fds)
{
	struct eventfd_ctx *ctx;
	u32 i;

	if (mshape_irq_excluded(ms, set->index))
		return -EINVAL;
	for (i = 0; i < set->count; i++) {
		/* -1 disconnects */
		ctx = fds[i] == -1 ? NULL : eventfd_ctx_fdget(fds[i]);
		if (IS_ERR(ctx)) {
			mshape_irq_disable(ms, set->index);
			return PTR_ERR(ctx);
		}
		mshape_irq_replace(mshape_irq_vector(ms, set->index,
						     set->start + i), ctx);
	}
	if (set->index == VFIO_PCI_INTX_IRQ_INDEX)
		ms->intx_masked = false;
	return 0;
}

static int mshape_irq_trigger(struct mshapes *ms,
			      const struct vfio_irq_set *set, const void *data)
{
	u32 type = set->flags & VFIO_IRQ_SET_DATA_TYPE_MASK;
	const u8 *bools = data;
	u32 i;

	if (!set->count) {
		if (type != VFIO_IRQ_SET_DATA_NONE)
			return -EINVAL;
		mshape_irq_disable(ms, set->index);
		return 0;
	}
	if (type == VFIO_IRQ_SET_DATA_EVENTFD)
		return mshape_irq_connect(ms, set, data);
	for (i = 0; i < set->count; i++)
		if (!bools || bools[i])
			mshape_irq_signal(ms, set->index, set->start + i);
	return 0;
}

static int mshape_irq_mask(struct mshapes *ms, const struct vfio_irq_set *set,
			   const u8 *bools, bool mask)
{
	if (set->index != VFIO_PCI_INTX_IRQ_INDEX ||
	    set->flags & VFIO_IRQ_SET_DATA_EVENTFD)
		return -ENOTTY;
	if (!set->count)
		return -EINVAL;
	if (bools && !*bools)
		return 0;
	ms->intx_masked = mask;
	if (ms->intx_pending)
		mshape_irq_signal(ms, VFIO_PCI_INTX_IRQ_INDEX, 0);
	return 0;
}

/*
 * The caller has checked the index and that start and count lie within it;
 * data has as many elements as count says, or is NULL for DATA_NONE.
 */
int mshape_irq_set(struct mshapes *ms, const struct vfio_irq_set *set,
		   const void *data)
{
	switch (set->flags & VFIO_IRQ_SET_ACTION_TYPE_MASK) {
	case VFIO_IRQ_SET_ACTION_MASK:
		return mshape_irq_mask(ms, set, data, true);
	case VFIO_IRQ_SET_ACTION_UNMASK:
		return mshape_irq_mask(ms, set, data, false);
	case VFIO_IRQ_SET_ACTION_TRIGGER:
		return mshape_irq_trigger(ms, set, data);
	default:
		return -EINVAL;
	}
}
