# SPDX-License-Identifier: GPL-2.0-only
"""Call op "late" in every way while it is loaded and unloaded, until SIGTERM; print TAP.

There are two versions of it: one answers "sum", the other "difference". A line that ends
in "met all" says that a thread has met both, and neither.
"""
import collections
import errno
import signal
import sys
import threading
import time

import alice

SEEN = "sum", "difference", "gone"
stop = threading.Event()


def verdict(i, answer):
    """Classify an answer to 1000 * i and i, or an error."""
    if isinstance(answer, alice.Error) and answer.errno == errno.EOPNOTSUPP:
        return "gone"
    if isinstance(answer, alice.NoSuchOp):
        return "gone"
    expected = {("sum", 1001 * i): "sum", ("difference", 999 * i): "difference"}
    if isinstance(answer, alice.Answer):
        return expected.get((answer._fields[0], answer[0]), repr(answer))
    return repr(answer)


def single(dev, _):
    """Single calls"""
    i = 0
    while True:
        i += 1
        try:
            yield i, dev.late(1000 * i, i)
        except (alice.Error, alice.NoSuchOp) as e:
            yield i, e


def many(dev, _):
    """Many calls"""
    def calls():
        for i in range(1, 1 << 40):
            yield "late", (1000 * i, i)
    answers = dev.call_many(calls(), return_exceptions=True)
    return enumerate(answers, 1)


def batch(dev, tally):
    """Batches"""
    while True:
        pending = []
        try:
            with dev.batch() as b:
                for i in range(1, 20):
                    pending.append((i, b.late(1000 * i, i)))
        except (alice.Error, alice.NoSuchOp) as e:
            pending.clear()
            yield 1, e
        for i, call in pending:
            try:
                yield i, call.result()
            except (alice.Error, alice.NoSuchOp) as e:
                yield i, e
            except TypeError:
                # It was checked by the fields of one version, and run by the other.
                tally["other fields"] += 1


def work(dev, way, tally):
    met = False
    try:
        for i, answer in way(dev, tally):
            got = verdict(i, answer)
            tally[got] += 1
            if not met and tally.keys() >= set(SEEN):
                met = True
                print(f"# {way.__doc__} met all", flush=True)
            if stop.is_set():
                return
            if got == "gone":
                time.sleep(0.001)
    except Exception as e:
        tally[f"ended by {e!r}"] += 1


def main():
    shared = alice.open()
    ways = [(single, shared), (single, shared), (many, alice.open()), (batch, alice.open())]
    tallies = [collections.Counter() for _ in ways]
    threads = [threading.Thread(target=work, args=(dev, way, tally))
               for (way, dev), tally in zip(ways, tallies)]
    for thread in threads:
        thread.start()
    signal.sigwait({signal.SIGTERM})
    stop.set()
    bad = 0
    for i, (thread, (way, _), tally) in enumerate(zip(threads, ways, tallies), 1):
        thread.join()
        good = set(tally) - {"other fields"} == set(SEEN)
        bad += not good
        print(f"# {way.__doc__}: {dict(tally.most_common(6))}")
        print(f"{'' if good else 'not '}ok {i} - {way.__doc__.lower()} met both ops and none, "
              "and no other answer")
    print(f"1..{len(ways)}")
    return bad != 0


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    sys.exit(main())
