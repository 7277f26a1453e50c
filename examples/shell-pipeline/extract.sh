#!/usr/bin/env bash
# Counts the rows of a CSV file without its header, and writes the number for the others: extract.sh SOURCE RESULT
set -euo pipefail

if [[ ! -r $1 ]]; then
  echo "There is no file $1" >&2
  exit 1
fi
rows=$(tail -n +2 "$1" | wc -l)
echo "{\"rows\": $((rows))}" >"$2"
