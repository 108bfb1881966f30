#!/bin/bash
# Run once by db1 on an empty folder: who may follow it.
set -euo pipefail
psql -v ON_ERROR_STOP=1 -v password="$REPLICA_PASSWORD" -U "$POSTGRES_USER" <<'SQL'
CREATE ROLE replica REPLICATION LOGIN PASSWORD :'password';
SQL
echo "host replication replica samenet scram-sha-256" >> "$PGDATA/pg_hba.conf"
