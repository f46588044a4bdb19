CREATE TABLE IF NOT EXISTS notes (
    id INTEGER PRIMARY KEY AUTOINCREMENT, uuid TEXT NOT NULL, parent TEXT NOT NULL,
    body_text TEXT NOT NULL, body_html TEXT, is_pinned INTEGER NOT NULL DEFAULT 0,
    pinned_by_id INTEGER, user_id INTEGER,
    attachments TEXT NOT NULL DEFAULT '[]', download_all TEXT, created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS notes_of_parents ON notes (parent);
