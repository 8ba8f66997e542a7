"""One connection with one peer in the room."""

import asyncio
from collections.abc import Awaitable, Callable

from aiortc import MediaStreamTrack, RTCConfiguration, RTCIceCandidate, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError

from reports import report

Step = Callable[[], Awaitable[None]]
Say = Callable[[RTCSessionDescription], Awaitable[None]]

# A count is reported when it has grown by this many.
REPORT_EVERY = 5


class Viewer:
    """Shows a peer the picture, and counts what comes. What the peer says is dealt with one thing after the other, in its order."""

    def __init__(self, peer: str, configuration: RTCConfiguration, picture: MediaStreamTrack, say: Say):
        """`say` brings an offer or an answer to the peer."""
        self._peer = peer
        self._say = say
        self._connection = RTCPeerConnection(configuration)
        self._candidates: list[RTCIceCandidate] = []
        self._heard_candidates = False
        self._held: list[Step] = []
        self._tail: asyncio.Task | None = None
        self._counting: set[asyncio.Task] = set()
        self._connection.addTrack(picture)
        self._connection.on("connectionstatechange", self._tell_state)
        self._connection.on("track", self._count)
        self._connection.on("datachannel", self._echo)

    def propose(self) -> None:
        """Makes the first offer."""
        self._then(self._offer)

    def take(self, description: RTCSessionDescription) -> None:
        """Applies an offer, and answers it; or applies an answer."""

        async def step() -> None:
            await self._apply(description)
            if description.type == "offer":
                await self._describe(await self._connection.createAnswer())

        # aiortc tries the candidates that it knows when both descriptions are in place, and gives up where there is none.
        self._held.append(step)
        if self._heard_candidates or "a=candidate:" in description.sdp:
            self._release()

    def add(self, candidate: RTCIceCandidate) -> None:
        """Adds a candidate; it may come before its description."""

        async def step() -> None:
            self._candidates.append(candidate)
            if self._connection.remoteDescription is not None:
                await self._connection.addIceCandidate(candidate)

        self._heard_candidates = True
        self._then(step)
        self._release()

    async def close(self) -> None:
        for task in [self._tail, *self._counting]:
            if task is not None:
                task.cancel()
        await self._connection.close()

    def _release(self) -> None:
        held, self._held = self._held, []
        for step in held:
            self._then(step)

    def _then(self, step: Step) -> None:
        self._tail = asyncio.create_task(self._after(self._tail, step))

    async def _after(self, before: asyncio.Task | None, step: Step) -> None:
        if before is not None:
            await asyncio.wait([before])
        try:
            await step()
        except Exception as error:  # whatever a peer may say, the device goes on
            report("error", peer=self._peer, message=f"{type(error).__name__}: {error}")

    async def _offer(self) -> None:
        # Of the picture alone: aiortc numbers the header extensions of each kind of media anew, and Chromium refuses an
        # offer in which one number means two things. Who has sound to send offers it afterwards.
        await self._describe(await self._connection.createOffer())

    async def _apply(self, description: RTCSessionDescription) -> None:
        first = self._connection.remoteDescription is None
        await self._connection.setRemoteDescription(description)
        for candidate in self._candidates if first else []:
            await self._connection.addIceCandidate(candidate)

    async def _describe(self, description: RTCSessionDescription) -> None:
        """aiortc finds all candidates while it sets a description: they are in it, and none follows."""
        await self._connection.setLocalDescription(description)
        await self._say(self._connection.localDescription)

    def _tell_state(self) -> None:
        report("peer", peer=self._peer, state=self._connection.connectionState)

    def _count(self, track: MediaStreamTrack) -> None:
        task = asyncio.create_task(self._receive(track))
        self._counting.add(task)
        task.add_done_callback(self._counting.discard)

    async def _receive(self, track: MediaStreamTrack) -> None:
        count = 0
        try:
            while True:
                await track.recv()
                count += 1
                if count % REPORT_EVERY == 0:
                    report("received", peer=self._peer, kind=track.kind, count=count)
        except MediaStreamError:
            pass  # it has ended

    def _echo(self, channel) -> None:
        @channel.on("message")
        def on_message(message):
            if isinstance(message, str):
                report("message", peer=self._peer, text=message)
            channel.send(message)
