-- Masters that are changed without a command line: contractors, areas and depots drawn on the map,
-- routes, closures.  `version` counts the changes of a row: who changes one says which he has seen.

ALTER TABLE vehicle ADD COLUMN retired_ms INTEGER;
ALTER TABLE vehicle ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE areas ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE depots ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

CREATE INDEX vehicle_key_vehicle ON vehicle_key (vehicle_id);

-- Vehicles refer to a contractor by its name.
CREATE TABLE contractor (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	name TEXT NOT NULL UNIQUE,
	phone TEXT NOT NULL DEFAULT '',
	version INTEGER NOT NULL DEFAULT 1
);
INSERT INTO contractor (name) SELECT DISTINCT contractor FROM vehicle WHERE contractor <> '' ORDER BY contractor;

-- Routes (除雪路線): what a vehicle, or vehicles of a class, clear in this order.
CREATE TABLE routes (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	name TEXT NOT NULL UNIQUE,
	area TEXT NOT NULL DEFAULT '',
	class TEXT NOT NULL DEFAULT '',
	vehicle TEXT NOT NULL DEFAULT '',
	length_m REAL NOT NULL,
	version INTEGER NOT NULL DEFAULT 1
);
SELECT AddGeometryColumn('routes', 'geom', 4326, 'MULTILINESTRING', 'XY', 1);

-- Closures (通行止め), drawn as a line or an area, or a list of links.
CREATE TABLE closures (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	text_ja TEXT NOT NULL,
	text_ja_easy TEXT NOT NULL DEFAULT '',
	text_en TEXT NOT NULL DEFAULT '',
	from_ms BIGINT NOT NULL,
	end_ms BIGINT NOT NULL,
	made_by TEXT NOT NULL,
	made_ms BIGINT NOT NULL,
	changed_by TEXT,
	changed_ms BIGINT,
	withdrawn_by TEXT,
	withdrawn_ms BIGINT,
	version INTEGER NOT NULL DEFAULT 1
);
SELECT AddGeometryColumn('closures', 'geom', 4326, 'GEOMETRY', 'XY', 1);

-- The stretches a route runs along in its order, and those a closure closes.
CREATE TABLE stretch (
	kind TEXT NOT NULL CHECK (kind IN ('route', 'closure')),
	owner_id INTEGER NOT NULL,
	seq INTEGER NOT NULL,
	road_id INTEGER NOT NULL,
	from_m REAL NOT NULL,
	to_m REAL NOT NULL,
	PRIMARY KEY (kind, owner_id, seq)
) WITHOUT ROWID;
