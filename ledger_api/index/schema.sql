-- The index: what the chain says, laid out for reading. Rebuilt from the chain alone.
CREATE TABLE IF NOT EXISTS meta (
    name TEXT PRIMARY KEY,              -- chain_id, cursor (number of the last applied block)
    value TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS blocks (
    number INTEGER PRIMARY KEY,
    hash BLOB NOT NULL,
    parent_hash BLOB NOT NULL,
    timestamp INTEGER NOT NULL          -- Unix seconds UTC
);
CREATE TABLE IF NOT EXISTS transactions (
    hash BLOB PRIMARY KEY,
    block_number INTEGER NOT NULL,
    contract TEXT NOT NULL,
    input BLOB NOT NULL                 -- calldata: the signed requests
);
CREATE INDEX IF NOT EXISTS transactions_by_block ON transactions (block_number);
CREATE TABLE IF NOT EXISTS entries (
    block_number INTEGER NOT NULL,
    log_index INTEGER NOT NULL,
    block_hash BLOB NOT NULL,
    transaction_hash BLOB NOT NULL,
    contract TEXT NOT NULL,
    subject BLOB NOT NULL,
    topic BLOB NOT NULL,
    request BLOB NOT NULL,              -- digest of the signed request
    data BLOB NOT NULL,                 -- ABI encoding of the event's other fields
    PRIMARY KEY (block_number, log_index)
);
CREATE INDEX IF NOT EXISTS entries_by_subject ON entries (subject, block_number, log_index);
CREATE TABLE IF NOT EXISTS receipts (
    receipt BLOB PRIMARY KEY,
    block_number INTEGER NOT NULL,
    seller INTEGER NOT NULL,
    buyer BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS buyers (          -- every key that a receipt had; the last one counts
    receipt BLOB NOT NULL,
    buyer BLOB NOT NULL,
    block_number INTEGER NOT NULL,
    log_index INTEGER NOT NULL,
    PRIMARY KEY (receipt, block_number, log_index)
);
CREATE INDEX IF NOT EXISTS buyers_by_key ON buyers (buyer);
CREATE TABLE IF NOT EXISTS inspectors (      -- every inspector that a return had; the last one counts
    return_id BLOB NOT NULL,
    participant INTEGER NOT NULL,
    block_number INTEGER NOT NULL,
    log_index INTEGER NOT NULL,
    PRIMARY KEY (return_id, block_number, log_index)
);
CREATE INDEX IF NOT EXISTS inspectors_by_participant ON inspectors (participant);
CREATE TABLE IF NOT EXISTS returns (
    return_id BLOB PRIMARY KEY,
    block_number INTEGER NOT NULL,
    log_index INTEGER NOT NULL,
    receipt BLOB NOT NULL,
    seller INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS returns_by_receipt ON returns (receipt);
CREATE INDEX IF NOT EXISTS returns_by_seller ON returns (seller, block_number, log_index);
CREATE TABLE IF NOT EXISTS deadlines (       -- of returns that are not closed
    return_id BLOB PRIMARY KEY,
    enforceable_at INTEGER NOT NULL,    -- Unix seconds UTC; from then on anybody may call `enforce`
    until INTEGER NOT NULL,             -- Unix seconds UTC: whose turn it is has until then
    who INTEGER NOT NULL,               -- vocabulary.Turner
    act INTEGER NOT NULL                -- vocabulary.Act
);
CREATE INDEX IF NOT EXISTS deadlines_by_time ON deadlines (enforceable_at, return_id);
CREATE TABLE IF NOT EXISTS return_parcels (
    parcel BLOB NOT NULL,
    return_id BLOB NOT NULL,
    block_number INTEGER NOT NULL,
    PRIMARY KEY (parcel, return_id)
);
CREATE TABLE IF NOT EXISTS policies (
    policy BLOB NOT NULL,
    version INTEGER NOT NULL,
    block_number INTEGER NOT NULL,
    participant INTEGER NOT NULL,
    PRIMARY KEY (policy, version)
);
CREATE TABLE IF NOT EXISTS disputes (
    dispute_id BLOB PRIMARY KEY,
    block_number INTEGER NOT NULL,
    log_index INTEGER NOT NULL,
    return_id BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS disputes_by_place ON disputes (block_number, log_index);
CREATE TABLE IF NOT EXISTS dispute_deadlines (   -- of disputes that have not ended
    dispute_id BLOB PRIMARY KEY,
    enforceable_at INTEGER NOT NULL,    -- Unix seconds UTC; from then on anybody may call `enforce`
    until INTEGER NOT NULL              -- Unix seconds UTC: whose turn it is has until then
);
CREATE INDEX IF NOT EXISTS dispute_deadlines_by_time ON dispute_deadlines (enforceable_at, dispute_id);
CREATE TABLE IF NOT EXISTS judges (          -- who has a dispute now, or ruled on it
    dispute_id BLOB NOT NULL,
    participant INTEGER NOT NULL,
    PRIMARY KEY (dispute_id, participant)
);
CREATE INDEX IF NOT EXISTS judges_by_participant ON judges (participant);
