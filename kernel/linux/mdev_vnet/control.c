// SPDX-License-Identifier: GPL-2.0
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * The control queue, by which the driver says how many pairs of queues it uses.
 *
 * Commands are rare, and to obey can take a while. So this queue is never direct:
 * the worker alone has it.
 */

#include "mdev_vnet.h"

struct mvnet_command {
	struct virtio_net_ctrl_hdr hdr;
	struct virtio_net_ctrl_mq mq;
	/* so that one that is too long is not taken for this */
	u8 end;
} __packed;

/* Returns what the driver is told. */
static u8 mvnet_obey(struct mvnet *mv, const struct mvnet_command *command,
		     size_t len)
{
	u16 nr = mvnet16(command->mq.virtqueue_pairs);

	if (len != offsetof(struct mvnet_command, end) ||
	    command->hdr.class != VIRTIO_NET_CTRL_MQ ||
	    command->hdr.cmd != VIRTIO_NET_CTRL_MQ_VQ_PAIRS_SET ||
	    !mvnet_has(mv, VIRTIO_NET_F_MQ) || !nr || nr > mvnet_nr_pairs)
		return VIRTIO_NET_ERR;
	mvnet_netdev_set_active(mv, nr);
	return VIRTIO_NET_OK;
}

/* Returns an error if the command is not done with. It is obeyed again then. */
static int mvnet_control_one(struct mvnet *mv, struct mvnet_vq *vq,
			     unsigned int chain)
{
	struct mvnet_command command = { };
	int ret;

	ret = mvnet_vq_command(mv, vq, chain, &command, sizeof(command));
	if (ret >= 0)
		ret = mvnet_vq_answer(mv, vq, chain,
				      mvnet_obey(mv, &command, ret));
	/* A buffer that is absent for long: the driver gets no answer. */
	return ret == -EFAULT ? 0 : ret;
}

/* What the driver has sent. It waits, so there is never much. */
void mvnet_control(struct mvnet *mv)
{
	struct mvnet_vq *vq = &mv->vq[2 * mvnet_known_pairs(mv)];
	int ret = 0;
	int nr;
	int i;

	if (!mvnet_has(mv, VIRTIO_NET_F_CTRL_VQ) || mvnet_vq_flush(mv, vq))
		return;
	nr = mvnet_vq_fetch(mv, vq, MVNET_BATCH);
	for (i = 0; i < nr && !mvnet_vq_is_tired(vq); i++) {
		ret = mvnet_control_one(mv, vq, i);
		if (ret)
			break;
		mvnet_vq_push(vq, vq->heads[i], sizeof(u8));
	}
	mvnet_vq_flush(mv, vq);
	/* The rest in the next pass */
	if (i < nr && !ret)
		mvnet_kick(mv);
}
