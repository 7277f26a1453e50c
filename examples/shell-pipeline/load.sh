#!/usr/bin/env bash
# Stands for what needs all extracts: load.sh ENDING, the JSON that `muster sync-points wait --json` has printed.
set -euo pipefail

jq --raw-output '"Loading \([.data[].rows] | add) rows"' "$1"
