#!/usr/bin/env bash
# A barrier for jobs of GitHub Actions, with curl and jq, which every runner has.
#
#   barrier.sh open AGENT...     creates it for these agents; the first job does that
#   barrier.sh join [DATA]       arrives with DATA (JSON) and waits for the others, who all must arrive
#   barrier.sh fail REASON       tells the others not to wait
#
# From the environment: MUSTER_URL, MUSTER_TOKEN, BARRIER (its id).
set -euo pipefail

# Prints the body of the response. Lost connections, 429 and 5xx are repeated, with growing pauses or after Retry-After,
# for four minutes. The token isn't in the process list.
call() {
  local body status
  body=$(mktemp)
  status=$(curl --silent --show-error --retry 8 --retry-all-errors --max-time 60 \
    --header @<(printf 'Authorization: Bearer %s\n' "$MUSTER_TOKEN") --header 'Content-Type: application/json' \
    --request "$1" "$MUSTER_URL/v1/$2" "${@:3}" --output "$body" --write-out '%{http_code}') || status=none
  if [[ $status == 2?? ]]; then cat "$body"; else echo "$1 $2: $status $(cat "$body")" >&2; fi
  rm "$body"
  [[ $status == 2?? ]]
}

open() {
  # The same request again finds the barrier there and changes nothing.
  jq --null-input --arg id "$BARRIER" '{id: $id, name: "Deployment", participants: $ARGS.positional,
    deadlineSeconds: 3600, endWhen: "decided"}' --args "$@" | call POST sync-points --data @- | jq --raw-output .status
}

join() {
  # From the environment of jq, not from its command line, because data may be long.
  DATA=${1:-null} jq --null-input '{data: (env.DATA | fromjson)}' |
    call POST "sync-points/$BARRIER/arrivals" --data @- >/dev/null
  local point status
  while point=$(call GET "sync-points/$BARRIER?wait=20") && status=$(jq --raw-output .status <<<"$point"); do
    case $status in
      # A proxy may answer at once, so there is a pause between two long polls.
      waiting) sleep 1 ;;
      completed)
        call GET "sync-points/$BARRIER/arrivals?limit=100" | jq --compact-output '.items[] | {agentId, data}'
        return 0
        ;;
      *)
        jq --raw-output '"The barrier has \(.status): \(.endReason // "no reason was given"). " +
          "Failed: \(.failedParticipants | join(", ")). Missing: \(.missingParticipants | join(", "))."' <<<"$point" >&2
        return 1
        ;;
    esac
  done
  return 1
}

fail() {
  # Refused if it has ended or this job has arrived; then nobody waits for it any more.
  jq --null-input --arg reason "$1" '{reason: $reason}' |
    call POST "sync-points/$BARRIER/failures" --data @- | jq --raw-output .status || true
}

case ${1:-} in
  open | join | fail) "$@" ;;
  *) sed -n '2,8s/^# \{0,1\}//p' "$0" >&2 && exit 2 ;;
esac
