-- Rivers and lakes, for the maps to draw; nothing is reckoned from them.
CREATE TABLE water (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	layer TEXT NOT NULL,
	source_id TEXT NOT NULL,
	name TEXT NOT NULL DEFAULT '',
	UNIQUE (layer, source_id)
);
SELECT AddGeometryColumn('water', 'geom', 4326, 'MULTIPOLYGON', 'XY', 1);
SELECT CreateSpatialIndex('water', 'geom');

-- A CHECK cannot be changed in place.
CREATE TABLE layer_with_water (
	id INTEGER PRIMARY KEY,
	kind TEXT NOT NULL CHECK (kind IN ('roads', 'areas', 'depots', 'water')),
	name TEXT NOT NULL,
	source TEXT NOT NULL,
	imported_ms INTEGER NOT NULL,
	features INTEGER NOT NULL,
	UNIQUE (kind, name)
);
INSERT INTO layer_with_water SELECT id, kind, name, source, imported_ms, features FROM layer;
DROP TABLE layer;
ALTER TABLE layer_with_water RENAME TO layer;
