-- The part of Dynoxide's file that it doesn't make well enough by itself; prepared.db is made of this:
--
--     rm -f prepared.db && sqlite3 prepared.db < prepared.sql
--
-- As Dynoxide 1.2.1 makes it. It keeps every change of a table with a stream here, for ever.
CREATE TABLE _stream_records (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    table_name TEXT NOT NULL,
    event_name TEXT NOT NULL,
    keys_json TEXT NOT NULL,
    new_image TEXT,
    old_image TEXT,
    sequence_number TEXT NOT NULL,
    shard_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    user_identity TEXT
);

-- Every write asks for a table's highest number, every read of the stream for what follows a number. Without an index,
-- each looks through all records.
CREATE INDEX stream_records_in_order ON _stream_records (table_name, CAST(sequence_number AS INTEGER));

-- Keeps the newest 100,000 changes of each table, so that the file stops growing. The newest must always stay: the next
-- number is one more than the highest that is there, and a reader asks for what follows the number that it has.
CREATE TRIGGER stream_records_trimmed AFTER INSERT ON _stream_records BEGIN
    DELETE FROM _stream_records
    WHERE table_name = NEW.table_name
        AND CAST(sequence_number AS INTEGER) <= CAST(NEW.sequence_number AS INTEGER) - 100000;
END;
