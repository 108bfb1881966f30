#!/bin/bash
# db2: copies db1 when its own folder is empty, then follows it.
set -euo pipefail
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  install -d -m 700 "$PGDATA"
  PGPASSWORD=$REPLICA_PASSWORD pg_basebackup -h db1 -U replica -D "$PGDATA" -R -X stream -C -S db2
fi
exec postgres -c max_connections=300 -c wal_log_hints=on
