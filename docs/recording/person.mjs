/**
 * Runs in the page: the camera is a drawn person with a clock, so that one sees that the video runs.
 *
 * @param {{ hue: number }} person
 */
export function showPerson({ hue }) {
  const original = MediaDevices.prototype.getUserMedia;
  MediaDevices.prototype.getUserMedia = async function (constraints = {}) {
    const stream = await original.call(this, constraints);
    const [camera] = stream.getVideoTracks();
    if (camera === undefined) return stream;
    camera.stop();
    stream.removeTrack(camera);
    for (const track of drawn().getVideoTracks()) stream.addTrack(track);
    return stream;
  };

  function drawn() {
    const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 360 });
    const pen = canvas.getContext("2d");
    if (pen === null) throw new Error("No canvas.");
    const draw = () => {
      const seconds = performance.now() / 1000;
      pen.fillStyle = `hsl(${String(hue)} 45% 30%)`;
      pen.fillRect(0, 0, 640, 360);
      pen.fillStyle = `hsl(${String(hue)} 55% 62%)`;
      pen.beginPath();
      pen.ellipse(320, 400, 190, 170, 0, 0, 7);
      pen.fill();
      pen.fillStyle = "#f0c8a0";
      pen.beginPath();
      pen.ellipse(320 + 12 * Math.sin(seconds * 2), 165, 72, 88, 0.08 * Math.sin(seconds * 2), 0, 7);
      pen.fill();
      // A hand that waves.
      pen.lineWidth = 44;
      pen.lineCap = "round";
      pen.strokeStyle = "#f0c8a0";
      pen.beginPath();
      pen.moveTo(480, 360);
      pen.lineTo(520 + 46 * Math.sin(seconds * 5), 210);
      pen.stroke();
      pen.fillStyle = "#222";
      for (const side of [-1, 1]) {
        pen.beginPath();
        pen.ellipse(320 + side * 28 + 12 * Math.sin(seconds * 2), 150, 9, seconds % 3 < 0.15 ? 2 : 12, 0, 0, 7);
        pen.fill();
      }
      pen.lineWidth = 7;
      pen.strokeStyle = "#222";
      pen.beginPath();
      pen.arc(320 + 12 * Math.sin(seconds * 2), 178, 38, 0.35, Math.PI - 0.35);
      pen.stroke();
      pen.fillStyle = "#fff";
      pen.font = "600 40px monospace";
      pen.fillText(`${seconds.toFixed(1)} s`, 250, 52);
    };
    draw();
    setInterval(draw, 50);
    return canvas.captureStream(20);
  }
}
