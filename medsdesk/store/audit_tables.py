"""The tables that chain the rows of the trail, as migration m009 makes them."""

from __future__ import annotations

from typing import Final

# Beside the trail and not in it: its rows were promised never to change, older ones too.
AUDIT_CHAIN: Final = """
CREATE TABLE audit_keys (
    number INTEGER NOT NULL PRIMARY KEY,
    place TEXT NOT NULL CHECK (place IN ('workspace', 'keyring')),
    secret TEXT, -- 64 hexadecimal digits; NULL: the keyring of the system has it
    made_at TEXT NOT NULL,
    CHECK ((place = 'workspace') = (secret IS NOT NULL))
);
CREATE TABLE audit_links (
    seq INTEGER NOT NULL PRIMARY KEY REFERENCES audit (seq),
    version TEXT NOT NULL, -- of the MedsDesk that wrote the row
    key INTEGER NOT NULL REFERENCES audit_keys (number),
    mac TEXT NOT NULL -- HMAC-SHA256 over the row, its number and the mac of the row before
);
CREATE TABLE audit_head ( -- the last link, known apart from it: a trail that was cut off shows
    only INTEGER NOT NULL PRIMARY KEY CHECK (only = 1),
    seq INTEGER NOT NULL,
    mac TEXT NOT NULL,
    key INTEGER NOT NULL REFERENCES audit_keys (number),
    seal TEXT NOT NULL -- HMAC-SHA256 over seq and mac
);

CREATE TRIGGER audit_keys_never_change BEFORE UPDATE ON audit_keys
BEGIN SELECT RAISE(ABORT, 'keys of the trail never change'); END;
CREATE TRIGGER audit_keys_never_go BEFORE DELETE ON audit_keys
BEGIN SELECT RAISE(ABORT, 'keys of the trail never go'); END;
CREATE TRIGGER audit_keys_are_not_replaced BEFORE INSERT ON audit_keys
WHEN EXISTS (SELECT 1 FROM audit_keys WHERE number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'keys of the trail are not replaced'); END;
CREATE TRIGGER audit_links_never_change BEFORE UPDATE ON audit_links
BEGIN SELECT RAISE(ABORT, 'links of the trail never change'); END;
CREATE TRIGGER audit_links_never_go BEFORE DELETE ON audit_links
BEGIN SELECT RAISE(ABORT, 'links of the trail never go'); END;
CREATE TRIGGER audit_links_follow_each_other BEFORE INSERT ON audit_links
WHEN NEW.seq <> coalesce((SELECT max(seq) FROM audit_links), 0) + 1
BEGIN SELECT RAISE(ABORT, 'links of the trail follow each other'); END;
CREATE TRIGGER audit_head_only_goes_on BEFORE UPDATE ON audit_head
WHEN NEW.seq <> OLD.seq + 1
BEGIN SELECT RAISE(ABORT, 'the head of the trail only goes on'); END;
CREATE TRIGGER audit_head_never_goes BEFORE DELETE ON audit_head
BEGIN SELECT RAISE(ABORT, 'the head of the trail never goes'); END;
CREATE TRIGGER audit_head_is_not_replaced BEFORE INSERT ON audit_head
WHEN EXISTS (SELECT 1 FROM audit_head)
BEGIN SELECT RAISE(ABORT, 'the head of the trail is not replaced'); END;
"""
