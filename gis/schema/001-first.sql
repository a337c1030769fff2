-- First schema.  Runs in one transaction on an empty SpatiaLite file; docs/SCHEMA.md explains every table.
-- Times are Unix milliseconds UTC (_ms), lengths metres (_m), positions of fixes degrees x 1e7 (_e7).

CREATE TABLE setting (
	key TEXT PRIMARY KEY,
	value TEXT NOT NULL
) WITHOUT ROWID;

-- What was imported.  revision changes with every replaced layer, so that a running server notices.
CREATE TABLE layer (
	id INTEGER PRIMARY KEY,
	kind TEXT NOT NULL CHECK (kind IN ('roads', 'areas', 'depots')),
	name TEXT NOT NULL,
	source TEXT NOT NULL,
	imported_ms INTEGER NOT NULL,
	features INTEGER NOT NULL,
	UNIQUE (kind, name)
);

-- Whole roads as they came.  id stays the same for a (layer, source_id) when the layer is imported anew.
CREATE TABLE roads (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	layer TEXT NOT NULL,
	source_id TEXT NOT NULL,
	name TEXT NOT NULL DEFAULT '',
	class TEXT NOT NULL DEFAULT '',
	admin TEXT NOT NULL DEFAULT 'town' CHECK (admin IN ('town', 'nation', 'prefecture', 'private', 'expressway')),
	oneway INTEGER NOT NULL DEFAULT 0 CHECK (oneway IN (-1, 0, 1)),
	width_m REAL NOT NULL DEFAULT 0,
	sidewalk INTEGER NOT NULL DEFAULT 0,
	bridge INTEGER NOT NULL DEFAULT 0,
	tunnel INTEGER NOT NULL DEFAULT 0,
	length_m REAL NOT NULL DEFAULT 0,
	UNIQUE (layer, source_id)
);
SELECT AddGeometryColumn('roads', 'geom', 4326, 'LINESTRING', 'XY', 1);
SELECT CreateSpatialIndex('roads', 'geom');

CREATE TABLE areas (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	layer TEXT NOT NULL,
	source_id TEXT NOT NULL,
	name TEXT NOT NULL DEFAULT '',
	UNIQUE (layer, source_id)
);
SELECT AddGeometryColumn('areas', 'geom', 4326, 'MULTIPOLYGON', 'XY', 1);
SELECT CreateSpatialIndex('areas', 'geom');

CREATE TABLE depots (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	layer TEXT NOT NULL,
	source_id TEXT NOT NULL,
	name TEXT NOT NULL DEFAULT '',
	UNIQUE (layer, source_id)
);
SELECT AddGeometryColumn('depots', 'geom', 4326, 'POINT', 'XY', 1);
SELECT CreateSpatialIndex('depots', 'geom');

-- When a road of this class counts as done; a class without a row follows the row ''.
CREATE TABLE road_class (
	code TEXT PRIMARY KEY,
	name TEXT NOT NULL,
	priority INTEGER NOT NULL,
	required_share REAL NOT NULL CHECK (required_share > 0 AND required_share <= 1),
	required_passes INTEGER NOT NULL CHECK (required_passes >= 1),
	both_directions INTEGER NOT NULL CHECK (both_directions IN (0, 1)),
	finish_by TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO road_class VALUES ('', '既定', 9, 0.9, 1, 0, '07:30');

CREATE TABLE vehicle (
	id INTEGER PRIMARY KEY,
	code TEXT NOT NULL UNIQUE,
	name TEXT NOT NULL DEFAULT '',
	class TEXT NOT NULL DEFAULT 'any',
	contractor TEXT NOT NULL DEFAULT '',
	token_hash BLOB,
	created_ms INTEGER NOT NULL
);

-- One sealing key of a vehicle, wrapped by the key in DB.key.  highest_number is the highest datagram
-- number whose fixes were committed: everything up to it is refused after a restart.
CREATE TABLE vehicle_key (
	key_id BLOB PRIMARY KEY CHECK (length(key_id) = 8),
	vehicle_id INTEGER NOT NULL REFERENCES vehicle (id),
	wrapped BLOB NOT NULL,
	created_ms INTEGER NOT NULL,
	good_until_ms INTEGER,
	revoked_ms INTEGER,
	highest_number INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

-- Which fix numbers of a unit's spool are stored: ranges, both ends included, never touching.
CREATE TABLE spool_range (
	vehicle_id INTEGER NOT NULL,
	spool_id INTEGER NOT NULL,
	first INTEGER NOT NULL,
	last INTEGER NOT NULL,
	PRIMARY KEY (vehicle_id, spool_id, first)
) WITHOUT ROWID;

-- The fixes that count.  Absent quantities are NULL; flags, work and trust as in common/fix.h.
CREATE TABLE fix (
	vehicle_id INTEGER NOT NULL,
	time_ms INTEGER NOT NULL,
	lon_e7 INTEGER NOT NULL,
	lat_e7 INTEGER NOT NULL,
	alt_dm INTEGER,
	speed_cmps INTEGER,
	course_cdeg INTEGER,
	hdop_c INTEGER,
	satellites INTEGER,
	quality INTEGER,
	flags INTEGER NOT NULL,
	blade INTEGER,
	work TEXT,
	work_source INTEGER,
	trust INTEGER NOT NULL,
	received_ms INTEGER NOT NULL,
	PRIMARY KEY (vehicle_id, time_ms)
) WITHOUT ROWID;

-- Other fixes of a vehicle with a millisecond that is taken: lower trust, or larger canonical bytes.
CREATE TABLE fix_superseded (
	vehicle_id INTEGER NOT NULL,
	time_ms INTEGER NOT NULL,
	canonical BLOB NOT NULL,
	trust INTEGER NOT NULL,
	received_ms INTEGER NOT NULL,
	PRIMARY KEY (vehicle_id, time_ms, canonical, trust)
) WITHOUT ROWID;

-- What could not be believed: kept with its reason until somebody decides.
CREATE TABLE quarantine (
	id INTEGER PRIMARY KEY,
	vehicle_id INTEGER,
	received_ms INTEGER NOT NULL,
	reason TEXT NOT NULL,
	trust INTEGER NOT NULL,
	canonical BLOB NOT NULL,
	released_ms INTEGER
);
CREATE UNIQUE INDEX quarantine_once ON quarantine (vehicle_id, canonical, trust);

-- Vehicles whose fixes changed since their trips were last matched, and between which times.
CREATE TABLE stale (
	vehicle_id INTEGER PRIMARY KEY,
	from_ms INTEGER NOT NULL,
	to_ms INTEGER NOT NULL,
	changes INTEGER NOT NULL
);

-- One trip: its track (M is Unix seconds, Z metres above sea level) and what became of its fixes.
CREATE TABLE tracks (
	id INTEGER PRIMARY KEY,
	vehicle_id INTEGER NOT NULL,
	vehicle TEXT NOT NULL,
	day TEXT NOT NULL,
	start_ms BIGINT NOT NULL,
	end_ms BIGINT NOT NULL,
	fixes INTEGER NOT NULL,
	matched INTEGER NOT NULL,
	off_road INTEGER NOT NULL,
	jumped INTEGER NOT NULL,
	driven_m REAL NOT NULL,
	worked_m REAL NOT NULL,
	digest BLOB NOT NULL
);
CREATE UNIQUE INDEX tracks_start ON tracks (vehicle_id, start_ms);
SELECT AddGeometryColumn('tracks', 'geom', 4326, 'LINESTRING', 'XYZM');
SELECT CreateSpatialIndex('tracks', 'geom');

-- What a trip drove, in the order driven; metres along the road as imported, from_m > to_m against it.
CREATE TABLE span (
	track_id INTEGER NOT NULL,
	seq INTEGER NOT NULL,
	road_id INTEGER NOT NULL,
	from_m REAL NOT NULL,
	to_m REAL NOT NULL,
	start_ms INTEGER NOT NULL,
	end_ms INTEGER NOT NULL,
	at_work INTEGER NOT NULL,
	source INTEGER NOT NULL,
	work TEXT NOT NULL,
	inferred INTEGER NOT NULL,
	confidence REAL NOT NULL,
	PRIMARY KEY (track_id, seq)
) WITHOUT ROWID;
CREATE INDEX span_road ON span (road_id, start_ms);

CREATE TABLE operation (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL,
	reason TEXT NOT NULL DEFAULT '',
	areas TEXT NOT NULL DEFAULT '[]',
	start_ms INTEGER NOT NULL,
	target_ms INTEGER,
	end_ms INTEGER,
	opened_by TEXT NOT NULL DEFAULT '',
	closed_by TEXT NOT NULL DEFAULT ''
);

-- "Was not cleared": takes the passes of a stretch and a span of time out of the coverage until withdrawn.
CREATE TABLE correction (
	id INTEGER PRIMARY KEY,
	road_id INTEGER NOT NULL,
	from_m REAL NOT NULL,
	to_m REAL NOT NULL,
	from_ms INTEGER NOT NULL,
	to_ms INTEGER NOT NULL,
	reason TEXT NOT NULL,
	made_by TEXT NOT NULL,
	made_ms INTEGER NOT NULL,
	withdrawn_by TEXT,
	withdrawn_ms INTEGER
);

-- Each road's state in the current operation, for QGIS and ogrinfo through the layer `coverage`.
CREATE TABLE road_state (
	road_id INTEGER PRIMARY KEY,
	status TEXT NOT NULL,
	forward_share REAL NOT NULL,
	backward_share REAL NOT NULL,
	passes INTEGER NOT NULL,
	last_ms INTEGER
);
CREATE VIEW coverage AS
	SELECT roads.id AS id, roads.layer AS layer, roads.source_id AS source_id, roads.name AS name,
		roads.class AS class, roads.admin AS admin, roads.length_m AS length_m,
		coalesce(road_state.status, 'none') AS status,
		coalesce(road_state.forward_share, 0) AS forward_share,
		coalesce(road_state.backward_share, 0) AS backward_share,
		coalesce(road_state.passes, 0) AS passes,
		strftime('%Y-%m-%dT%H:%M:%SZ', road_state.last_ms / 1000, 'unixepoch') AS last,
		roads.geom AS geom
	FROM roads LEFT JOIN road_state ON road_state.road_id = roads.id;
INSERT INTO views_geometry_columns
	(view_name, view_geometry, view_rowid, f_table_name, f_geometry_column, read_only)
	VALUES ('coverage', 'geom', 'id', 'roads', 'geom', 1);
