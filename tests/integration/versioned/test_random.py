"""Random histories of changes, retries, code changes, crashes, abandons and publishes, against a plain full rebuild."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from transforms.errors import CasebridgeError

if TYPE_CHECKING:
    from tests.integration.versioned.warehouse import Rows, Warehouse

SEEDS = int(os.environ.get("VERSIONED_SEEDS", "2"))
STEPS = int(os.environ.get("VERSIONED_STEPS", "40"))
MODELS = ("fct_item", "fct_part", "agg_group")


@dataclass
class History:
    """One random history: what lies in the warehouse, and what a correct operator would do next."""

    warehouse: Warehouse
    rng: random.Random
    building: int | None = None
    is_built: bool = False
    is_code_new: bool = True
    published: dict[str, Rows] = field(default_factory=lambda: dict.fromkeys(MODELS, frozenset()))

    def step(self) -> str:
        """Do one random thing and say which."""
        actions = ["change", "change", "change", "build", "build", "crash", "code"]
        if self.building is not None:
            actions += ["partial", "abandon", "rebuild", *(["publish"] * 6 if self.is_built else [])]
        action = self.rng.choice(actions)
        getattr(self, action)()
        return action

    def change(self) -> None:
        """Admit some records: new, changed, moved to another item, back to an earlier state, withdrawn."""
        house, rng = self.warehouse, self.rng
        admission = house.admit()
        for _ in range(rng.randint(1, 6)):
            key, item = f"r{rng.randint(1, 12)}", f"i{rng.randint(1, 10)}"
            if rng.random() < 0.15:
                house.end(admission, key, "withdrawn_in")
            else:
                grp, tier, source = rng.choice("ab"), rng.randint(1, 2), rng.choice(["s1", "s2"])
                amount = rng.choice(["1", "1.00", "2.50", "3", "7"])
                house.record(admission, key, item, amount, grp=grp, tier=tier, source=source)

    def begin(self) -> int:
        """Begin a release where none is being built."""
        if self.building is None:
            self.building = self.warehouse.begin()
        return self.building

    def build(self) -> None:
        """Build the release: all of it is right at once, and only what differs has a new version."""
        release, house = self.begin(), self.warehouse
        built = house.build(release, full=self.is_code_new)
        self.is_built = True
        now = house.plain()
        assert house.seen(role="gate") == now
        if house.expected:
            assert house.seen() == self.published, "readers see what is being built"
        changes = {change.model: (change.added, change.removed) for change in built.changes}
        wanted = {
            name: (len(now[name] - self.published[name]), len(self.published[name] - now[name])) for name in MODELS
        }
        assert {name: changes.get(name, (0, 0)) for name in MODELS} == wanted

    def rebuild(self) -> None:
        """Build again, whatever was let in since belonging to the next release."""
        self.build()

    def code(self) -> None:
        """Change a rule: the release that is being built has to be built again, whole."""
        self.warehouse.admin.execute("update test.rule set factor = %s", (self.rng.randint(1, 3),))
        self.is_code_new, self.is_built = True, False

    def crash(self) -> None:
        """Let one model fail after it has written."""
        release, house = self.begin(), self.warehouse
        house.admin.execute("insert into test.trap values (%s)", (self.rng.choice(MODELS),))
        try:
            house.build(release, full=self.is_code_new)
            self.is_built = True
        except CasebridgeError as error:
            if "has sprung" not in error.what:
                raise
            self.is_built = False
        house.admin.execute("delete from test.trap")

    def partial(self) -> None:
        """Build the first models only, as a run that was killed does."""
        count = self.rng.randint(1, 2)
        whole = ("--full-refresh",) if self.is_code_new or not self.warehouse.expected else ()
        self.warehouse.run("run", "--select", *MODELS[:count], *whole)
        self.is_built = False

    def abandon(self) -> None:
        """Abandon the release; its admissions and its code wait for the next."""
        assert self.building is not None
        self.warehouse.abandon(self.building)
        self.building, self.is_built = None, False

    def publish(self) -> None:
        """Publish the release."""
        assert self.building is not None
        self.warehouse.publish(self.building)
        self.published = self.warehouse.expected[self.building]
        assert self.warehouse.seen() == self.published
        self.building, self.is_built, self.is_code_new = None, False, False


@pytest.mark.parametrize("seed", range(SEEDS))
def test_every_release_shows_what_a_plain_rebuild_showed_when_it_was_published(warehouse: Warehouse, seed: int) -> None:
    history = History(warehouse, random.Random(seed))
    done = [history.step() for _ in range(STEPS)]
    history.build()
    history.publish()
    warehouse.check()
    assert set(done) >= {"change", "build"}
