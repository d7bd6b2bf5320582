"""The words in which every front and every report tells a verdict (UX section 12)."""

from __future__ import annotations

KINDS = {
    "deploy": "Deploy",
    "cut": "Cut",
    "close": "Polite close",
    "stall": "Stall",
    "finish": "Ended by FIN",
    "unplanned": "Unplanned disconnect",
}
TRUTHS = {
    "ledger": "service publish log",
    "upstream": "proxy upstream record",
    "witness": "witness connection",
    "sequence": "id sequence only",
    "none": "none",
}
#: Why a verdict is unknown, in a few words.
REASONS = {
    "no-traffic": "nothing was published while it was away",
    "no-cut": "no cut was seen",
    "damaged": "part of the recording can't be read",
    "no-ids": "no id field chosen",
    "no-source": "nothing says what was published",
    "in-doubt": "updates were on their way when it broke",
    "identity": "it is not sure which client came back",
    "source-gap": "the witness was away too",
    "audience": "the witness gets other updates",
    "epoch-tail": "the server forgot its history",
    "blind": "payloads could not be read",
    "reloaded": "it reloaded without being told to",
    "handling-unseen": "what the app did with it is not seen",
    "still-away": "still away",
    "not-live": "no live update yet",
    "check-crashed": "a check stopped with an error",
}
#: The matrix of an outage, a row per client.
MATRIX = (
    "Client",
    "Away for",
    "Asked to resume from",
    "Replayed",
    "Missed",
    "Twice",
    "Out of order",
    "Time to recovered",
    "Verdict",
)
