"""A video track that needs no camera."""

import numpy
from aiortc import VideoStreamTrack
from av import VideoFrame

WIDTH, HEIGHT, RATE = 160, 120, 10
SPEED = 8  # pixels per frame
AIORTC_RATE = 30  # frames per second of VideoStreamTrack's clock


class MovingBar(VideoStreamTrack):
    """A bar that moves over a colored background."""

    def __init__(self):
        super().__init__()
        self._number = 0

    async def recv(self) -> VideoFrame:
        # Skips ticks of the clock: ten frames per second are enough.
        for _ in range(AIORTC_RATE // RATE):
            pts, time_base = await self.next_timestamp()
        pixels = numpy.empty((HEIGHT, WIDTH, 3), numpy.uint8)
        pixels[:] = (48, 96, 64)
        left = self._number * SPEED % WIDTH
        pixels[24:96, left : left + 16] = (255, 176, 32)
        self._number += 1
        frame = VideoFrame.from_ndarray(pixels, format="rgb24")
        frame.pts, frame.time_base = pts, time_base
        return frame
