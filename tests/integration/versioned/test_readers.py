"""People who read all the time, through many releases, see each of them whole or not at all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event

from tests.integration.versioned.warehouse import Warehouse

RELEASES, READERS = 200, 2
ITEMS = 3
# Every release says its own number in every row: a half of one, or two at once, would show two numbers.
_SEEN = """
select array(
    select distinct amount::integer from marts.fct_item
    union select distinct (amount / items)::integer from marts.agg_group
    union select distinct (share * 3)::integer from marts.fct_part
    union select -1 from marts.fct_item having count(*) <> %(items)s
    union select -2 from marts.agg_group having coalesce(sum(items), 0) <> %(items)s
), current_setting('transaction_isolation')
"""


@dataclass
class Course:
    """How far the releases are: `published` is over, `publishing` may be seen already."""

    published: int = 1
    publishing: int = 1
    done: Event = field(default_factory=Event)


def _read(house: Warehouse, course: Course) -> list[int]:
    seen = []
    with house.session("analyst") as reader:
        # Readers that never rest would leave the builder no time.
        while not course.done.wait(0.1):
            least = course.published
            row = reader.execute(_SEEN, {"items": ITEMS}).fetchone()
            assert row is not None
            (number,) = row[0]
            assert least <= number <= course.publishing, f"saw {number} between {least} and {course.publishing}"
            seen.append(number)
    return seen


def _publish_all(house: Warehouse, course: Course) -> None:
    try:
        for number in range(2, RELEASES + 1):
            _say(house, number)
            release = house.begin()
            house.run("run")
            course.publishing = number
            house.publish(release)
            course.published = number
    finally:
        course.done.set()


def _say(house: Warehouse, number: int) -> None:
    admission = house.admit()
    for item in range(ITEMS):
        house.record(admission, f"r{item}", f"i{item}", str(number), tier=item)


def test_readers_through_200_releases_see_each_whole(warehouse: Warehouse) -> None:
    _say(warehouse, 1)
    warehouse.release()
    course = Course()
    with ThreadPoolExecutor(READERS) as readers:
        reading = [readers.submit(_read, warehouse, course) for _ in range(READERS)]
        _publish_all(warehouse, course)
        seen = [future.result() for future in reading]
    for numbers in seen:
        assert numbers == sorted(numbers)
        assert len(set(numbers)) > RELEASES // 2
    assert len(warehouse.expected) == RELEASES
