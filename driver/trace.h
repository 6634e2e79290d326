/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Trace events: ops and batches, with their results.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM alice

#if !defined(ALICE_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define ALICE_TRACE_H

#include <linux/alice.h>
#include <linux/tracepoint.h>

/* A single op, or one of a batch; the result is its length or an errno. */
TRACE_EVENT(alice_op,
	    TP_PROTO(const struct alice_op *op, long result),
	    TP_ARGS(op, result),
	    TP_STRUCT__entry(__field(u32, cmd) __field(u32, in_len)
			     __field(u32, out_len) __field(int, result)),
	    TP_fast_assign(__entry->cmd = op->cmd;
			   __entry->in_len = op->in_len;
			   __entry->out_len = op->out_len;
			   __entry->result = result;),
	    TP_printk("cmd=%u in_len=%u out_len=%u result=%d", __entry->cmd,
		      __entry->in_len, __entry->out_len, __entry->result)
);

/* A batch; the result is the number of ops attempted, or an errno. */
TRACE_EVENT(alice_batch,
	    TP_PROTO(const struct alice_batch *batch, long result),
	    TP_ARGS(batch, result),
	    TP_STRUCT__entry(__field(u32, count) __field(u32, flags) __field(int, result)),
	    TP_fast_assign(__entry->count = batch->count;
			   __entry->flags = batch->flags;
			   __entry->result = result;),
	    TP_printk("count=%u flags=%#x result=%d", __entry->count,
		      __entry->flags, __entry->result)
);

#endif /* ALICE_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
