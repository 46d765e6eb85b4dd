# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast the clearance page counts what today's queue would look like, beside a bare walk over the same rows.

python -m tests.bench.bench_queue FOLDER
"""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from statistics import median

from sqlcipher3 import dbapi2

from desk_app.services.queue_forecast import QueueForecast
from tests.bench import dataset
from tests.bench.counter import counter_on
from tests.bench.table import Row, print_table, row_of, timed

_TIMES = 5
_WALK = """
    SELECT count(*), sum(state = 'CLEARED' AND as_of > '2025') FROM clearance_item WHERE student_no IN (
        SELECT student_no FROM holding WHERE counter = 'MAIN' AND state = 'IN_BOX' AND released_by IS NULL
    )
"""


def measure(folder: Path) -> list[Row]:
    """Measure on the big store in a folder (built when missing)."""
    with closing(dataset.open_big_store(folder)) as store:
        counter = counter_on(store)
        forecast = QueueForecast(store, counter.policy, counter.clock, counter.trail)
        queue = forecast.count()
        samples = timed(lambda _: forecast.count(), _TIMES)
    with closing(dbapi2.connect(str(folder / dataset.FILE))) as bare:
        rows, _ = bare.execute(_WALK).fetchone()
        floor = median(timed(lambda _: bare.execute(_WALK).fetchone(), _TIMES))
    note = f"{queue.ready + queue.held:,} graduates, {rows:,} rows; floor: the rows walked over, bare driver"
    return [row_of("what today's queue would look like", samples, 1000, floor, note)]


if __name__ == "__main__":
    print_table(measure(Path(sys.argv[1])))
