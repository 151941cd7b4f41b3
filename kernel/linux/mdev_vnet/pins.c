// SPDX-License-Identifier: GPL-2.0
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * Pages of the program's memory that the device holds, so that rings and buffers
 * can be accessed where nobody may sleep.
 *
 * Pages are found by their IOVA, in chunks of 2 MiB. To pin them may take as long
 * as the program wants, for the memory may have to come first; so it is done by
 * a thread of the program alone, in its notification. Then one look into the hash
 * table finds a page.
 *
 * What the program unmaps for DMA is let go before the callback returns. Queues
 * that are direct read the table under their own locks; they are all made to
 * leave that mode before something goes. What comes is added beside them.
 *
 * VFIO looks again after the callback, under its lock, and when it finds pages
 * that were pinned in between, it starts anew; the eleventh time is a BUG(). A
 * program with another thread that notifies a device could have that, all the more
 * with many devices in one container. So what a thread unmaps is noted, for all
 * devices together, and is not pinned any more after a few times, until that thread
 * unmaps something else or ends: then VFIO is over with it.
 */

#include <linux/iommu.h>
#include <linux/jhash.h>
#include <linux/random.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>

#include "mdev_vnet.h"

#define MVNET_CHUNK_SHIFT	21
#define MVNET_CHUNK_PAGES	(1U << (MVNET_CHUNK_SHIFT - PAGE_SHIFT))
/* 1 GiB */
#define MVNET_MAX_CHUNKS	512
/* One more can follow, with what is being pinned at the last one. */
#define MVNET_MAX_GONE_TIMES	8

static_assert(MVNET_CHUNK_PAGES <= VFIO_PIN_PAGES_MAX_ENTRIES);
/* Pages have an address in the kernel. */
static_assert(!IS_ENABLED(CONFIG_HIGHMEM));

/* In the table as long as one of its pages is pinned, and freed with the last one */
struct mvnet_chunk {
	struct hlist_node node;
	u64 nr;
	unsigned int nr_pins;
	/* NULL if it is not pinned */
	struct page *pages[MVNET_CHUNK_PAGES];
	/* Of the pin that begins at a page; what is pinned at once goes at once. */
	u16 nr_pages[MVNET_CHUNK_PAGES];
};

/*
 * What a thread unmaps for DMA while it is pinned, and how many callbacks there were:
 * one for each device in the container, so the count may be too high, never too low.
 * There is one for each such thread, freed when the thread has ended.
 */
struct mvnet_gone {
	struct list_head node;
	struct task_struct *task;
	u64 first;
	u64 last;
	unsigned int times;
};

/* Which devices share a container is not known here, so this is for all. */
static LIST_HEAD(mvnet_gone);
static DEFINE_MUTEX(mvnet_gone_lock);

static unsigned int mvnet_page_in_chunk(u64 iova)
{
	return (iova >> PAGE_SHIFT) % MVNET_CHUNK_PAGES;
}

static u64 mvnet_chunk_iova(const struct mvnet_chunk *chunk, unsigned int page)
{
	return (chunk->nr << MVNET_CHUNK_SHIFT) + ((u64)page << PAGE_SHIFT);
}

static u32 mvnet_chunk_key(const struct mvnet *mv, u64 nr)
{
	return jhash_2words(lower_32_bits(nr), upper_32_bits(nr),
			    mv->pins.seed);
}

static struct mvnet_chunk *mvnet_chunk_find(struct mvnet *mv, u64 iova)
{
	u64 nr = iova >> MVNET_CHUNK_SHIFT;
	struct mvnet_chunk *chunk;

	/* None is freed while somebody looks for one: queues are parked before. */
	hash_for_each_possible_rcu(mv->pins.chunks, chunk, node,
				   mvnet_chunk_key(mv, nr), true)
		if (chunk->nr == nr)
			return chunk;
	return NULL;
}

static void *mvnet_chunk_page(const struct mvnet_chunk *chunk, u64 iova)
{
	struct page *page = READ_ONCE(chunk->pages[mvnet_page_in_chunk(iova)]);

	return page ? page_address(page) + offset_in_page(iova) : NULL;
}

/*
 * The caller holds the lock of the pins, or that of a queue. When pages are about to
 * go, queues are parked, and then none finds anything.
 */
void *mvnet_pins_find(struct mvnet *mv, u64 iova)
{
	struct mvnet_chunk *chunk;

	/* Pairs with mvnet_pins_unmapped(). */
	if (smp_load_acquire(&mv->pins.going))
		return NULL;
	chunk = mvnet_chunk_find(mv, iova);
	return chunk ? mvnet_chunk_page(chunk, iova) : NULL;
}

static struct mvnet_chunk **mvnet_near_chunk(struct mvnet_vq *vq, u64 iova)
{
	return &vq->chunks[(iova >> MVNET_CHUNK_SHIFT) % MVNET_NEAR_CHUNKS];
}

/* Apart from its caller, which saves no registers then. */
static noinline void *mvnet_pins_find_first(struct mvnet *mv, struct mvnet_vq *vq,
					    u64 iova)
{
	struct mvnet_chunk *chunk = mvnet_chunk_find(mv, iova);

	if (!chunk)
		return NULL;
	*mvnet_near_chunk(vq, iova) = chunk;
	return mvnet_chunk_page(chunk, iova);
}

/* The same for a queue that is direct, which most often has found the chunk before. */
static void *mvnet_pins_find_for(struct mvnet *mv, struct mvnet_vq *vq, u64 iova)
{
	struct mvnet_chunk *chunk = *mvnet_near_chunk(vq, iova);

	if (likely(chunk && chunk->nr == iova >> MVNET_CHUNK_SHIFT))
		return mvnet_chunk_page(chunk, iova);
	return mvnet_pins_find_first(mv, vq, iova);
}

/* The address of a buffer that is in one page and pinned, as most are; else NULL */
void *mvnet_pins_page(struct mvnet *mv, struct mvnet_vq *vq, u64 iova, size_t len)
{
	return offset_in_page(iova) + len <= PAGE_SIZE ?
	       mvnet_pins_find_for(mv, vq, iova) : NULL;
}

/* Returns -EFAULT if a page is not pinned. */
int mvnet_pins_copy(struct mvnet *mv, struct mvnet_vq *vq, u64 iova, void *buf,
		    size_t len, bool write)
{
	while (len) {
		size_t part = min_t(size_t, len,
				    PAGE_SIZE - offset_in_page(iova));
		void *page = mvnet_pins_find_for(mv, vq, iova);

		if (!page)
			return -EFAULT;
		if (write)
			memcpy(page, buf, part);
		else
			memcpy(buf, page, part);
		iova += part;
		buf += part;
		len -= part;
	}
	return 0;
}

static struct mvnet_chunk *mvnet_chunk_make(struct mvnet *mv, u64 iova)
{
	struct mvnet_chunk *chunk;

	if (mv->pins.nr_chunks == MVNET_MAX_CHUNKS)
		return ERR_PTR(-ENOSPC);
	chunk = kzalloc(sizeof(*chunk), GFP_KERNEL_ACCOUNT);
	if (!chunk)
		return ERR_PTR(-ENOMEM);
	chunk->nr = iova >> MVNET_CHUNK_SHIFT;
	return chunk;
}

/* Queues that are direct see it from now on. */
static void mvnet_chunk_add(struct mvnet *mv, struct mvnet_chunk *chunk)
{
	hash_add_rcu(mv->pins.chunks, &chunk->node,
		     mvnet_chunk_key(mv, chunk->nr));
	mv->pins.nr_chunks++;
}

static void mvnet_chunk_free(struct mvnet *mv, struct mvnet_chunk *chunk)
{
	hash_del_rcu(&chunk->node);
	mv->pins.nr_chunks--;
	kfree(chunk);
}

/* What is not memory, like a mapped BAR, has no address in the kernel. */
static bool mvnet_is_memory(struct page *page)
{
	return pfn_valid(page_to_pfn(page)) && !PageReserved(page);
}

static int mvnet_pin_memory(struct mvnet *mv, u64 iova, unsigned int nr,
			    struct page **pages)
{
	int ret = vfio_pin_pages(&mv->vdev, iova, nr, IOMMU_READ | IOMMU_WRITE,
				 pages);
	unsigned int i;

	for (i = 0; i < nr && ret > 0; i++) {
		if (mvnet_is_memory(pages[i]))
			continue;
		vfio_unpin_pages(&mv->vdev, iova, nr);
		ret = -EINVAL;
	}
	return ret < 0 ? ret : 0;
}

/* Pin some pages that follow each other. All of them or an error */
static int mvnet_chunk_pin(struct mvnet *mv, struct mvnet_chunk *chunk,
			   unsigned int first, unsigned int nr)
{
	struct page **pages;
	unsigned int i;
	int ret;

	if (memchr_inv(&chunk->pages[first], 0, nr * sizeof(*pages)))
		return -EEXIST;
	pages = kcalloc(nr, sizeof(*pages), GFP_KERNEL_ACCOUNT);
	if (!pages)
		return -ENOMEM;
	ret = mvnet_pin_memory(mv, mvnet_chunk_iova(chunk, first), nr, pages);
	for (i = 0; i < nr && !ret; i++)
		WRITE_ONCE(chunk->pages[first + i], pages[i]);
	kfree(pages);
	if (ret)
		return ret;
	chunk->nr_pages[first] = nr;
	chunk->nr_pins++;
	return 0;
}

static void mvnet_gone_free(struct mvnet_gone *gone)
{
	list_del(&gone->node);
	put_task_struct(gone->task);
	kfree(gone);
}

static void mvnet_gone_free_ended(void)
{
	struct mvnet_gone *gone, *next;

	lockdep_assert_held(&mvnet_gone_lock);
	list_for_each_entry_safe(gone, next, &mvnet_gone, node)
		if (READ_ONCE(gone->task->exit_state))
			mvnet_gone_free(gone);
}

static bool mvnet_gone_too_often(u64 first, u64 last)
{
	struct mvnet_gone *gone;
	bool found = false;

	mutex_lock(&mvnet_gone_lock);
	mvnet_gone_free_ended();
	list_for_each_entry(gone, &mvnet_gone, node)
		found |= gone->times >= MVNET_MAX_GONE_TIMES &&
			 gone->first <= last && gone->last >= first;
	mutex_unlock(&mvnet_gone_lock);
	return found;
}

/* The note of this thread, made if there is none */
static struct mvnet_gone *mvnet_gone_get(void)
{
	struct mvnet_gone *gone;

	list_for_each_entry(gone, &mvnet_gone, node)
		if (gone->task == current)
			return gone;
	gone = kzalloc(sizeof(*gone), GFP_KERNEL_ACCOUNT | __GFP_NOFAIL);
	gone->task = get_task_struct(current);
	list_add(&gone->node, &mvnet_gone);
	return gone;
}

/* A thread unmaps one range after the other, and VFIO counts anew for each. */
static void mvnet_gone_note(u64 first, u64 last)
{
	struct mvnet_gone *gone;

	mutex_lock(&mvnet_gone_lock);
	mvnet_gone_free_ended();
	gone = mvnet_gone_get();
	if (gone->first != first || gone->last != last) {
		gone->first = first;
		gone->last = last;
		gone->times = 0;
	}
	gone->times++;
	mutex_unlock(&mvnet_gone_lock);
}

/*
 * The pages around an address: as many as there are mapped and allowed to be
 * pinned, of which only the smaller parts may be.
 */
static int mvnet_chunk_pin_around(struct mvnet *mv, struct mvnet_chunk *chunk,
				  unsigned int page)
{
	int ret = -EAGAIN;
	unsigned int nr;

	for (nr = MVNET_CHUNK_PAGES; nr; nr = nr > 8 ? nr / 8 : nr > 1) {
		unsigned int first = round_down(page, nr);
		u64 from = mvnet_chunk_iova(chunk, first);
		u64 to = mvnet_chunk_iova(chunk, first + nr) - 1;

		if (mvnet_gone_too_often(from, to))
			continue;
		ret = mvnet_chunk_pin(mv, chunk, first, nr);
		/* No other size helps in a container of type 1 v1. */
		if (!ret || ret == -EACCES)
			break;
	}
	return ret;
}

static int mvnet_pin(struct mvnet *mv, u64 iova)
{
	struct mvnet_chunk *old = mvnet_chunk_find(mv, iova);
	struct mvnet_chunk *chunk = old ?: mvnet_chunk_make(mv, iova);
	int ret;

	if (IS_ERR(chunk))
		return PTR_ERR(chunk);
	ret = mvnet_chunk_pin_around(mv, chunk, mvnet_page_in_chunk(iova));
	if (old)
		return ret;
	if (ret)
		kfree(chunk);
	else
		mvnet_chunk_add(mv, chunk);
	return ret;
}

/* A program that can not pin has its frames moved as well, in the slow way. */
static void mvnet_pins_give_up(struct mvnet *mv, int error)
{
	mv->pins.error = error;
	/* A program can open the device again and again. */
	if (!net_ratelimit())
		return;
	if (error == -EACCES)
		netdev_info(mv->ndev,
			    "slow: the VFIO container is of type 1 v1, which does not allow to pin memory\n");
	else if (error == -ENOSPC)
		netdev_notice(mv->ndev,
			      "slow: process %d uses more than %d parts of 2 MiB for its buffers, let them be in less memory\n",
			      task_tgid_nr(current), MVNET_MAX_CHUNKS);
	else
		netdev_notice(mv->ndev,
			      "slow: process %d may not pin memory (error %d), raise its limit of locked memory (ulimit -l)\n",
			      task_tgid_nr(current), error);
}

static int mvnet_pin_range(struct mvnet *mv, u64 iova, size_t len)
{
	u64 end;
	int ret;

	if (check_add_overflow(iova, (u64)len, &end))
		return -EINVAL;
	for (iova = round_down(iova, PAGE_SIZE); iova < end; iova += PAGE_SIZE) {
		if (mvnet_pins_find(mv, iova))
			continue;
		if (fatal_signal_pending(current))
			return -EINTR;
		ret = mvnet_pin(mv, iova);
		if (ret)
			return ret;
	}
	return 0;
}

/* Shall the driver notify us, so that we can pin memory? */
bool mvnet_pins_wanted(const struct mvnet *mv, const struct mvnet_vq *vq)
{
	return READ_ONCE(vq->wants) && !READ_ONCE(mv->pins.error);
}

/*
 * Pin what a queue wants. Called by a thread of the program, without a lock: it
 * may sleep for long.
 */
void mvnet_pins_bring(struct mvnet *mv, struct mvnet_vq *vq)
{
	struct mvnet_pins *pins = &mv->pins;
	int ret;

	/* Pairs with mvnet_vq_want(). */
	if (likely(!smp_load_acquire(&vq->wants)) || READ_ONCE(pins->error))
		return;
	if (mutex_lock_killable(&pins->lock))
		return;
	ret = pins->error ?: mvnet_pin_range(mv, READ_ONCE(vq->wanted),
					     READ_ONCE(vq->wanted_len));
	if (!ret)
		WRITE_ONCE(vq->wants, false);
	else if (!pins->error &&
		 (ret == -EACCES || ret == -ENOMEM || ret == -ENOSPC))
		mvnet_pins_give_up(mv, ret);
	mutex_unlock(&pins->lock);
	mvnet_kick(mv);
}

/*
 * Let go of all pins that have a page in the range, as a whole: iommufd knows no
 * parts of them.
 */
static void mvnet_chunk_unpin(struct mvnet *mv, struct mvnet_chunk *chunk,
			      u64 first, u64 last)
{
	unsigned int i;

	for (i = 0; i < MVNET_CHUNK_PAGES; i++) {
		unsigned int nr = chunk->nr_pages[i];
		u64 iova = mvnet_chunk_iova(chunk, i);

		if (!nr || iova > last ||
		    mvnet_chunk_iova(chunk, i + nr) - 1 < first)
			continue;
		vfio_unpin_pages(&mv->vdev, iova, nr);
		memset(&chunk->pages[i], 0, nr * sizeof(chunk->pages[0]));
		chunk->nr_pages[i] = 0;
		chunk->nr_pins--;
	}
}

/* No queue is direct. */
static void mvnet_pins_drop(struct mvnet *mv, u64 first, u64 last)
{
	struct mvnet_pins *pins = &mv->pins;
	struct mvnet_chunk *chunk;
	struct hlist_node *next;
	unsigned int i;

	lockdep_assert_held(&pins->lock);
	hash_for_each_safe(pins->chunks, i, next, chunk, node) {
		if (chunk->nr < first >> MVNET_CHUNK_SHIFT ||
		    chunk->nr > last >> MVNET_CHUNK_SHIFT)
			continue;
		mvnet_chunk_unpin(mv, chunk, first, last);
		if (!chunk->nr_pins)
			mvnet_chunk_free(mv, chunk);
	}
	/* There may be room again. */
	if (pins->error == -ENOSPC && pins->nr_chunks < MVNET_MAX_CHUNKS)
		WRITE_ONCE(pins->error, 0);
}

void mvnet_pins_unmapped(struct mvnet *mv, u64 iova, u64 length)
{
	struct mvnet_pins *pins = &mv->pins;
	u64 last = iova + length - 1;

	mutex_lock(&pins->lock);
	/* Who has the lock of a queue after it was parked sees that. */
	WRITE_ONCE(pins->going, true);
	mvnet_vq_park(mv);
	mvnet_pins_drop(mv, iova, last);
	smp_store_release(&pins->going, false);
	mvnet_gone_note(iova, last);
	mutex_unlock(&pins->lock);
	/* What goes on elsewhere goes on. */
	mvnet_kick(mv);
}

void mvnet_pins_init(struct mvnet *mv)
{
	mutex_init(&mv->pins.lock);
	hash_init(mv->pins.chunks);
	mv->pins.seed = get_random_u32();
}

/* The device is closed, so nobody pins, and no queue is direct. */
void mvnet_pins_release(struct mvnet *mv)
{
	mutex_lock(&mv->pins.lock);
	mvnet_pins_drop(mv, 0, U64_MAX);
	mv->pins.error = 0;
	mutex_unlock(&mv->pins.lock);
}

/* No device is open. */
void mvnet_pins_exit(void)
{
	struct mvnet_gone *gone, *next;

	list_for_each_entry_safe(gone, next, &mvnet_gone, node)
		mvnet_gone_free(gone);
}
