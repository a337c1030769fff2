-- What calls for a dispatcher.  A unit that falls silent in its shift raises one alarm, which is open until the unit
-- is heard again or its shift is over; a new silence is a new row.
CREATE TABLE alarm (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	vehicle_id INTEGER NOT NULL REFERENCES vehicle (id),
	since_ms INTEGER NOT NULL,
	raised_ms INTEGER NOT NULL,
	ended_ms INTEGER,
	acknowledged_by TEXT,
	acknowledged_ms INTEGER
);
CREATE UNIQUE INDEX alarm_open ON alarm (vehicle_id) WHERE ended_ms IS NULL;
