-- What the answers rest on: the rest of a class's rule, the snow, and what late fixes changed.

-- trigger_cm: so much new snow and a cleared road is to be cleared again; 0: never.
-- gap_m: uncleared stretches between cleared ones up to this length count as cleared.
-- trim_m: so much of a link's end at a junction is not asked for.
ALTER TABLE road_class ADD COLUMN trigger_cm REAL NOT NULL DEFAULT 10 CHECK (trigger_cm >= 0);
ALTER TABLE road_class ADD COLUMN gap_m REAL NOT NULL DEFAULT 30 CHECK (gap_m >= 0);
ALTER TABLE road_class ADD COLUMN trim_m REAL NOT NULL DEFAULT 15 CHECK (trim_m >= 0);

-- All that counting passes asks for, so that a season is counted from the index alone.
DROP INDEX span_road;
CREATE INDEX span_road ON span (road_id, start_ms, end_ms, at_work, from_m, to_m);

-- Snow depths.  An observation that is sent again takes the earlier one's place, under a new id.
CREATE TABLE snow (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	station TEXT NOT NULL,
	time_ms INTEGER NOT NULL,
	depth_cm REAL NOT NULL CHECK (depth_cm >= 0),
	made_ms INTEGER NOT NULL,
	UNIQUE (station, time_ms)
);
CREATE INDEX snow_time ON snow (time_ms);

CREATE INDEX correction_road ON correction (road_id);

-- What fixes that came late changed in passes that had been stored before.
CREATE TABLE revision (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	made_ms INTEGER NOT NULL,
	vehicle_id INTEGER NOT NULL,
	from_ms INTEGER NOT NULL,
	to_ms INTEGER NOT NULL
);
CREATE TABLE revision_pass (
	revision_id INTEGER NOT NULL REFERENCES revision (id),
	seq INTEGER NOT NULL,
	road_id INTEGER NOT NULL,
	direction INTEGER NOT NULL CHECK (direction IN (1, -1)),
	from_m REAL NOT NULL,
	to_m REAL NOT NULL,
	passes INTEGER NOT NULL CHECK (passes <> 0),
	PRIMARY KEY (revision_id, seq)
) WITHOUT ROWID;
