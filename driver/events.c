// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events: what the hypervisor tells open files that listen.
 *
 * While any file listens, the domain has a queue in the hypervisor, and an event
 * channel that Xen raises when something comes into the empty queue. That wakes all
 * readers. The first that looks takes all records out of the hypervisor's queue, and
 * puts each into the queues of the files that listen to it.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/kfifo.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/overflow.h>
#include <linux/platform_device.h>
#include <linux/poll.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <xen/events.h>
#include <xen/interface/event_channel.h>

#include "call.h"

/* Size of a file's queue, in bytes. */
#define ALICE_FIFO_LEN		65536

/* The largest record. */
#define ALICE_RECORD_LEN	(sizeof(struct alice_event) + ALICE_EVENT_LEN)

/* Records are handed out as they come. */
static_assert(sizeof(struct alice_event) == sizeof(struct xen_alice_event));
static_assert(offsetof(struct alice_event, lost) == offsetof(struct xen_alice_event, lost));
static_assert(ALICE_EVENT_LEN == XEN_ALICE_EVENT_LEN);

/**
 * struct alice_listener - an open file that listens, or did
 * @entry: in alice_listeners while it listens to anything
 * @mine: the open file
 * @wants: a bit an event
 * @until: generation of the table by which it asked for them
 * @lost: events that found no room since the last record in @fifo
 * @fifo: records
 * @lock: held to take records out of @fifo
 * @record: one that is being taken out
 * @bytes: memory of @fifo
 *
 * alice_events_lock protects all of it but what @lock is for.
 */
struct alice_listener {
	struct list_head entry;
	const struct alice_file *mine;
	DECLARE_BITMAP(wants, ALICE_MAX_CMDS);
	u64 until;
	u32 lost;
	struct kfifo fifo;
	struct mutex lock; /* see above */
	u8 record[ALICE_RECORD_LEN] __aligned(8);
	u8 bytes[ALICE_FIFO_LEN];
};

/*
 * Held to change who listens to what, and to take records out of the hypervisor's
 * queue.
 */
static DEFINE_MUTEX(alice_events_lock);
static LIST_HEAD(alice_listeners);
static DECLARE_WAIT_QUEUE_HEAD(alice_events_wait);

/* The channel's interrupt, or 0, and memory for the records of the queue. */
static int alice_irq;
static void *alice_records;

/* The table has changed since the hypervisor was told what is wanted. */
static bool alice_table_changed;

/*
 * Call an op of the hypervisor's, with memory that is contiguous. Returns the length of
 * the answer, which has room, or a negative errno.
 */
static long alice_events_call(u32 cmd, u32 tag, void *buf, u32 in_len, u32 room, bool phys)
{
	u32 word = cmd | tag << XEN_ALICE_CMD_TAG_SHIFT;
	unsigned long arg = (unsigned long)buf;
	struct alice_call call = { .tag = tag };
	long ret;

	if (phys) {
		word |= XEN_ALICE_CMD_PHYS;
		arg = virt_to_phys(buf);
	}

	ret = alice_hypercall(alice_nr, word, arg, in_len, room);

	return ret >= 0 && ret <= (long)room ? ret : alice_answer(cmd, &call, room, ret);
}

/**
 * alice_wake() - have all readers look again
 *
 * Context: Any.
 */
void alice_wake(void)
{
	wake_up_interruptible_poll(&alice_events_wait, EPOLLIN | EPOLLRDNORM | EPOLLERR);
}

static irqreturn_t alice_interrupt(int irq, void *unused)
{
	alice_wake();

	return IRQ_HANDLED;
}

static void alice_unbind(void)
{
	if (alice_irq)
		unbind_from_irqhandler(alice_irq, &alice_irq);
	alice_irq = 0;
	free_pages((unsigned long)alice_records, get_order(XEN_ALICE_QUEUE_LEN));
	alice_records = NULL;
}

/*
 * Close a port that got no interrupt. Linux may have closed it, and somebody else may
 * have it already: it is still this one if it is bound to Xen's.
 */
static void alice_close(const struct evtchn_bind_interdomain *bind)
{
	struct evtchn_status status = { .dom = DOMID_SELF, .port = bind->local_port };
	struct evtchn_close close = { .port = bind->local_port };

	if (!alice_hypercall(__HYPERVISOR_event_channel_op, EVTCHNOP_status,
			     (unsigned long)&status, 0, 0) &&
	    status.status == EVTCHNSTAT_interdomain &&
	    status.u.interdomain.port == bind->remote_port)
		alice_hypercall(__HYPERVISOR_event_channel_op, EVTCHNOP_close,
				(unsigned long)&close, 0, 0);
}

/* Make the queue in the hypervisor, or empty it, and bind its channel to a port. */
static int alice_bind_port(struct evtchn_bind_interdomain *bind)
{
	struct xen_alice_events_open open = { };
	long ret;

	ret = alice_events_call(XEN_ALICE_OP_EVENTS_OPEN, 0, &open, 0, sizeof(open), false);
	if (ret != sizeof(open))
		return ret < 0 ? ret : -EIO;

	bind->remote_port = open.port;
	ret = alice_hypercall(__HYPERVISOR_event_channel_op, EVTCHNOP_bind_interdomain,
			      (unsigned long)bind, 0, 0);

	return ret > 0 ? -EIO : ret;
}

/* The same, and have the port's interrupt wake readers. */
static int alice_bind(void)
{
	struct evtchn_bind_interdomain bind = { .remote_dom = DOMID_SELF };
	int ret;

	alice_records = (void *)__get_free_pages(GFP_KERNEL | __GFP_ZERO | __GFP_COMP,
						 get_order(XEN_ALICE_QUEUE_LEN));
	if (!alice_records)
		return -ENOMEM;

	ret = alice_bind_port(&bind);
	if (!ret) {
		ret = bind_evtchn_to_irqhandler(bind.local_port, alice_interrupt, 0, "alice",
						&alice_irq);
		if (ret < 0)
			alice_close(&bind);
	}
	if (ret < 0) {
		alice_unbind();
		return ret;
	}

	alice_irq = ret;

	return 0;
}

/* How long a record with @len bytes of payload is. */
static u32 alice_record_size(u32 len)
{
	return sizeof(struct alice_event) + ALIGN(len, XEN_ALICE_EVENT_ALIGN);
}

/* Put a record into the queues of those that listen to it. Returns whether others do. */
static bool alice_deliver(const struct alice_file *mine, struct alice_event *event, u32 size)
{
	struct alice_listener *to;
	u32 lost = event->lost;
	bool others = false;

	list_for_each_entry(to, &alice_listeners, entry) {
		if (!test_bit(event->cmd, to->wants) || !test_bit(event->cmd, to->mine->allowed))
			continue;

		if (check_add_overflow(to->lost, lost, &event->lost))
			event->lost = U32_MAX;
		if (kfifo_avail(&to->fifo) >= size) {
			kfifo_in(&to->fifo, (u8 *)event, size);
			to->lost = 0;
			others |= to->mine != mine;
		} else {
			to->lost = event->lost + (event->lost < U32_MAX);
		}
	}

	return others;
}

/* Hand out the records of an answer of @len bytes. Returns whether others listen to any. */
static bool alice_deliver_all(const struct alice_file *mine, long len)
{
	struct alice_event *event = alice_records;
	bool others = false;
	long left, size;

	for (left = len; left; left -= size, event = (void *)event + size) {
		size = alice_record_size(event->len);
		if (left < sizeof(*event) || event->len > ALICE_EVENT_LEN || size > left ||
		    event->cmd >= ALICE_MAX_CMDS) {
			pr_warn_ratelimited("Xen's answer of %ld bytes of events makes no sense: report this to whoever built Xen\n",
					    len);
			break;
		}
		if (event->cmd == XEN_ALICE_OP_CHANGED)
			alice_table_changed = true;
		others |= alice_deliver(mine, event, size);
	}

	/* A wrong length from Xen must not hand out what others were told. */
	memset(alice_records, 0, len);

	return others;
}

/*
 * Let listeners go on with those events alone whose rows are what they were, and that no
 * restriction took away.
 */
static void alice_prune(const struct alice_table *table)
{
	struct alice_listener *listener;
	const struct alice_row *row;
	unsigned int cmd;

	list_for_each_entry(listener, &alice_listeners, entry)
		for_each_set_bit(cmd, listener->wants, ALICE_MAX_CMDS) {
			row = alice_row(table, cmd);
			if (row && row->since <= listener->until &&
			    test_bit(cmd, listener->mine->allowed))
				continue;
			__clear_bit(cmd, listener->wants);
			/* Who waits for nothing else is to know. */
			alice_wake();
		}
}

/*
 * Tell the hypervisor what anybody wants, by today's table; nothing while there is none.
 * It forgets a row that is taken out for a moment, so what changes is always wanted.
 */
static long alice_want(void)
{
	DECLARE_BITMAP(wants, ALICE_MAX_CMDS);
	const struct alice_listener *listener;
	const struct alice_table *table;
	const struct alice_row *changed;
	int tries = ALICE_TRIES;
	long ret;
	u32 tag;

	for (;;) {
		rcu_read_lock();
		table = rcu_dereference(alice_table);
		tag = table ? table->tag : 0;
		if (table)
			alice_prune(table);
		changed = alice_row(table, XEN_ALICE_OP_CHANGED);
		bitmap_zero(wants, ALICE_MAX_CMDS);
		if (changed && changed->desc.flags & ALICE_OP_F_EVENT)
			__set_bit(XEN_ALICE_OP_CHANGED, wants);
		rcu_read_unlock();

		list_for_each_entry(listener, &alice_listeners, entry)
			bitmap_or(wants, wants, listener->wants, ALICE_MAX_CMDS);
		ret = -ESTALE;
		if (tag)
			ret = alice_events_call(XEN_ALICE_OP_EVENTS_WANT, tag, wants,
						sizeof(wants), 0, false);
		if (!ret)
			alice_table_changed = false;
		if (ret != -ESTALE || !--tries)
			return ret;

		alice_table_refresh(tag);
	}
}

/*
 * Take the records out of the hypervisor's queue: all, as the next one raises the channel
 * only then. An answer that has room for any other one is the last. Where a signal wants
 * the caller, or there is no end to them, all are woken: whoever looks next goes on.
 */
static void alice_drain(const struct alice_file *mine)
{
	const struct alice_table *table;
	u32 room = XEN_ALICE_LEN_LEAST;
	int rounds = ALICE_TRIES;
	bool phys, more, others = false;
	long len;

	if (!alice_irq)
		return;

	rcu_read_lock();
	table = rcu_dereference(alice_table);
	phys = table && table->flags & ALICE_TABLE_PHYS;
	if (table && table->version.max_len > room)
		room = min_t(u32, table->version.max_len, XEN_ALICE_QUEUE_LEN);
	rcu_read_unlock();

	do {
		len = alice_events_call(XEN_ALICE_OP_EVENTS_READ, 0, alice_records, 0, room, phys);
		if (len > 0)
			others |= alice_deliver_all(mine, len);
		more = len > (long)(room - ALICE_RECORD_LEN);
		cond_resched();
	} while (more && --rounds && !signal_pending(current));

	/* Where that fails, the next one tries. */
	if (alice_table_changed)
		alice_want();
	if (others || more)
		alice_wake();
}

/* May a file listen to @wants? Sets @generation to that of the table which says so. */
static int alice_listen_check(struct file *file, const unsigned long *wants, u64 *generation)
{
	const struct alice_table *table;
	const struct alice_row *row;
	unsigned int cmd;
	int ret = 0;

	rcu_read_lock();
	table = rcu_dereference(alice_table);
	if (!table || !(table->version.features & XEN_ALICE_FEATURE_EVENTS))
		ret = -EOPNOTSUPP;
	else
		*generation = table->generation;

	for_each_set_bit(cmd, wants, ALICE_MAX_CMDS) {
		if (ret)
			break;
		row = alice_row(table, cmd);
		if (!row)
			ret = -EOPNOTSUPP;
		else if (!(row->desc.flags & ALICE_OP_F_EVENT))
			ret = -EINVAL;
		else
			ret = alice_access(file, row, true);
	}
	rcu_read_unlock();

	return ret;
}

/* Let a file listen to nothing any more. The last one unbinds the channel. */
static void alice_leave(struct alice_listener *listener)
{
	bitmap_zero(listener->wants, ALICE_MAX_CMDS);
	list_del_init(&listener->entry);

	/* Where that fails, events come that nobody wants. */
	if (alice_irq)
		alice_want();
	if (list_empty(&alice_listeners))
		alice_unbind();

	/* Others wait in read(2) of this file, perhaps. */
	alice_wake();
}

static long alice_listen_to(struct file *file, struct alice_listener *listener,
			    const unsigned long *wants)
{
	DECLARE_BITMAP(before, ALICE_MAX_CMDS);
	u64 until = listener->until, generation;
	long ret;

	/* The hypervisor is not asked for what starts over. */
	if (signal_pending(current))
		return -ERESTARTNOINTR;
	ret = alice_table_refresh(0);
	if (ret < 0)
		return ret == -EAGAIN ? -ESTALE : ret;

	/* What is queued is for those who listen now. */
	alice_drain(listener->mine);

	ret = alice_listen_check(file, wants, &generation);
	if (!ret && !alice_irq)
		ret = alice_bind();
	if (ret)
		return ret;

	bitmap_copy(before, listener->wants, ALICE_MAX_CMDS);
	bitmap_copy(listener->wants, wants, ALICE_MAX_CMDS);
	listener->until = generation;
	if (list_empty(&listener->entry))
		list_add_tail(&listener->entry, &alice_listeners);

	ret = alice_want();
	if (!ret)
		return 0;

	/* What the hypervisor refuses changes nothing. */
	bitmap_copy(listener->wants, before, ALICE_MAX_CMDS);
	listener->until = until;
	if (bitmap_empty(before, ALICE_MAX_CMDS))
		alice_leave(listener);
	else
		alice_want();

	return ret;
}

/* What an open file has for listening, made when it first listens; NULL without memory. */
static struct alice_listener *alice_listener_get(struct alice_file *mine)
{
	struct alice_listener *listener = mine->listener;

	if (listener)
		return listener;

	listener = kvzalloc(sizeof(*listener), GFP_KERNEL_ACCOUNT);
	if (!listener)
		return NULL;

	INIT_LIST_HEAD(&listener->entry);
	listener->mine = mine;
	mutex_init(&listener->lock);
	kfifo_init(&listener->fifo, listener->bytes, sizeof(listener->bytes));
	/* Pairs with the acquire in alice_listener(). */
	smp_store_release(&mine->listener, listener);

	return listener;
}

/**
 * alice_listen() - ALICE_IOC_LISTEN: have an open file told of events
 * @file: the open file
 * @wants: a bit an event
 *
 * Context: Process context; may sleep.
 * Return: as ALICE_IOC_LISTEN, or -ERESTARTNOINTR.
 */
long alice_listen(struct file *file, const unsigned long *wants)
{
	struct alice_file *mine = alice_file(file);
	struct alice_listener *listener;
	long ret = 0;

	if (mutex_lock_interruptible(&alice_events_lock))
		return -ERESTARTNOINTR;

	if (!bitmap_empty(wants, ALICE_MAX_CMDS)) {
		listener = alice_listener_get(mine);
		ret = listener ? alice_listen_to(file, listener, wants) : -ENOMEM;
	} else if (mine->listener) {
		alice_drain(mine);
		alice_leave(mine->listener);
	}
	mutex_unlock(&alice_events_lock);

	return ret;
}

/**
 * alice_listen_end() - forget what an open file listens to
 * @mine: the open file, which nobody has open any more
 *
 * Context: Process context; may sleep.
 */
void alice_listen_end(struct alice_file *mine)
{
	if (!mine->listener)
		return;

	mutex_lock(&alice_events_lock);
	alice_leave(mine->listener);
	mutex_unlock(&alice_events_lock);
	kvfree(mine->listener);
}

static struct alice_listener *alice_listener(const struct file *file)
{
	/* Pairs with the release in alice_listener_get(). */
	return smp_load_acquire(&alice_file(file)->listener);
}

/*
 * Is there a record for this file? Looks into the hypervisor's queue if not. Returns 1 if
 * there is, 0 if one may come, and -EINVAL if not, as it listens to nothing that no
 * restriction took away.
 */
static int alice_event_ready(struct alice_listener *listener)
{
	int ret = 1;

	if (!kfifo_is_empty(&listener->fifo))
		return 1;
	if (mutex_lock_killable(&alice_events_lock))
		return 0;

	alice_drain(listener->mine);
	if (kfifo_is_empty(&listener->fifo))
		ret = bitmap_intersects(listener->wants, listener->mine->allowed,
					ALICE_MAX_CMDS) ? 0 : -EINVAL;
	mutex_unlock(&alice_events_lock);

	return ret;
}

/* Take records out, as many as fit. Returns how many bytes, or a negative errno. */
static ssize_t alice_take(struct alice_listener *listener, char __user *to, size_t count)
{
	struct alice_event *event = (void *)listener->record;
	size_t done = 0, size;

	while (kfifo_out_peek(&listener->fifo, listener->record, sizeof(*event))) {
		size = alice_record_size(event->len);
		if (size > count - done)
			return done ?: -EINVAL;

		/* It stays where it cannot be written. */
		size = kfifo_out_peek(&listener->fifo, listener->record, size);
		if (copy_to_user(to + done, listener->record, size))
			return done ?: -EFAULT;
		done += kfifo_out(&listener->fifo, listener->record, size);
	}

	return done;
}

/* alice_take(), once there is something to take. */
static ssize_t alice_wait_and_take(struct file *file, struct alice_listener *listener,
				   char __user *to, size_t count)
{
	DEFINE_WAIT_FUNC(wait, woken_wake_function);
	ssize_t ret = 0;
	int ready;

	add_wait_queue(&alice_events_wait, &wait);
	while (!ret) {
		ready = alice_event_ready(listener);
		if (ready < 0) {
			ret = ready;
		} else if (ready) {
			/* Somebody else who reads this file may come first. */
			if (mutex_lock_interruptible(&listener->lock)) {
				ret = -ERESTARTSYS;
				break;
			}
			ret = alice_take(listener, to, count);
			mutex_unlock(&listener->lock);
		} else if (file->f_flags & O_NONBLOCK) {
			ret = -EAGAIN;
		} else if (signal_pending(current)) {
			ret = -ERESTARTSYS;
		} else {
			wait_woken(&wait, TASK_INTERRUPTIBLE, MAX_SCHEDULE_TIMEOUT);
		}
	}
	remove_wait_queue(&alice_events_wait, &wait);

	return ret;
}

/**
 * alice_read() - read(2): hand out events
 * @file: the open file
 * @to: where to
 * @count: room there, in bytes
 * @pos: ignored
 *
 * Context: Process context; may sleep.
 * Return: length of the records, or a negative errno: see ALICE_IOC_LISTEN.
 */
ssize_t alice_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	struct alice_listener *listener = alice_listener(file);

	if (!listener)
		return -EINVAL;

	return alice_wait_and_take(file, listener, to, count);
}

/**
 * alice_poll() - poll(2): is there an event?
 * @file: the open file
 * @table: who waits
 *
 * Context: Process context; may sleep.
 * Return: EPOLLIN, 0, or EPOLLERR where read(2) would answer EINVAL.
 */
__poll_t alice_poll(struct file *file, poll_table *table)
{
	struct alice_listener *listener = alice_listener(file);
	int ready;

	poll_wait(file, &alice_events_wait, table);
	ready = listener ? alice_event_ready(listener) : -EINVAL;
	if (ready < 0)
		return EPOLLERR;

	return ready ? EPOLLIN | EPOLLRDNORM : 0;
}

/* The domain moved: queue and channel stayed where it came from. */
static int alice_restore(struct device *dev)
{
	/* Disks may not work yet. */
	unsigned int noio = memalloc_noio_save();
	long ret = 0;

	mutex_lock(&alice_events_lock);
	if (alice_irq) {
		alice_unbind();
		ret = alice_bind() ?: alice_want();
		/* Nobody is to wait for what cannot come. */
		if (ret)
			alice_prune(NULL);
	}
	mutex_unlock(&alice_events_lock);
	memalloc_noio_restore(noio);

	if (ret)
		pr_warn("since this domain moved, no event is told (error %ld)\n", -ret);
	alice_wake();

	return 0;
}

/* There is nothing to look for. */
static int __init alice_probe(struct platform_device *device)
{
	return 0;
}

/* After a checkpoint it is thaw that is called, and nothing has changed. */
static const struct dev_pm_ops alice_pm_ops = {
	.restore = alice_restore,
};

static struct platform_driver alice_driver = {
	.driver = {
		.name = KBUILD_MODNAME,
		.pm = &alice_pm_ops,
		.suppress_bind_attrs = true,
	},
};

static struct platform_device *alice_device;

/**
 * alice_events_init() - begin to notice that the domain moves
 *
 * Context: Module initialisation.
 * Return: 0 or a negative errno.
 */
int __init alice_events_init(void)
{
	int ret;

	alice_device = platform_create_bundle(&alice_driver, alice_probe, NULL, 0, NULL, 0);
	ret = PTR_ERR_OR_ZERO(alice_device);

	/* So it says that nothing was probed: there is one, for which there was no memory. */
	return ret == -ENODEV ? -ENOMEM : ret;
}

/* alice_events_exit() - end that */
void alice_events_exit(void)
{
	platform_device_unregister(alice_device);
	platform_driver_unregister(&alice_driver);
}
