# A camera that gives broken JPEGs among good ones: those are left out, and the face is followed on.
. "$(dirname "$0")/lib.sh"

CLIP=$SOURCE/build/performer/performer.mp4
E=ipc://$T

cat >"$T/faces.py" <<'END2'
import json, sys, time
import msgpack, zmq
socket = zmq.Context().socket(zmq.PULL)
socket.bind(sys.argv[1])
print("ready", file=sys.stderr, flush=True)
until = time.monotonic() + float(sys.argv[2])
states = []
while states.count("tracked") < 10 and time.monotonic() < until:
    if socket.poll(1000):
        states.append(msgpack.unpackb(socket.recv())["state"])
print(json.dumps({"tracked": states.count("tracked"), "lost": states.count("lost")}))
END2

if [ ! -s "$CLIP" ]; then
	echo "# skipped: no bundled performer; make performer"
	finish
fi
ffmpeg -nostdin -v error -i "$CLIP" -vf fps=2,scale=320:240 -pix_fmt yuvj422p -q:v 4 -frames:v 3 \
	"$T/%d.jpg"
load_loopback
start feed /usr/bin/python3 "$HERE/jpegs.py" /dev/video10 320 240 5 "$T"/[123].jpg
start pull /usr/bin/python3 "$T/faces.py" "$E/faces" 90
within 30 said pull ready
start tracker "$BIN/effigy-tracker" --stats "$T/tracker.stats" --in "$E/frames" --out "$E/faces"
start capture "$BIN/effigy-capture" --stats "$T/capture.stats" --out "$E/frames" 10
check "MJPG is taken" within 20 said capture "Effigy gives MJPG 320x240"
finished pull
tail -n 1 "$T/pull.log" >"$T/seen.json"
check "the face is followed on" holds "$T/seen.json" '.tracked == 10'
check "capture leaves out what is no JPEG" said capture "left out a broken picture"
check "the tracker leaves out what cannot be decoded" said tracker "cannot decode frame"
check "a JPEG cut short is one of them" grep -q 'cannot decode frame.*remature end' "$T/tracker.log"
check "and counts it" within 3 holds "$T/tracker.stats" '.bad >= 5'
check "with fewer lines than pictures" test "$(grep -c 'cannot decode' "$T/tracker.log")" -lt \
	"$(jq .bad "$T/tracker.stats")"
for stage in capture tracker; do
	check "$stage runs on" running $stage
	stop $stage
	check "$stage stops clean" test $? = 0
done
finish
