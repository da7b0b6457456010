"""The tables of the one file that holds the whole wiki.

Texts of all revisions are kept: history, undo and merging need them. `terms`, `claims` and
`sitelinks` index the newest revision of each existing entity only.
"""

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS pages (
    page_id     INTEGER PRIMARY KEY AUTOINCREMENT,
    ns          INTEGER NOT NULL,
    title       TEXT NOT NULL UNIQUE,
    entity_id   TEXT UNIQUE,
    latest      INTEGER NOT NULL DEFAULT 0,
    redirect_to TEXT,
    deleted     INTEGER NOT NULL DEFAULT 0,
    protected   INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS revisions (
    rev_id    INTEGER PRIMARY KEY AUTOINCREMENT,
    page_id   INTEGER NOT NULL REFERENCES pages,
    parent_id INTEGER NOT NULL,
    user      TEXT NOT NULL,
    timestamp TEXT NOT NULL,
    comment   TEXT NOT NULL,
    bot       INTEGER NOT NULL,
    tags      TEXT NOT NULL,
    size      INTEGER NOT NULL,
    sha1      TEXT NOT NULL,
    text      TEXT NOT NULL,
    seeded    INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS revisions_by_page ON revisions (page_id, rev_id);
CREATE INDEX IF NOT EXISTS revisions_by_user ON revisions (user, rev_id);
CREATE TABLE IF NOT EXISTS terms (
    page_id  INTEGER NOT NULL REFERENCES pages,
    kind     TEXT NOT NULL,
    language TEXT NOT NULL,
    text     TEXT NOT NULL,
    folded   TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS terms_by_page ON terms (page_id);
CREATE INDEX IF NOT EXISTS terms_by_text ON terms (text, language, kind);
CREATE INDEX IF NOT EXISTS terms_by_folded ON terms (folded);
CREATE TABLE IF NOT EXISTS claims (
    page_id  INTEGER NOT NULL REFERENCES pages,
    property TEXT NOT NULL,
    value    TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS claims_by_page ON claims (page_id);
CREATE INDEX IF NOT EXISTS claims_by_value ON claims (property, value);
CREATE TABLE IF NOT EXISTS sitelinks (
    page_id INTEGER NOT NULL REFERENCES pages,
    site    TEXT NOT NULL,
    title   TEXT NOT NULL,
    UNIQUE (site, title)
);
CREATE TABLE IF NOT EXISTS sites (
    site  TEXT PRIMARY KEY,
    pages TEXT
);
CREATE TABLE IF NOT EXISTS files (
    rev_id    INTEGER PRIMARY KEY REFERENCES revisions,
    page_id   INTEGER NOT NULL REFERENCES pages,
    sha1      TEXT NOT NULL,
    timestamp TEXT NOT NULL,
    user      TEXT NOT NULL,
    content   BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS files_by_page ON files (page_id);
CREATE INDEX IF NOT EXISTS files_by_sha1 ON files (sha1);
CREATE TABLE IF NOT EXISTS stash (
    filekey  TEXT PRIMARY KEY,
    user     TEXT NOT NULL,
    complete INTEGER NOT NULL,
    content  BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS media (
    rev_id  INTEGER PRIMARY KEY REFERENCES revisions,
    page_id INTEGER NOT NULL REFERENCES pages,
    text    TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS media_by_page ON media (page_id, rev_id);
CREATE TABLE IF NOT EXISTS sessions (
    session_id TEXT PRIMARY KEY,
    user       TEXT,
    secret     TEXT NOT NULL
);
"""
