CREATE TABLE IF NOT EXISTS roles (
    id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, type TEXT NOT NULL,
    is_system INTEGER NOT NULL DEFAULT 1, created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS teams (
    id INTEGER PRIMARY KEY AUTOINCREMENT, legacy_id TEXT, title TEXT NOT NULL,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS team_members (
    id INTEGER PRIMARY KEY AUTOINCREMENT, team_id INTEGER NOT NULL, user_id INTEGER NOT NULL,
    UNIQUE (team_id, user_id));
CREATE TABLE IF NOT EXISTS users (
    id INTEGER PRIMARY KEY AUTOINCREMENT, uuid TEXT NOT NULL, full_name TEXT NOT NULL,
    legacy_id TEXT, designation TEXT NOT NULL DEFAULT '', is_enabled INTEGER NOT NULL DEFAULT 1,
    role_id INTEGER NOT NULL, agent_case_access TEXT, organization_case_access TEXT,
    organization_id INTEGER, locale_id INTEGER NOT NULL DEFAULT 1, time_zone TEXT,
    greeting TEXT, signature TEXT, status_message TEXT, password TEXT,
    password_expired INTEGER NOT NULL DEFAULT 0, otp_secret TEXT, avatar_file_id INTEGER,
    field_values TEXT NOT NULL DEFAULT '{}', last_seen_user_agent TEXT, last_seen_ip TEXT,
    last_seen_at INTEGER, last_active_at INTEGER, password_updated_at INTEGER,
    avatar_updated_at INTEGER, last_logged_in_at INTEGER, last_activity_at INTEGER,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS identity_emails (
    id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER NOT NULL, email TEXT NOT NULL,
    is_primary INTEGER NOT NULL DEFAULT 0, is_validated INTEGER NOT NULL DEFAULT 0,
    is_notification_enabled INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS identity_emails_of_users ON identity_emails (user_id);
CREATE TABLE IF NOT EXISTS user_fields (
    id INTEGER PRIMARY KEY AUTOINCREMENT, fielduuid TEXT NOT NULL, title TEXT NOT NULL,
    type TEXT NOT NULL, key TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS tags (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS object_tags (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, owner_id INTEGER NOT NULL,
    tag_id INTEGER NOT NULL, UNIQUE (kind, owner_id, tag_id));
