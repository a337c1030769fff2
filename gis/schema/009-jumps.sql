-- The fixes that a trip ignored because the vehicle could not have driven there.  Written with the trip, like its
-- spans: the fixes themselves stay as they came.
CREATE TABLE jump (
	track_id INTEGER NOT NULL,
	time_ms INTEGER NOT NULL,
	PRIMARY KEY (track_id, time_ms)
) WITHOUT ROWID;
