"""Every kind of hostile request, and the clients that keep a connection waiting."""

import hostile


def test_every_row_of_the_table():
    # Other tests run beside this one.
    hostile.SLOWNESS = max(hostile.SLOWNESS, 5)
    outcomes = hostile.table()
    print(*outcomes, sep="\n")
    assert not [str(outcome) for outcome in outcomes if not outcome.is_well]
