-- A class's rule is changed by people: who changes one says which version he has seen.
ALTER TABLE road_class ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
