#!/usr/bin/env bash
# A pipeline of shell scripts: two extracts run side by side, and the load starts when both have succeeded.
#
# With MUSTER_URL and the token of an admin in MUSTER_TOKEN, as in examples/README.md:
#
#   examples/shell-pipeline/pipeline.sh orders.csv customers.csv
#
# Here all run on one machine. An extract can as well run on another: it needs its token, and the id of the sync point.
set -euo pipefail

muster() { ${MUSTER_COMMAND:-npx muster} "$@"; }

folder=$(dirname "$0")
run=$(date +%s)-$$
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT

orders=$(muster agents register "orders-$run")
customers=$(muster agents register "customers-$run")
muster sync-points create "extracts-$run" --participants "orders-$run,customers-$run" --in 10m >/dev/null

# `run` arrives with what the command has written to the file if it succeeds, and fails with its last line if not.
MUSTER_TOKEN=$orders muster run --sync-point "extracts-$run" --as-data "$work/orders.json" -- \
  "$folder/extract.sh" "$1" "$work/orders.json" &
MUSTER_TOKEN=$customers muster run --sync-point "extracts-$run" --as-data "$work/customers.json" -- \
  "$folder/extract.sh" "$2" "$work/customers.json" &

# 0 if both have arrived. Otherwise 5 (failed), 3 (expired) or 4 (cancelled), which ends this script.
ending=0
muster sync-points wait "extracts-$run" --json >"$work/ending.json" || ending=$?
wait
if [[ $ending != 0 ]]; then exit "$ending"; fi
"$folder/load.sh" "$work/ending.json"
