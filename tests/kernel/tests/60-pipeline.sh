# Capture, tracker and normaliser together, with a face in front of the webcam.
. "$(dirname "$0")/lib.sh"

CLIP=$SOURCE/build/performer/performer.mp4
E=ipc://$T

cat >"$T/expressions.py" <<'END'
import json, sys, time
import msgpack, zmq
socket = zmq.Context().socket(zmq.PULL)
socket.bind(sys.argv[1])
print("ready", file=sys.stderr, flush=True)
until = time.monotonic() + float(sys.argv[2])
seen = []
while sum(m["state"] == "tracked" for m in seen) < 5 and time.monotonic() < until:
    if socket.poll(1000):
        seen.append(msgpack.unpackb(socket.recv()))
print(json.dumps({
    "count": len(seen), "kind": sorted({m["k"] for m in seen}),
    "states": [m["state"] for m in seen],
    "stages": sorted({hop[0] for m in seen for hop in m["trace"]}),
    "keys": sorted({key for m in seen for key in m})}))
END

if [ ! -s "$CLIP" ]; then
	echo "# skipped: no bundled performer; make performer"
	finish
fi
load_loopback
start feed ffmpeg -nostdin -v error -re -stream_loop -1 -i "$CLIP" -vf fps=2,scale=320:240 \
	-pix_fmt yuyv422 -f v4l2 /dev/video10
start pull /usr/bin/python3 "$T/expressions.py" "$E/expressions" 90
within 30 said pull ready
start normaliser "$BIN/effigy-normaliser" --in "$E/faces" --out "$E/expressions"
start tracker "$BIN/effigy-tracker" --stats "$T/tracker.stats" --in "$E/frames" --out "$E/faces"
start capture "$BIN/effigy-capture" --out "$E/frames" 10
finished pull
tail -n 1 "$T/pull.log" >"$T/seen.json"
check "the face in front of the webcam is tracked" holds "$T/seen.json" \
	'([.states[] | select(. == "tracked")] | length) == 5'
check "the messages are expressions" holds "$T/seen.json" '.kind == ["expression"]'
check "they have passed three stages" holds "$T/seen.json" \
	'.stages == ["capture", "normaliser", "tracker"]'
check "they hold no pixels" holds "$T/seen.json" '.keys - ["data", "fmt"] == .keys'

# The same with a webcam that gives broken JPEGs among good ones.
stop capture
check "capture exits with status 0" test $? = 0
stop feed
rmmod v4l2loopback
load_loopback
ffmpeg -nostdin -v error -i "$CLIP" -vf fps=2,scale=320:240 -pix_fmt yuvj422p -q:v 4 -frames:v 3 \
	"$T/%d.jpg"
start feed /usr/bin/python3 "$HERE/jpegs.py" /dev/video10 320 240 5 "$T"/[123].jpg
start pull /usr/bin/python3 "$T/expressions.py" "$E/expressions" 60
within 30 said pull ready
start capture "$BIN/effigy-capture" --out "$E/frames" 10
finished pull
tail -n 1 "$T/pull.log" >"$T/seen.json"
check "broken JPEGs: the face is still tracked" holds "$T/seen.json" \
	'([.states[] | select(. == "tracked")] | length) == 5'
check "capture drops what is not a JPEG" within 5 said capture "dropped a broken picture"
check "the tracker drops what cannot be decoded" said tracker "cannot decode frame"
check "a truncated JPEG is one of them" within 10 \
	grep -q 'cannot decode frame.*remature end' "$T/tracker.log"
check "the tracker counts them" within 3 holds "$T/tracker.stats" '.bad > 5'
check "it logs fewer lines than broken pictures" \
	test "$(grep -c 'cannot decode' "$T/tracker.log")" -lt \
	"$(jq .bad "$T/tracker.stats")"
for stage in capture tracker normaliser; do
	check "$stage keeps running" running $stage
	stop $stage
	check "$stage exits with status 0" test $? = 0
done
finish
