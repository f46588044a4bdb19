CREATE TABLE IF NOT EXISTS organizations (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, legacy_id TEXT,
    is_shared INTEGER NOT NULL DEFAULT 0, is_validated INTEGER DEFAULT 0,
    field_values TEXT NOT NULL DEFAULT '{}', created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS identity_domains (
    id INTEGER PRIMARY KEY AUTOINCREMENT, organization_id INTEGER NOT NULL, domain TEXT NOT NULL,
    is_primary INTEGER NOT NULL DEFAULT 0, is_validated INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS organization_fields (
    id INTEGER PRIMARY KEY AUTOINCREMENT, fielduuid TEXT NOT NULL, title TEXT NOT NULL,
    type TEXT NOT NULL, key TEXT NOT NULL UNIQUE,
    is_visible_to_customers INTEGER NOT NULL DEFAULT 0, customer_titles TEXT NOT NULL DEFAULT '[]',
    is_customer_editable INTEGER NOT NULL DEFAULT 0,
    is_required_for_customers INTEGER NOT NULL DEFAULT 0, descriptions TEXT NOT NULL DEFAULT '[]',
    regular_expression TEXT, sort_order INTEGER NOT NULL, is_enabled INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS organization_field_options (
    id INTEGER PRIMARY KEY AUTOINCREMENT, field_id INTEGER NOT NULL, fielduuid TEXT NOT NULL,
    label_ids TEXT NOT NULL DEFAULT '[]', sort_order INTEGER NOT NULL, created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS locale_fields (
    id INTEGER PRIMARY KEY AUTOINCREMENT, locale TEXT NOT NULL, translation TEXT NOT NULL,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS activities (
    id INTEGER PRIMARY KEY AUTOINCREMENT, parent TEXT NOT NULL, activity TEXT NOT NULL,
    actor_id INTEGER NOT NULL, verb TEXT NOT NULL, summary TEXT NOT NULL,
    actions TEXT NOT NULL DEFAULT '[]', portal TEXT NOT NULL DEFAULT 'API',
    weight REAL NOT NULL DEFAULT 0.5, ip_address TEXT, created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL);
