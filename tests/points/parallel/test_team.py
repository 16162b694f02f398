"""A team of threads: results in block order, errors, forks."""

import os
import threading
import time
import warnings

import pytest

from kmosaic.points.parallel.team import ThreadTeam


@pytest.mark.parametrize("n_threads", [1, 2, 7, 50])
@pytest.mark.parametrize("n_blocks", [1, 2, 30])
def test_results_come_in_block_order(n_blocks: int, n_threads: int) -> None:
    def work(block: int) -> int:
        time.sleep(
            0.001 * ((block * 7) % 3)
        )  # so that later blocks end before earlier ones
        return block

    collected: list[int] = []
    team = ThreadTeam(n_threads)
    for _ in range(2):
        collected.clear()
        team.map_ordered(work, collected.append, n_blocks)
        assert collected == list(range(n_blocks))
    team.close()


@pytest.mark.parametrize("failing", [0, 5, 29])
def test_an_error_ends_all_threads(failing: int) -> None:
    def work(block: int) -> int:
        if block == failing:
            raise ZeroDivisionError
        return block

    team, collected = ThreadTeam(4), list[int]()
    with pytest.raises(ZeroDivisionError):
        team.map_ordered(work, collected.append, 30)
    assert collected == list(range(len(collected)))
    assert len(collected) <= failing
    team.map_ordered(lambda block: block, collected.append, 3)  # it can go on
    team.close()


def test_nothing_is_collected_after_an_error_in_collecting() -> None:
    collected: list[int] = []

    def collect(block: int) -> None:
        if block == 5:
            raise ZeroDivisionError
        collected.append(block)

    team = ThreadTeam(4)
    with pytest.raises(ZeroDivisionError):
        team.map_ordered(lambda block: block, collect, 30)
    team.close()
    assert collected == list(range(5))


def test_dismissed_threads_are_gone() -> None:
    before = threading.active_count()
    team = ThreadTeam(5)
    team.map_ordered(lambda block: time.sleep(0.001), lambda _: None, 20)
    assert threading.active_count() == before + 4
    team.close()
    assert threading.active_count() == before


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
def test_a_forked_process_starts_its_own_threads() -> None:
    team = ThreadTeam(3)
    team.map_ordered(lambda block: block, lambda _: None, 10)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python warns of forking with threads: that is it
        child = os.fork()
    if child == 0:
        collected: list[int] = []
        team.map_ordered(lambda block: block, collected.append, 10)
        team.close()
        os._exit(0 if collected == list(range(10)) else 1)
    assert os.waitpid(child, 0)[1] == 0
    team.close()


def test_no_blocks_are_no_work() -> None:
    for n_threads in (1, 3):
        ThreadTeam(n_threads).map_ordered(lambda block: 1 // 0, lambda _: None, 0)


def test_teams_of_other_types_share_their_threads_but_not_what_is_compiled() -> None:
    ours = ThreadTeam(3, "ours")
    theirs = ours.with_signature("theirs")
    first_blocks: list[tuple[str, int]] = []

    def work(block: int) -> int:
        if block == 0:
            first_blocks.append((threading.current_thread().name, threading.get_ident()))
        time.sleep(0.001)
        return block

    before = threading.active_count()
    for team in (ours, theirs):
        team.map_ordered(work, lambda _: None, 20)
    assert threading.active_count() == before + 2
    # The first block of each signature is the calling thread's: it compiles.
    assert {ident for _, ident in first_blocks} == {threading.get_ident()}
    theirs.close()
    assert threading.active_count() == before
