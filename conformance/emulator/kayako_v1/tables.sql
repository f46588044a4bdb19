CREATE TABLE IF NOT EXISTS accounts (
    id INTEGER PRIMARY KEY AUTOINCREMENT, role TEXT NOT NULL UNIQUE, user_id INTEGER NOT NULL,
    password TEXT NOT NULL, token TEXT);
CREATE TABLE IF NOT EXISTS sessions (
    id TEXT PRIMARY KEY, user_id INTEGER NOT NULL, grant_id INTEGER, csrf TEXT, ip_address TEXT,
    user_agent TEXT, last_activity_at INTEGER NOT NULL, created_at INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS sessions_of_users ON sessions (user_id);
CREATE TABLE IF NOT EXISTS remembered (
    id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER NOT NULL, token TEXT NOT NULL,
    fingerprint TEXT);
CREATE TABLE IF NOT EXISTS oauth_clients (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, url TEXT, key TEXT NOT NULL,
    secret TEXT NOT NULL, scopes TEXT NOT NULL DEFAULT '[]', description TEXT, author TEXT,
    author_url TEXT, callback_url TEXT, logo_file_id INTEGER, creator_id INTEGER,
    last_used_at INTEGER, created_at INTEGER NOT NULL, updated_at INTEGER);
CREATE TABLE IF NOT EXISTS oauth_grants (
    id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER NOT NULL, client_id INTEGER NOT NULL,
    scopes TEXT NOT NULL DEFAULT '[]', access_token TEXT, refresh_token TEXT, code TEXT,
    created_at INTEGER NOT NULL, last_activity_at INTEGER, expiry_at INTEGER);
