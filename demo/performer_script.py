"""The performer's expressions in each frame: the clip's ground truth.

Every expression is a curve of one value per frame, named as ARKit names it,
0 (rest) to 1 (full).  Left is the performer's own left, which is the right
side of the picture.  Head turns are radians.  Nothing here needs Blender.
"""

import math

EXPRESSIONS = (
    "jawOpen", "mouthSmileLeft", "mouthSmileRight", "mouthPucker",
    "mouthLeft", "mouthRight",
    "browInnerUp", "browOuterUpLeft", "browOuterUpRight",
    "browDownLeft", "browDownRight", "eyeBlinkLeft", "eyeBlinkRight",
)
LOOKS = tuple("eyeLook" + way + side for way in ("Up", "Down", "In", "Out")
              for side in ("Left", "Right"))
TURNS = ("headYaw", "headPitch", "headRoll")
# Where the performer looks, past the camera: not curves of the clip, but what the eyes do
# follows from them and from the turns of the head.
GAZES = ("gazeYaw", "gazePitch")
# Radians of an eye in the head at 1, sideways and up or down.
LOOK_SIDE, LOOK_UP = math.radians(30.0), math.radians(25.0)
SMILE = ("mouthSmileLeft", "mouthSmileRight")
BROWS_UP = ("browInnerUp", "browOuterUpLeft", "browOuterUpRight")
BROWS_DOWN = ("browDownLeft", "browDownRight")
BLINK = ("eyeBlinkLeft", "eyeBlinkRight")

# In a wink the other eye narrows too, and the corner of the mouth goes up on
# the winking side.
WINK_OTHER_EYE, WINK_SMILE = 0.30, 0.45

# One pulse: curves, start (s), rise (s), hold (s), fall (s), peak.
# Peaks of turns and gazes are degrees, + = towards image right, down, counter-clockwise.
# The first 1.2 s have no blink: the normaliser learns the neutral face in them.
SEGMENTS = (
    ("neutral", 0.00, 1.20, ()),
    ("jaw", 1.20, 2.40, (
        (("jawOpen",), 1.20, 0.27, 0.06, 0.27, 1.0),
        (("jawOpen",), 1.80, 0.27, 0.06, 0.27, 0.8),
    )),
    ("smile", 2.40, 3.10, ((SMILE, 2.40, 0.25, 0.20, 0.25, 1.0),)),
    ("pucker", 3.10, 3.80, ((("mouthPucker",), 3.10, 0.25, 0.20, 0.25, 1.0),)),
    ("browsUp", 3.80, 4.40, ((BROWS_UP, 3.80, 0.22, 0.16, 0.22, 1.0),)),
    ("browsDown", 4.40, 5.00, ((BROWS_DOWN, 4.40, 0.22, 0.16, 0.22, 1.0),)),
    ("blink", 5.00, 5.80, (
        (BLINK, 5.10, 0.067, 0.067, 0.067, 1.0),
        (BLINK, 5.50, 0.067, 0.067, 0.067, 1.0),
    )),
    ("winkLeft", 5.80, 6.30, (
        (("eyeBlinkLeft",), 5.86, 0.10, 0.16, 0.10, 1.0),
        (("eyeBlinkRight",), 5.86, 0.10, 0.16, 0.10, WINK_OTHER_EYE),
        (("mouthSmileLeft",), 5.86, 0.10, 0.16, 0.10, WINK_SMILE),
    )),
    ("winkRight", 6.30, 6.80, (
        (("eyeBlinkRight",), 6.36, 0.10, 0.16, 0.10, 1.0),
        (("eyeBlinkLeft",), 6.36, 0.10, 0.16, 0.10, WINK_OTHER_EYE),
        (("mouthSmileRight",), 6.36, 0.10, 0.16, 0.10, WINK_SMILE),
    )),
    ("yaw", 6.80, 8.00, (
        (("headYaw",), 6.80, 0.26, 0.08, 0.26, 25.0),
        (("headYaw",), 7.40, 0.26, 0.08, 0.26, -25.0),
    )),
    ("pitch", 8.00, 9.00, (
        (("headPitch",), 8.00, 0.22, 0.06, 0.22, 12.0),
        (("headPitch",), 8.50, 0.22, 0.06, 0.22, -12.0),
    )),
    ("roll", 9.00, 10.00, (
        (("headRoll",), 9.00, 0.22, 0.06, 0.22, 15.0),
        (("headRoll",), 9.50, 0.22, 0.06, 0.22, -15.0),
    )),
    ("talking", 10.00, 11.60, (
        # Syllables at 3 to 5 Hz: open vowels, a rounded one, a spread one.
        (("jawOpen",), 10.00, 0.10, 0.02, 0.10, 0.55),
        (("jawOpen",), 10.24, 0.09, 0.02, 0.09, 0.70),
        (("jawOpen",), 10.46, 0.10, 0.02, 0.12, 0.25),
        (("mouthPucker",), 10.42, 0.12, 0.06, 0.12, 0.80),
        (("jawOpen",), 10.74, 0.09, 0.02, 0.09, 0.60),
        (SMILE, 10.80, 0.14, 0.16, 0.14, 0.55),
        (("jawOpen",), 10.97, 0.09, 0.02, 0.09, 0.35),
        (("jawOpen",), 11.20, 0.08, 0.02, 0.10, 0.50),
        (("mouthPucker",), 11.26, 0.10, 0.04, 0.14, 0.60),
        (("headPitch",), 10.20, 0.30, 0.05, 0.40, 3.0),
        (("headYaw",), 10.60, 0.35, 0.10, 0.45, -4.0),
        (("browInnerUp", "browOuterUpLeft", "browOuterUpRight"),
         10.75, 0.20, 0.15, 0.25, 0.35),
    )),
    ("gaze", 11.60, 13.20, (
        # Eyes jump, and rest where they look.
        (("gazeYaw",), 11.66, 0.05, 0.24, 0.05, 24.0),
        (("gazeYaw",), 12.04, 0.05, 0.24, 0.05, -24.0),
        (("gazePitch",), 12.42, 0.05, 0.24, 0.05, -16.0),
        (("gazePitch",), 12.80, 0.05, 0.24, 0.05, 16.0),
    )),
    ("neutralEnd", 13.20, 13.70, ()),
)


def ease(x):
    """Minimum-jerk step: 0 at x <= 0, 1 at x >= 1, at rest at both ends."""
    x = min(max(x, 0.0), 1.0)
    return x * x * x * (10.0 + x * (6.0 * x - 15.0))


def pulse(t, start, rise, hold, fall, peak):
    """Value at t (s) of one eased rise, hold and fall to `peak`."""
    up = ease((t - start) / rise)
    down = ease((t - start - rise - hold) / fall)
    return peak * (up - down)


def looks(side, down):
    """{eyeLook...: value} of eyes turned in the head, radians towards image right and down."""
    out, up = side / LOOK_SIDE, -down / LOOK_UP
    values = {"eyeLookOutLeft": out, "eyeLookInLeft": -out, "eyeLookInRight": out,
              "eyeLookOutRight": -out}
    for word in ("Left", "Right"):
        values.update({"eyeLookUp" + word: up, "eyeLookDown" + word: -up})
    return values


def curves(fps):
    """All curves at `fps` frames a second: {name: [value per frame]}."""
    frames = round(SEGMENTS[-1][2] * fps)
    result = {name: [0.0] * frames for name in EXPRESSIONS + LOOKS + TURNS + GAZES}
    for _, _, _, pulses in SEGMENTS:
        for names, *shape in pulses:
            for name in names:
                scale = math.pi / 180.0 if name in TURNS + GAZES else 1.0
                for frame in range(frames):
                    result[name][frame] += scale * pulse(frame / fps, *shape)
    yaw, pitch = (result.pop(name) for name in GAZES)
    for frame in range(frames):
        # While the head turns the eyes stay where they look.
        eyes = looks(yaw[frame] - result["headYaw"][frame],
                     pitch[frame] - result["headPitch"][frame])
        for name, value in eyes.items():
            result[name][frame] = value
    for name in EXPRESSIONS + LOOKS:
        result[name] = [min(max(v, 0.0), 1.0) for v in result[name]]
    return result


def segments(fps):
    """The script's parts: name, first frame, frame after the last."""
    return [{"name": name, "from": round(start * fps), "to": round(end * fps)}
            for name, start, end, _ in SEGMENTS]


def ground_truth(fps, size):
    """The record kept beside the clip, ready for json.dump."""
    values = curves(fps)
    return {
        "fps": fps,
        "size": list(size),
        "frames": len(values["jawOpen"]),
        "segments": segments(fps),
        "curves": {name: [round(v, 6) for v in curve]
                   for name, curve in values.items()},
    }
