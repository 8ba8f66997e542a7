"""A track that needs no camera."""

import numpy
from aiortc import VideoStreamTrack
from av import VideoFrame

WIDTH, HEIGHT, RATE = 160, 120, 10
SPEED = 8  # pixels from one picture to the next


class MovingBar(VideoStreamTrack):
    """A bar that moves over a coloured ground."""

    def __init__(self):
        super().__init__()
        self._number = 0

    async def recv(self) -> VideoFrame:
        # aiortc's clock ticks thirty times a second; this is a small device.
        for _ in range(30 // RATE):
            pts, time_base = await self.next_timestamp()
        picture = numpy.empty((HEIGHT, WIDTH, 3), numpy.uint8)
        picture[:] = (48, 96, 64)
        left = self._number * SPEED % WIDTH
        picture[24:96, left : left + 16] = (255, 176, 32)
        self._number += 1
        frame = VideoFrame.from_ndarray(picture, format="rgb24")
        frame.pts, frame.time_base = pts, time_base
        return frame
