# The whole pipeline as a user starts it, while a program reads the virtual camera: whatever is killed,
# stopped or full, the reader gets pictures of one format. A stand-in replaces Blender, which takes two
# seconds for a picture when emulated. tests/integration/supervisor/test_live.py kills the real one.
# limit: 1200 s
. "$(dirname "$0")/lib.sh"

SIZE=320x240
KILLS=100
export EFFIGY_BIN=$T/bin EFFIGY_INPUT=/dev/video11 \
	EFFIGY_OUTPUT=/dev/video10 EFFIGY_SIZE=$SIZE EFFIGY_FPS=10 EFFIGY_RENDER_SIZE=160x120 \
	EFFIGY_RUNTIME=$T/run
STAGES="capture tracker normaliser blender-node sink"

effigy() {
	"$SOURCE/effigy" "$@"
}
noted() { # noted STAGE TEXT
	grep -q "\"note\":\"$2\"" "$T/run/stats/$1" || { effigy status; false; }
}

STANDIN="a stand-in for Blender's stage, in Python, which sends plain pictures"
echo "# with $STANDIN"
mkdir "$T/bin"
ln -s "$BIN"/* "$T/bin"
rm -f "$T/bin/effigy-blender-node"
cat >"$T/bin/effigy-blender-node" <<'END'
#!/usr/bin/python3
import os
import msgpack, zmq
folder = "ipc://" + os.environ["EFFIGY_RUNTIME"]
context = zmq.Context()
expressions, renders = context.socket(zmq.PULL), context.socket(zmq.PUSH)
expressions.setsockopt(zmq.CONFLATE, 1)
expressions.bind(folder + "/expressions")
renders.setsockopt(zmq.CONFLATE, 1)
renders.connect(folder + "/render")
while True:
    message = msgpack.unpackb(expressions.recv())
    body = {"fmt": "GREY", "w": 160, "h": 120, "data": bytes([message["seq"] % 200 + 20]) * 19200}
    head = {key: message[key] for key in ("v", "seq", "t", "src", "trace")}
    renders.send(msgpack.packb({**head, "k": "render", **body}))
END
chmod +x "$T/bin/effigy-blender-node"

also_tidy() {
	"$SOURCE/effigy" down
	umount "$T/run"
} >/dev/null 2>&1

# A runtime folder of limited size, to be filled up later.
mkdir -m 700 "$T/run"
mount -t tmpfs -o size=4m,mode=700 tmpfs "$T/run"

# The webcam is a loopback device, too, and shows a face: finding one is faster than finding none.
modprobe v4l2loopback video_nr=10,11 card_label=Effigy,Webcam exclusive_caps=1,1
start feed ffmpeg -nostdin -v error -re -stream_loop -1 -i "$SOURCE/build/performer/performer.mp4" \
	-vf fps=4,scale=320:240 -pix_fmt yuyv422 -f v4l2 /dev/video11
check "effigy up" effigy up -d
check "all five stages start, and renders are shown" within 60 noted sink live

# What a reader gets, by its own clock: one line a picture.
start reader ffmpeg -nostdin -v error -f v4l2 -use_wallclock_as_timestamps 1 -i /dev/video10 \
	-c copy -f framecrc "$T/reader.crc"
within 10 test -s "$T/reader.crc"

/usr/bin/python3 - "$T/bin" $KILLS <<'END'
import os, pathlib, random, signal, sys, time
random.seed(1)
stages = ["capture", "tracker", "normaliser", "blender-node", "sink"]
# The tracker seldom: to read its model again takes seconds here.
weights = [8, 1, 8, 8, 8]
killed = {stage: 0 for stage in stages}

def running(stage):
    wanted = f"{sys.argv[1]}/effigy-{stage}".encode()
    for entry in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if wanted in entry.read_bytes().split(b"\0")[:2]:
                return int(entry.parent.name)
        except OSError:
            pass

until = time.monotonic() + 600
while sum(killed.values()) < int(sys.argv[2]) and time.monotonic() < until:
    stage = random.choices(stages, weights)[0]
    pid = running(stage)
    if pid:
        os.kill(pid, signal.SIGKILL)
        killed[stage] += 1
        time.sleep(0.3)
    else:
        time.sleep(0.05)
print("# killed:", ", ".join(f"{stage}{' (the stand-in)' * (stage == 'blender-node')} {times} times"
                             for stage, times in killed.items()))
sys.exit(sum(killed.values()) < int(sys.argv[2]))
END
check "$KILLS stages were killed, of blender-node $STANDIN" test $? = 0
check "after $KILLS kills renders are shown again" within 90 noted sink live
check "the reader keeps reading" running reader

# Blender's stage is stopped.
blender=$(pgrep -f "$T/bin/effigy-blender-node ")
kill -STOP "$blender"
# Lasts some seconds, until the watchdog kills it: effigy status would take too long.
check "Blender's stand-in stopped: the last picture is repeated, then the card comes" within 15 \
	grep -q '"note":"stand-by"' "$T/run/stats/sink"
check "it is killed" within 15 eval "! kill -0 $blender 2>/dev/null"
check "it is restarted, and renders are shown again" within 30 noted sink live

# The folder is full.
dd if=/dev/zero "of=$T/run/fill" bs=64k 2>/dev/null
check "the folder is full" not eval "head -c 65536 /dev/zero >'$T/run/more'"
pid=$(pgrep -o -f "$T/bin/effigy-tracker ")
kill -KILL "$pid"
sleep 5
check "the stages run although the folder is full" eval \
	'[ $(pgrep -c -f "^$T/bin/effigy-(capture|tracker|normaliser|sink) ") = 4 ]'
rm -f "$T/run/fill" "$T/run/more"
check "with free space again, status shows it" within 10 noted sink live
check "the reader still reads" running reader
stop reader INT

# Gaps in ms: the largest, and how many were longer than two pictures.
awk -F, '/^#/ { next } last != "" { gap = ($2 - last) / 1000; if (gap > most) most = gap
		if (gap > 200) many++; sizes[$5] = 1 } { last = $2; n++ }
	END { for (s in sizes) kinds++
		printf "{\"pictures\": %d, \"largest\": %.0f, \"long\": %d, \"sizes\": %d}\n", n, most, many, kinds }' \
	"$T/reader.crc" >"$T/gaps.json"
echo "# reader: $(cat "$T/gaps.json")"
check "every picture was of one format" holds "$T/gaps.json" '.sizes == 1 and .pictures > 200'
# 160 ms on a quiet machine, 1.5 s where seven times as much was to do.
check "the reader never waited for long" holds "$T/gaps.json" '.largest <= 5000'
check "effigy down" effigy down
check "no process is left" not pgrep -f "$T/bin/effigy-"
cp "$T"/run/log/*.log "$T"
finish
