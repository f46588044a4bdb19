CREATE TABLE IF NOT EXISTS cases (
    id INTEGER PRIMARY KEY AUTOINCREMENT, legacy_id TEXT, subject TEXT NOT NULL,
    portal TEXT NOT NULL DEFAULT 'API', source_channel_id TEXT, last_public_channel_id TEXT,
    requester_id INTEGER, creator_id INTEGER, identity_id INTEGER, assigned_agent_id INTEGER,
    assigned_team_id INTEGER, last_assigned_by_id INTEGER, brand_id INTEGER DEFAULT 1,
    status_id INTEGER, priority_id INTEGER, type_id INTEGER, form_id INTEGER DEFAULT 1,
    field_values TEXT NOT NULL DEFAULT '{}', last_replier_id INTEGER,
    last_replier_identity_id INTEGER, last_completed_by_id INTEGER, last_updated_by_id INTEGER,
    last_closed_by_id INTEGER, state TEXT NOT NULL DEFAULT 'ACTIVE',
    is_merged INTEGER NOT NULL DEFAULT 0, rating TEXT,
    rating_status TEXT NOT NULL DEFAULT 'UNOFFERED', realtime_channel TEXT NOT NULL,
    last_assigned_at INTEGER, last_replied_at INTEGER, last_opened_at INTEGER,
    last_pending_at INTEGER, last_closed_at INTEGER, last_completed_at INTEGER,
    last_agent_activity_at INTEGER, last_customer_activity_at INTEGER,
    last_reply_by_agent_at INTEGER, last_reply_by_requester_at INTEGER,
    agent_updated_at INTEGER, latest_assignee_update INTEGER, created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS case_forms (
    id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, is_default INTEGER NOT NULL,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS case_fields (
    id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, title TEXT NOT NULL,
    type TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS brands (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, is_default INTEGER NOT NULL,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS tags (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE);
