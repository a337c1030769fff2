-- Who may use the server, who is signed in, and who changed what.

CREATE TABLE user (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	name TEXT NOT NULL UNIQUE,
	role TEXT NOT NULL CHECK (role IN ('admin', 'dispatcher', 'contractor', 'auditor')),
	contractor TEXT NOT NULL DEFAULT '',
	password TEXT NOT NULL, -- argon2id with its salt and parameters, as libsodium writes it
	created_ms INTEGER NOT NULL,
	CHECK ((role = 'contractor') = (contractor <> ''))
);

-- The cookie's token is only here as BLAKE2b-256.
CREATE TABLE session (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
	token_hash BLOB NOT NULL UNIQUE CHECK (length(token_hash) = 32),
	began_ms INTEGER NOT NULL,
	seen_ms INTEGER NOT NULL
);
CREATE INDEX session_user ON session (user_id);

-- The one-time link by which the first admin is made; there is none once a user is there.
CREATE TABLE setup (
	id INTEGER PRIMARY KEY CHECK (id = 1),
	token_hash BLOB NOT NULL CHECK (length(token_hash) = 32),
	until_ms INTEGER NOT NULL
);

-- Grows with every change of users and sessions, so that a running plowd need only look at it.
CREATE TABLE account_mark (
	id INTEGER PRIMARY KEY CHECK (id = 1),
	number INTEGER NOT NULL
);
INSERT INTO account_mark (id, number) VALUES (1, 0);
CREATE TRIGGER user_added AFTER INSERT ON user BEGIN UPDATE account_mark SET number = number + 1; END;
CREATE TRIGGER user_changed AFTER UPDATE ON user BEGIN UPDATE account_mark SET number = number + 1; END;
CREATE TRIGGER user_removed AFTER DELETE ON user BEGIN UPDATE account_mark SET number = number + 1; END;
CREATE TRIGGER session_begun AFTER INSERT ON session BEGIN UPDATE account_mark SET number = number + 1; END;
CREATE TRIGGER session_ended AFTER DELETE ON session BEGIN UPDATE account_mark SET number = number + 1; END;

-- Who changed what, and when.  Names are kept as they were: users go, what they did stays.
CREATE TABLE audit (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	time_ms INTEGER NOT NULL,
	name TEXT NOT NULL,
	action TEXT NOT NULL,
	object TEXT NOT NULL DEFAULT ''
);

ALTER TABLE snow ADD COLUMN made_by TEXT NOT NULL DEFAULT '';
