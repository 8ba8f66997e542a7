"""Descriptions and candidates on the wire: sends the device dialect, reads both dialects (docs/protocol.md)."""

import re

from aiortc import RTCIceCandidate, RTCSessionDescription
from aiortc.sdp import candidate_from_sdp


def write_description(description: RTCSessionDescription) -> dict:
    return {"type": description.type, "sdp": description.sdp}


def read_description(kind: str, sdp) -> RTCSessionDescription:
    """Reads either dialect. Accepts any line ends and indented lines."""
    text = sdp["sdp"] if isinstance(sdp, dict) else sdp
    lines = [line.lstrip() for line in re.split(r"[\r\n]+", text)]
    return RTCSessionDescription(sdp="\r\n".join(line for line in lines if line) + "\r\n", type=kind)


def read_candidate(candidate: dict) -> RTCIceCandidate | None:
    """Returns None for the end of candidates. Raises ValueError for an invalid line."""
    line = candidate.get("sdp", candidate.get("candidate", "")).removeprefix("a=").removeprefix("candidate:")
    if not line:
        return None
    if len(line.split()) < 8:
        raise ValueError(f"Invalid candidate: {line!r}")
    result = candidate_from_sdp(line)
    index = candidate.get("sdpMLineIndex")
    result.sdpMid = candidate.get("sdpMid")
    result.sdpMLineIndex = None if index is None else int(index)
    return result
