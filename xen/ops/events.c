/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Events, which code of the hypervisor reports to guests.
 *
 * A domain that listens has a queue of records and an event channel, which is
 * raised when a record enters the empty queue.  Queues are looked up by the
 * address of their domain, which is never dereferenced.  A queue whose domain
 * is gone, and its event channel with it, is freed by a later events-open.
 */

#include <xen/bitmap.h>
#include <xen/mm.h>

#define ALICE_PROJECT 1
#include <xen/alice.h>

#if ALICE_CAN_TELL

#include <xen/event.h>
#include <xen/spinlock.h>
#include <xen/tasklet.h>
#include <xen/time.h>

#define CHANGED_OUT(f) f(u64, generation)
ALICE_EVENT(XEN_ALICE_OP_CHANGED, changed, "The op table is another one", 0,
            CHANGED_OUT)

/**
 * struct alice_queue - event queue of a domain
 * @next: next queue in alice_queues
 * @domain: the domain; never dereferenced
 * @domid: its domain ID
 * @port: Xen's end of the event channel
 * @notify: the channel is to be raised
 * @head: bytes put into @ring so far, modulo 2^32
 * @tail: bytes taken out so far, modulo 2^32
 * @wanted: bitmap of the events to queue, by number
 * @seq: number of times that each event happened while it was wanted, since
 *       events-open or since its row was added
 * @lost: number of these that found no room since the last record of the event
 * @ring: ring buffer of records
 *
 * alice_events_lock protects all of it.
 */
struct alice_queue {
    struct alice_queue *next;
    const struct domain *domain;
    domid_t domid;
    evtchn_port_t port;
    bool notify;
    unsigned int head, tail;
    DECLARE_BITMAP(wanted, XEN_ALICE_MAX_CMDS);
    uint64_t seq[XEN_ALICE_MAX_CMDS];
    uint32_t lost[XEN_ALICE_MAX_CMDS];
    uint8_t ring[XEN_ALICE_QUEUE_LEN];
};

/* Upper bound for the queues that one call frees. */
#define ALICE_MOST_DEAD 4

#define ALICE_QUEUE_ORDER get_order_from_bytes(sizeof(struct alice_queue))

/*
 * Protects alice_queues and alice_wanted.  Taken with interrupts off, as
 * events come from any context.  Held while a record is copied to each queue,
 * or while a queue is copied to its reader, but no longer.
 */
static DEFINE_SPINLOCK(alice_events_lock);
static struct alice_queue *alice_queues;

/* Union of what all queues want. */
static DECLARE_BITMAP(alice_wanted, XEN_ALICE_MAX_CMDS);

/*
 * Held to make and free queues, and to raise their channels.  Taken before
 * alice_events_lock.
 */
static DEFINE_SPINLOCK(alice_open_lock);

/* The xen_consumer of this file's event channels. */
static unsigned int alice_consumer;

static void cf_check alice_notify(void *unused);
static DECLARE_SOFTIRQ_TASKLET(alice_notifier, alice_notify, NULL);

/*
 * Does the domain still have the channel?  A new domain at the same address
 * and with the same domain ID does not.
 */
static bool alice_channel_ok(struct domain *d, evtchn_port_t port)
{
    return port_is_valid(d, port) &&
           evtchn_from_port(d, port)->xen_consumer == alice_consumer;
}

static bool alice_queue_is_of(const struct alice_queue *queue,
                              struct domain *d)
{
    return d && queue->domain == d && queue->domid == d->domain_id &&
           alice_channel_ok(d, queue->port);
}

static struct alice_queue *alice_queue_find(struct domain *d)
{
    struct alice_queue *queue = alice_queues;

    while ( queue && !alice_queue_is_of(queue, d) )
        queue = queue->next;

    return queue;
}

/*
 * Raise the channel of one queue.  Does not hold alice_events_lock meanwhile,
 * since whoever calls alice_event() may hold locks of event channels.
 */
static void cf_check alice_notify(void *unused)
{
    struct alice_queue *queue;
    const struct domain *whose = NULL;
    domid_t domid = DOMID_INVALID;
    evtchn_port_t port = 0;
    bool more = false;
    struct domain *d;

    spin_lock_irq(&alice_events_lock);
    for ( queue = alice_queues; queue; queue = queue->next )
    {
        if ( !queue->notify )
            continue;

        more = whose;
        if ( more )
            break;

        queue->notify = false;
        whose = queue->domain;
        domid = queue->domid;
        port = queue->port;
    }
    spin_unlock_irq(&alice_events_lock);

    d = whose ? rcu_lock_domain_by_id(domid) : NULL;
    if ( d )
    {
        /* events-open can free the channel, and the guest can reuse its port. */
        spin_lock(&alice_open_lock);
        if ( d == whose && alice_channel_ok(d, port) )
            notify_via_xen_event_channel(d, port);
        spin_unlock(&alice_open_lock);
        rcu_unlock_domain(d);
    }

    if ( more )
        tasklet_schedule(&alice_notifier);
}

static void alice_put(struct alice_queue *queue, const void *from,
                      unsigned int len)
{
    unsigned int at = queue->head % sizeof(queue->ring);
    unsigned int fits = min(len, (unsigned int)sizeof(queue->ring) - at);

    memcpy(queue->ring + at, from, fits);
    memcpy(queue->ring, from + fits, len - fits);
    queue->head += len;
}

static void alice_peek(const struct alice_queue *queue, void *to,
                       unsigned int len)
{
    unsigned int at = queue->tail % sizeof(queue->ring);
    unsigned int fits = min(len, (unsigned int)sizeof(queue->ring) - at);

    memcpy(to, queue->ring + at, fits);
    memcpy(to + fits, queue->ring, len - fits);
}

/* Size of a record with @len bytes of payload. */
static unsigned int alice_record_size(unsigned int len)
{
    return sizeof(struct xen_alice_event) + ROUNDUP(len, XEN_ALICE_EVENT_ALIGN);
}

static void alice_queue_event(struct alice_queue *queue, unsigned int cmd,
                              const void *data, unsigned int len, uint64_t now)
{
    static const uint8_t zeros[XEN_ALICE_EVENT_ALIGN];
    struct xen_alice_event event = {
        .cmd = cmd,
        .len = len,
        .seq = ++queue->seq[cmd],
        .time_ns = now,
        .lost = queue->lost[cmd],
    };
    unsigned int used = queue->head - queue->tail;
    unsigned int room = sizeof(queue->ring) - used;

    /* Reserve room for one record of event changed, which must get through. */
    if ( cmd != XEN_ALICE_OP_CHANGED )
        room -= min(room, alice_record_size(sizeof(struct alice_out_changed)));

    if ( alice_record_size(len) > room )
    {
        queue->lost[cmd] += queue->lost[cmd] != UINT_MAX;
        return;
    }

    queue->lost[cmd] = 0;
    alice_put(queue, &event, sizeof(event));
    alice_put(queue, data, len);
    alice_put(queue, zeros, -len % XEN_ALICE_EVENT_ALIGN);

    if ( !used )
    {
        queue->notify = true;
        tasklet_schedule(&alice_notifier);
    }
}

/* Not inlined, so that an event that nobody wants saves no registers. */
static void noinline alice_tell(const struct domain *d, unsigned int cmd,
                                const void *data, unsigned int len)
{
    struct alice_queue *queue;
    uint64_t now = NOW();
    unsigned long flags;

    spin_lock_irqsave(&alice_events_lock, flags);
    for ( queue = alice_queues; queue; queue = queue->next )
        if ( (!d || queue->domain == d) && test_bit(cmd, queue->wanted) )
            alice_queue_event(queue, cmd, data, len, now);
    spin_unlock_irqrestore(&alice_events_lock, flags);
}

void alice_event(const struct domain *d, unsigned int cmd,
                 const void *data, unsigned int len)
{
    cmd &= XEN_ALICE_CMD_NUMBER;

    if ( unlikely(test_bit(cmd, alice_wanted)) )
        alice_tell(d, cmd, data, min(len, XEN_ALICE_EVENT_LEN + 0U));
}

void alice_event_gone(unsigned int cmd)
{
    struct alice_queue *queue;
    unsigned long flags;

    spin_lock_irqsave(&alice_events_lock, flags);
    for ( queue = alice_queues; queue; queue = queue->next )
    {
        clear_bit(cmd, queue->wanted);
        queue->seq[cmd] = 0;
        queue->lost[cmd] = 0;
    }
    clear_bit(cmd, alice_wanted);
    spin_unlock_irqrestore(&alice_events_lock, flags);
}

/*
 * Update alice_wanted from all queues.  alice_event() reads it without the
 * lock, so a bit that stays set must not be cleared in between.
 */
static void alice_want_again(void)
{
    DECLARE_BITMAP(wanted, XEN_ALICE_MAX_CMDS);
    const struct alice_queue *queue;

    bitmap_zero(wanted, XEN_ALICE_MAX_CMDS);
    for ( queue = alice_queues; queue; queue = queue->next )
        bitmap_or(wanted, wanted, queue->wanted, XEN_ALICE_MAX_CMDS);

    bitmap_copy(alice_wanted, wanted, XEN_ALICE_MAX_CMDS);
}

/*
 * Empty the queue of a domain and clear what it wants.  Returns false if it
 * has no queue; otherwise sets @port.
 */
static bool alice_queue_empty(struct domain *d, evtchn_port_t *port)
{
    struct alice_queue *queue;

    spin_lock_irq(&alice_events_lock);
    queue = alice_queue_find(d);
    if ( queue )
    {
        *port = queue->port;
        queue->head = queue->tail = 0;
        memset(queue->wanted, 0, sizeof(queue->wanted));
        memset(queue->seq, 0, sizeof(queue->seq));
        memset(queue->lost, 0, sizeof(queue->lost));
        alice_want_again();
    }
    spin_unlock_irq(&alice_events_lock);

    return queue;
}

/*
 * Unlink queues whose domains are gone, and return them as a list.  A few at
 * each call suffice, but always all that have the address of the current
 * domain: these could be mistaken for its own.
 */
static struct alice_queue *alice_queues_dead(void)
{
    struct alice_queue *queue, **at = &alice_queues, *dead = NULL;
    unsigned int left = ALICE_MOST_DEAD;

    spin_lock_irq(&alice_events_lock);
    while ( (queue = *at) != NULL )
    {
        struct domain *d = rcu_lock_domain_by_id(queue->domid);

        if ( alice_queue_is_of(queue, d) ||
             (!left && queue->domain != current->domain) )
            at = &queue->next;
        else
        {
            *at = queue->next;
            queue->next = dead;
            dead = queue;
            left -= left != 0;
        }

        if ( d )
            rcu_unlock_domain(d);
    }
    alice_want_again();
    spin_unlock_irq(&alice_events_lock);

    return dead;
}

/*
 * Free the channel if it is not unbound: a guest that lost its port could not
 * bind it again.
 */
static void alice_channel_free_bound(struct domain *d)
{
    const struct alice_queue *queue;
    evtchn_port_t port = 0;

    spin_lock_irq(&alice_events_lock);
    queue = alice_queue_find(d);
    if ( queue && evtchn_from_port(d, queue->port)->state != ECS_UNBOUND )
        port = queue->port;
    spin_unlock_irq(&alice_events_lock);

    if ( port )
        free_xen_event_channel(d, port);
}

/* Called when the guest notifies its end of the channel; ignored. */
static void cf_check alice_raised(struct vcpu *v, unsigned int port)
{
}

/* Make the queue of a domain.  Sets @port if it returns 0. */
static int alice_queue_make(struct domain *d, evtchn_port_t *port)
{
    struct alice_queue *queue = alloc_xenheap_pages(ALICE_QUEUE_ORDER, 0);
    int rc;

    if ( !queue )
        return -ENOMEM;

    rc = alloc_unbound_xen_event_channel(d, 0, d->domain_id, alice_raised);
    if ( rc < 0 )
    {
        free_xenheap_pages(queue, ALICE_QUEUE_ORDER);
        return rc;
    }

    memset(queue, 0, sizeof(*queue));
    queue->domain = d;
    queue->domid = d->domain_id;
    queue->port = *port = rc;
    alice_consumer = evtchn_from_port(d, rc)->xen_consumer;

    spin_lock_irq(&alice_events_lock);
    queue->next = alice_queues;
    alice_queues = queue;
    spin_unlock_irq(&alice_events_lock);

    return 0;
}

ALICE_OP_RAW(XEN_ALICE_OP_EVENTS_OPEN, events_open,
             "Make this domain's queue of events, or empty it",
             XEN_ALICE_OP_F_KERNEL,
             0, 0, "", sizeof(struct xen_alice_events_open),
             "port:u32 reserved:u32")
{
    struct xen_alice_events_open answer = {};
    struct domain *d = current->domain;
    struct alice_queue *queue, *dead;
    int rc = 0;

    if ( out_len < sizeof(answer) )
        return -EINVAL;

    spin_lock(&alice_open_lock);

    alice_channel_free_bound(d);

    for ( dead = alice_queues_dead(); (queue = dead) != NULL; )
    {
        dead = queue->next;
        free_xenheap_pages(queue, ALICE_QUEUE_ORDER);
    }

    if ( !alice_queue_empty(d, &answer.port) )
        rc = alice_queue_make(d, &answer.port);

    spin_unlock(&alice_open_lock);

    return rc ?: alice_answer(out, out_len, &answer, sizeof(answer));
}

ALICE_OP_RAW(XEN_ALICE_OP_EVENTS_WANT, events_want,
             "Say which events this domain wants, a bit each",
             XEN_ALICE_OP_F_KERNEL,
             XEN_ALICE_MAX_CMDS / 8, XEN_ALICE_MAX_CMDS / 8, "cmds:bytes",
             0, "")
{
    const unsigned long *wanted = in;
    struct alice_queue *queue;
    unsigned int cmd;
    int rc;

    for ( cmd = find_first_bit(wanted, XEN_ALICE_MAX_CMDS);
          cmd < XEN_ALICE_MAX_CMDS;
          cmd = find_next_bit(wanted, XEN_ALICE_MAX_CMDS, cmd + 1) )
    {
        rc = alice_event_check(cmd);
        if ( rc )
            return rc;
    }

    spin_lock_irq(&alice_events_lock);
    queue = alice_queue_find(current->domain);
    if ( queue )
    {
        memcpy(queue->wanted, wanted, sizeof(queue->wanted));
        alice_want_again();
    }
    spin_unlock_irq(&alice_events_lock);

    return queue ? 0 : -ENOENT;
}

static int cf_check alice_events_read(const void *in, unsigned int in_len,
                                      void *out, unsigned int out_len)
{
    struct alice_queue *queue;
    unsigned int done = 0, size;
    int rc = -ENOENT;

    spin_lock_irq(&alice_events_lock);
    queue = alice_queue_find(current->domain);
    if ( queue )
    {
        while ( queue->tail != queue->head )
        {
            struct xen_alice_event event;

            alice_peek(queue, &event, sizeof(event));
            size = alice_record_size(event.len);
            if ( size > out_len - done )
                break;

            alice_peek(queue, out + done, size);
            queue->tail += size;
            done += size;
        }

        rc = done || queue->tail == queue->head ? done : -EINVAL;
    }
    spin_unlock_irq(&alice_events_lock);

    return rc;
}

/* It writes all that it claims, so @out need not be zeroed. */
ALICE_ROW(op, XEN_ALICE_OP_EVENTS_READ, "events_read", _events_read,
          "Take events out of this domain's queue",
          XEN_ALICE_OP_F_KERNEL, 0, 0, "",
          ALICE_ANY_LEN, "records:bytes", alice_events_read, true)

#else /* !ALICE_CAN_TELL */

void alice_event(const struct domain *d, unsigned int cmd,
                 const void *data, unsigned int len)
{
}

void alice_event_gone(unsigned int cmd)
{
}

#endif /* !ALICE_CAN_TELL */

/*
 * Local variables:
 * mode: C
 * c-file-style: "BSD"
 * c-basic-offset: 4
 * tab-width: 4
 * indent-tabs-mode: nil
 * End:
 */
