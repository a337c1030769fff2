-- What a night holds, without reading the tracks' lines: their metres by day.
CREATE INDEX tracks_day ON tracks (day, vehicle_id, driven_m, worked_m);
-- The trips of a time, whosever they are, for the replay of the roads.
CREATE INDEX tracks_time ON tracks (start_ms, end_ms, vehicle_id);
