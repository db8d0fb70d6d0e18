"""Where on the interpreter's stack a loop begins makes no difference to what it costs."""

import resource

from dataops.web.stack import roomy

DEPTHS, TURNS = range(0, 300, 2), 100


def page_faults(depth: int) -> int:
    """Of a loop of calls, so many calls down the stack."""
    if depth:
        return page_faults(depth - 1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(TURNS):
        _one_turn()
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def _one_turn() -> None:
    (lambda: None)()


def test_with_room_no_depth_asks_for_memory_at_every_turn() -> None:
    assert max(map(page_faults, DEPTHS)) >= TURNS
    assert max(map(roomy(page_faults), DEPTHS)) < TURNS / 2


def test_with_room_a_call_is_the_same_call() -> None:
    assert roomy(divmod)(7, 2) == (3, 1)
