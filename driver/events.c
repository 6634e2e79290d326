// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events from the hypervisor, for open files that listen to them.
 *
 * While any file listens, the domain has a queue in the hypervisor, and an event
 * channel that Xen raises when a record enters the empty queue. Its interrupt wakes
 * all readers. The first one takes all records out of the hypervisor's queue and
 * adds each to the queues of the files that listen to it.
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

/* Size of the largest record, in bytes. */
#define ALICE_RECORD_LEN	(sizeof(struct alice_event) + ALICE_EVENT_LEN)

/* Programs get records as they come from the hypervisor. */
static_assert(sizeof(struct alice_event) == sizeof(struct xen_alice_event));
static_assert(offsetof(struct alice_event, lost) == offsetof(struct xen_alice_event, lost));
static_assert(ALICE_EVENT_LEN == XEN_ALICE_EVENT_LEN);

/**
 * struct alice_listener - event state of an open file
 * @entry: in alice_listeners while the file listens to anything
 * @mine: the open file
 * @wants: bitmap of the events it listens to, by cmd
 * @until: generation of the table when it asked for them
 * @lost: events that found no room since the last record in @fifo
 * @fifo: queue of whole records
 * @lock: held to take records out of @fifo; protects @record
 * @record: the record that is being taken out
 * @bytes: memory of @fifo
 *
 * alice_events_lock protects everything else.
 */
struct alice_listener {
	struct list_head entry;
	const struct alice_file *mine;
	DECLARE_BITMAP(wants, ALICE_MAX_CMDS);
	u64 until;
	u32 lost;
	struct kfifo fifo;
	struct mutex lock; /* held by a reader of @fifo */
	u8 record[ALICE_RECORD_LEN] __aligned(8);
	u8 bytes[ALICE_FIFO_LEN];
};

/*
 * Held to change which file listens to which events, and to take records out of the
 * hypervisor's queue. Taken before alice_lock.
 */
static DEFINE_MUTEX(alice_events_lock);
static LIST_HEAD(alice_listeners);
static DECLARE_WAIT_QUEUE_HEAD(alice_events_wait);

/* IRQ of the event channel, or 0; buffer for records from the hypervisor. */
static int alice_irq;
static void *alice_records;

/* The table has changed since op events-want last succeeded. */
static bool alice_table_changed;

/*
 * Call an op for the driver itself. With @phys, @buf is physically contiguous. Returns
 * the length of the answer, at most @room, or a negative errno.
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
 * alice_wake() - wake all readers to look for records again
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
 * Close a port that could not be bound to an interrupt. Linux may have closed it, and
 * its number may be in use again: close it only if it is still bound to Xen's port.
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

/* Make or empty the queue in the hypervisor, and bind a port to its channel. */
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

/* Set up the queue, its event channel, and the interrupt that wakes readers. */
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

/* Size of a record with @len bytes of payload. */
static u32 alice_record_size(u32 len)
{
	return sizeof(struct alice_event) + ALIGN(len, XEN_ALICE_EVENT_ALIGN);
}

/* Queue a record for all its listeners. Returns whether any but @mine got it. */
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

/* Queue @len bytes of records. Returns whether any file but @mine got one. */
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

	/* A wrong length from Xen must not deliver these records again. */
	memset(alice_records, 0, len);

	return others;
}

/*
 * Stop listening to events whose rows have changed since a file asked for them, and to
 * those that a restriction took away. With no table, stop listening to all events.
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
			/* A reader may have nothing else to wait for. */
			alice_wake();
		}
}

/*
 * Tell the hypervisor which events any file wants, by the current table. Once the row of
 * an event is removed, the hypervisor no longer queues it, even if the row comes back. So
 * event changed is always wanted: it tells when to call this again. Returns 0 or a negative
 * errno; -ESTALE also if there is no table.
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
 * Take all records out of the hypervisor's queue: Xen raises the channel only for a
 * record that enters the empty queue. An answer is the last if it leaves room for a
 * record of the largest size. After a signal, or too many answers, wake all readers: the
 * next one continues.
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

	/* If it fails, the next call tries again. */
	if (alice_table_changed)
		alice_want();
	if (others || more)
		alice_wake();
}

/* Check whether a file may listen to @wants. Sets @generation to the table's. */
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

/* Stop listening to all events. The last listener unbinds the channel. */
static void alice_leave(struct alice_listener *listener)
{
	bitmap_zero(listener->wants, ALICE_MAX_CMDS);
	list_del_init(&listener->entry);

	/* If it fails, events that no file wants still come, and are dropped. */
	if (alice_irq)
		alice_want();
	if (list_empty(&alice_listeners))
		alice_unbind();

	/* Other threads may wait in read(2) of this file. */
	alice_wake();
}

static long alice_listen_to(struct file *file, struct alice_listener *listener,
			    const unsigned long *wants)
{
	DECLARE_BITMAP(before, ALICE_MAX_CMDS);
	u64 until = listener->until, generation;
	long ret;

	/* A call that will be restarted makes no hypercall. */
	if (signal_pending(current))
		return -ERESTARTNOINTR;
	ret = alice_table_refresh(0);
	if (ret < 0)
		return ret == -EAGAIN ? -ESTALE : ret;

	/* Events so far go to those who listened when they happened. */
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

	/* It failed: restore the old state. */
	bitmap_copy(listener->wants, before, ALICE_MAX_CMDS);
	listener->until = until;
	if (bitmap_empty(before, ALICE_MAX_CMDS))
		alice_leave(listener);
	else
		alice_want();

	return ret;
}

/* The listener of an open file, allocated at first use; NULL if that fails. */
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
 * alice_listen() - ALICE_IOC_LISTEN: set the events that an open file listens to
 * @file: the open file
 * @wants: bitmap of the events, by cmd; empty to stop listening
 *
 * Context: Process context; may sleep. Takes alice_events_lock.
 * Return: 0; a negative errno, see ALICE_IOC_LISTEN; or -ERESTARTNOINTR.
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
 * alice_listen_end() - free the event state of an open file
 * @mine: the open file, in its release
 *
 * Context: Process context; may sleep. Takes alice_events_lock.
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
 * Check for a record, also in the hypervisor's queue. Returns 1 if there is one, 0 if
 * one may come, or -EINVAL if none can, as the file listens to no event that it is
 * allowed.
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

/* Copy out as many whole records as fit. Returns their length or a negative errno. */
static ssize_t alice_take(struct alice_listener *listener, char __user *to, size_t count)
{
	struct alice_event *event = (void *)listener->record;
	size_t done = 0, size;

	while (kfifo_out_peek(&listener->fifo, listener->record, sizeof(*event))) {
		size = alice_record_size(event->len);
		if (size > count - done)
			return done ?: -EINVAL;

		/* Peek first: a record that cannot be copied out stays queued. */
		size = kfifo_out_peek(&listener->fifo, listener->record, size);
		if (copy_to_user(to + done, listener->record, size))
			return done ?: -EFAULT;
		done += kfifo_out(&listener->fifo, listener->record, size);
	}

	return done;
}

/* Wait for a record, then take records. */
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
			/* Another reader of this file may take the records first. */
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
 * alice_read() - read(2): copy event records to a program
 * @file: the open file
 * @to: the program's buffer
 * @count: its size, in bytes
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
 * alice_poll() - poll(2): check for an event record
 * @file: the open file
 * @table: the poll table
 *
 * Context: Process context; may sleep.
 * Return: EPOLLIN | EPOLLRDNORM, 0, or EPOLLERR if read(2) would return EINVAL.
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

/* After a migration or restore: queue and channel stayed with the old domain. */
static int alice_restore(struct device *dev)
{
	/* Disks may not work yet: do not wait for writeback. */
	unsigned int noio = memalloc_noio_save();
	long ret = 0;

	mutex_lock(&alice_events_lock);
	if (alice_irq) {
		alice_unbind();
		ret = alice_bind() ?: alice_want();
		/* No event can come any more, so no reader may wait. */
		if (ret)
			alice_prune(NULL);
	}
	mutex_unlock(&alice_events_lock);
	memalloc_noio_restore(noio);

	if (ret)
		pr_warn("events stopped: setup after the migration failed (error %ld)\n", -ret);
	alice_wake();

	return 0;
}

/* The device exists only for its PM operations. */
static int __init alice_probe(struct platform_device *device)
{
	return 0;
}

/* After a checkpoint thaw is called instead, and nothing has changed. */
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
 * alice_events_init() - register for notice of a migration
 *
 * Context: Module initialisation; may sleep.
 * Return: 0 or a negative errno.
 */
int __init alice_events_init(void)
{
	int ret;

	alice_device = platform_create_bundle(&alice_driver, alice_probe, NULL, 0, NULL, 0);
	ret = PTR_ERR_OR_ZERO(alice_device);

	/* The device always probes, unless memory runs out, which yields ENODEV. */
	return ret == -ENODEV ? -ENOMEM : ret;
}

/**
 * alice_events_exit() - undo alice_events_init()
 *
 * Context: Module exit; may sleep.
 */
void alice_events_exit(void)
{
	platform_device_unregister(alice_device);
	platform_driver_unregister(&alice_driver);
}
