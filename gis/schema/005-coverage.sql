-- Widths in the rule of a class, and what a whole night added up to.

-- required_width_m: so wide every metre of the share must have been swept, the blades of its passes
-- added up; 0: not asked.  A vehicle whose blade width is not known sweeps none.
ALTER TABLE road_class ADD COLUMN required_width_m REAL NOT NULL DEFAULT 0 CHECK (required_width_m >= 0);
ALTER TABLE vehicle ADD COLUMN blade_width_m REAL CHECK (blade_width_m > 0 AND blade_width_m <= 10);

-- How often each link was cleared in a whole operational day (server/night_totals.h): may be deleted at
-- any time, and is deleted in the transaction that changes anything it was counted from.
CREATE TABLE night_total (
	from_ms INTEGER PRIMARY KEY,
	to_ms INTEGER NOT NULL,
	network_revision INTEGER NOT NULL,
	counts BLOB NOT NULL
);
-- Raised with each such change, so that what was counted before it is not stored after it.
CREATE TABLE night_change (number INTEGER NOT NULL);
INSERT INTO night_change VALUES (0);

CREATE TRIGGER night_total_track_came AFTER INSERT ON tracks BEGIN
	DELETE FROM night_total WHERE from_ms <= NEW.end_ms AND to_ms > NEW.start_ms;
	UPDATE night_change SET number = number + 1;
END;
CREATE TRIGGER night_total_track_went AFTER DELETE ON tracks BEGIN
	DELETE FROM night_total WHERE from_ms <= OLD.end_ms AND to_ms > OLD.start_ms;
	UPDATE night_change SET number = number + 1;
END;
CREATE TRIGGER night_total_corrected AFTER INSERT ON correction BEGIN
	DELETE FROM night_total WHERE from_ms <= NEW.to_ms AND to_ms > NEW.from_ms;
	UPDATE night_change SET number = number + 1;
END;
CREATE TRIGGER night_total_withdrawn AFTER UPDATE ON correction BEGIN
	DELETE FROM night_total WHERE from_ms <= NEW.to_ms AND to_ms > NEW.from_ms;
	UPDATE night_change SET number = number + 1;
END;
