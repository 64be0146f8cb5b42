-- The table that clickhouse.toml writes to. Rows older than 90 days are deleted.
CREATE TABLE IF NOT EXISTS dnsward.query (
    time              DateTime64(6, 'UTC'),
    observer          LowCardinality(String),
    client            IPv6,
    name              String,
    registered_domain String,
    type              LowCardinality(String),
    response_code     LowCardinality(String),
    verdict           LowCardinality(String),
    ruleset           LowCardinality(String),
    rule              String,
    category          LowCardinality(String),
    techniques        Array(LowCardinality(String)),
    dga               Float32,
    duration          UInt64,
    event             String
) ENGINE = MergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (verdict, registered_domain, time)
TTL toDateTime(time) + INTERVAL 90 DAY;
