"""Makes moving-bar.ivf: two seconds of a bar that moves over a colored background, as VP8 in IVF.

Every frame is a key frame, so that a new viewer can decode from any of them.

    /usr/bin/python3 make-sample.py moving-bar.ivf      (Debian: python3-av, python3-numpy)
"""

import sys

import av
import numpy

WIDTH, HEIGHT, FRAMES, RATE = 160, 120, 20, 10

container = av.open(sys.argv[1], "w", format="ivf")
stream = container.add_stream("libvpx", rate=RATE)
stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
stream.options = {"g": "1", "crf": "40", "b": "200k", "deadline": "good", "cpu-used": "0"}

for number in range(FRAMES):
    pixels = numpy.empty((HEIGHT, WIDTH, 3), numpy.uint8)
    pixels[:] = (24, 64, 96)
    left = number * WIDTH // FRAMES
    pixels[24:96, left : left + 16] = (255, 176, 32)
    frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
    for packet in stream.encode(frame):
        container.mux(packet)
for packet in stream.encode():
    container.mux(packet)
container.close()
