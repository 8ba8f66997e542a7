"""The connection with one peer in the room."""

import asyncio
from collections.abc import Awaitable, Callable

from aiortc import MediaStreamTrack, RTCConfiguration, RTCIceCandidate, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError

from reports import report

Step = Callable[[], Awaitable[None]]
Send = Callable[[RTCSessionDescription], Awaitable[None]]

# A count is reported each time it has grown by this number.
REPORT_EVERY = 5

# Seconds without a first frame after which a key frame is requested, again and again.
KEY_FRAME_DELAY = 1


class Viewer:
    """Sends the video to a peer, and counts what it receives.

    Descriptions and candidates are handled one at a time, in order.
    """

    def __init__(self, peer: str, configuration: RTCConfiguration, video: MediaStreamTrack, send: Send):
        """`send` sends an offer or an answer to the peer."""
        self._peer = peer
        self._send = send
        self._connection = RTCPeerConnection(configuration)
        self._candidates: list[RTCIceCandidate] = []
        self._has_candidate = False
        self._held: list[Step] = []
        self._last: asyncio.Task | None = None
        self._counters: set[asyncio.Task] = set()
        self._connection.addTrack(video)
        self._connection.on("connectionstatechange", self._report_state)
        self._connection.on("track", self._start_counter)
        self._connection.on("datachannel", self._echo)

    def send_offer(self) -> None:
        """Sends the first offer."""
        self._queue(self._offer)

    def receive_description(self, description: RTCSessionDescription) -> None:
        """Applies an offer and answers it, or applies an answer."""

        async def step() -> None:
            await self._apply(description)
            if description.type == "offer":
                await self._set_and_send(await self._connection.createAnswer())

        # Once both descriptions are set, aiortc checks the candidates that it has, and fails if there are none.
        self._held.append(step)
        if self._has_candidate or "a=candidate:" in description.sdp:
            self._release()

    def receive_candidate(self, candidate: RTCIceCandidate) -> None:
        """Adds a candidate. It may come before its description."""

        async def step() -> None:
            self._candidates.append(candidate)
            if self._connection.remoteDescription is not None:
                await self._connection.addIceCandidate(candidate)

        self._has_candidate = True
        self._queue(step)
        self._release()

    async def close(self) -> None:
        for task in [self._last, *self._counters]:
            if task is not None:
                task.cancel()
        await self._connection.close()

    def _release(self) -> None:
        held, self._held = self._held, []
        for step in held:
            self._queue(step)

    def _queue(self, step: Step) -> None:
        self._last = asyncio.create_task(self._run_after(self._last, step))

    async def _run_after(self, previous: asyncio.Task | None, step: Step) -> None:
        if previous is not None:
            await asyncio.wait([previous])
        try:
            await step()
        except Exception as error:  # no message of a peer may stop the device
            report("error", peer=self._peer, message=f"{type(error).__name__}: {error}")

    async def _offer(self) -> None:
        # Only the video: aiortc numbers the header extensions of each kind of media separately, and Chromium rejects an
        # offer that uses one number twice. A peer that sends sound offers it afterwards.
        await self._set_and_send(await self._connection.createOffer())

    async def _apply(self, description: RTCSessionDescription) -> None:
        is_first = self._connection.remoteDescription is None
        await self._connection.setRemoteDescription(description)
        for candidate in self._candidates if is_first else []:
            await self._connection.addIceCandidate(candidate)

    async def _set_and_send(self, description: RTCSessionDescription) -> None:
        """aiortc gathers while it sets a description: the description has all candidates, and none follows."""
        await self._connection.setLocalDescription(description)
        await self._send(self._connection.localDescription)

    def _report_state(self) -> None:
        report("peer", peer=self._peer, state=self._connection.connectionState)

    def _start_counter(self, track: MediaStreamTrack) -> None:
        task = asyncio.create_task(self._count(track))
        self._counters.add(task)
        task.add_done_callback(self._counters.discard)

    async def _count(self, track: MediaStreamTrack) -> None:
        count = 0
        requests = asyncio.create_task(self._request_key_frames(track))
        try:
            while True:
                await track.recv()
                requests.cancel()
                count += 1
                if count % REPORT_EVERY == 0:
                    report("received", peer=self._peer, kind=track.kind, count=count)
        except MediaStreamError:
            pass  # the track has ended
        finally:
            requests.cancel()

    async def _request_key_frames(self, track: MediaStreamTrack) -> None:
        """
        aiortc drops what arrives before its own end of DTLS is complete. If that was the first key frame, it can decode
        none of the frames after it, and does not ask for another.
        """
        receiver = next(each for each in self._connection.getReceivers() if each.track is track)
        while track.kind == "video":
            await asyncio.sleep(KEY_FRAME_DELAY)
            for source in receiver.getSynchronizationSources():
                await receiver._send_rtcp_pli(source.source)  # aiortc has no public method for it

    def _echo(self, channel) -> None:
        @channel.on("message")
        def on_message(message):
            if isinstance(message, str):
                report("message", peer=self._peer, text=message)
            channel.send(message)
