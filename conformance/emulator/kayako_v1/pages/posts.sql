CREATE TABLE IF NOT EXISTS posts (
    id INTEGER PRIMARY KEY AUTOINCREMENT, case_id INTEGER NOT NULL, uuid TEXT NOT NULL,
    client_id TEXT, subject TEXT NOT NULL, contents TEXT NOT NULL, creator_id INTEGER,
    identity_id INTEGER, source_channel_id TEXT, is_note INTEGER NOT NULL DEFAULT 0,
    destination_medium TEXT, source TEXT NOT NULL DEFAULT 'API',
    metadata TEXT NOT NULL DEFAULT '{}', post_status TEXT NOT NULL DEFAULT 'SENT',
    post_status_reject_type TEXT, post_status_reject_reason TEXT,
    post_status_updated_at INTEGER NOT NULL, created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS posts_of_cases ON posts (case_id);
CREATE TABLE IF NOT EXISTS attachments (
    id INTEGER PRIMARY KEY AUTOINCREMENT, post_id INTEGER NOT NULL, name TEXT NOT NULL,
    size INTEGER NOT NULL, width INTEGER NOT NULL DEFAULT 0,
    height INTEGER NOT NULL DEFAULT 0, type TEXT NOT NULL, contents BLOB NOT NULL,
    created_at INTEGER NOT NULL);
