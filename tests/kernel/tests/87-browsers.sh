# Real browsers as readers: Chromium and Firefox show the virtual camera in a page, as a call does, while
# the sink is killed and restarted, and while the sender of renders is killed.
# limit: 1500 s
. "$(dirname "$0")/lib.sh"

EDGE=ipc://$T/render
SIZE=320x240
START="$BIN/effigy-sink --size $SIZE --fps 10 --in $EDGE"
BROWSERS="chromium firefox"
# The longest wait for a new picture, in ms of the guest's clock: emulated, Firefox waits for 2.6 s
# now and then. A camera that stops while the sink is dead is seen to: it is so for longer.
GAP=15000
DEAD_S=20
export HOME=$T/home XDG_CACHE_HOME=$T/home/cache XDG_CONFIG_HOME=$T/home/config MOZ_CRASHREPORTER_DISABLE=1
mkdir -p "$T/home" "$T/firefox"

also_tidy() {
	pkill -KILL -f "$T/chromium|$T/firefox"
}

# Both browsers' reports fulfil jq's expression.
both() {
	local browser
	for browser in $BROWSERS; do
		holds "$T/$browser.json" "$1" || { echo "$browser"; return 1; }
	done
}

# shows PLACE Y,U,V: both draw that colour there, the middle or the corner, as BT.601 has it.
shows() {
	both "$(/usr/bin/python3 - "$1" "$2" <<-'END'
		import sys
		y, u, v = (float(part) for part in sys.argv[2].split(","))
		y, u, v = 1.164384 * (y - 16), u - 128, v - 128
		wanted = (y + 1.596027 * v, y - 0.391762 * u - 0.812968 * v, y + 2.017232 * u)
		print(" and ".join(f"(.{sys.argv[1]}[{i}] - {min(255, max(0, value)):.0f} | fabs) <= 2"
		                   for i, value in enumerate(wanted)))
	END
	)"
}

push() { # push Y,U,V
	start push /usr/bin/python3 "$HERE/push.py" "$EDGE" render $SIZE "$1" 10 600
	within 60 said push ready
}

# goes_on WHAT: both get new pictures from now on.
goes_on() {
	local browser wanted=()
	for browser in $BROWSERS; do
		wanted+=("$browser $(jq .frames "$T/$browser.json")")
	done
	check "$1" within 60 more "${wanted[@]}"
}
more() {
	local was
	for was in "$@"; do
		holds "$T/${was% *}.json" ".frames > ${was#* } + 5" || return 1
	done
}

timeout 60 $START - 2>"$T/card.log" | head -c 200000 >"$T/card.y4m"
# The card's ground, at the place where the page looks.
ground=$(/usr/bin/python3 - "$T/card.y4m" <<-'END'
	import sys
	with open(sys.argv[1], "rb") as file:
	    file.readline()
	    file.readline()
	    picture = file.read(320 * 240 * 3 // 2)
	print(*(picture[at] for at in (4 * 320 + 4, 76800 + 2 * 160 + 2, 76800 + 19200 + 2 * 160 + 2)),
	      sep=",")
END
)

check "v4l2loopback is loaded" load_loopback
start sink $START 10
within 20 said sink "takes YUYV $SIZE"
start page /usr/bin/python3 "$HERE/browser_page.py" "$T"
within 60 said page port
url=http://127.0.0.1:$(sed -n 's/^port //p' "$T/page.log")

cat >"$T/firefox/user.js" <<-'END'
	user_pref("media.navigator.permission.disabled", true);
	user_pref("media.autoplay.default", 0);
	user_pref("browser.shell.checkDefaultBrowser", false);
	user_pref("datareporting.policy.dataSubmissionEnabled", false);
	user_pref("toolkit.telemetry.enabled", false);
	user_pref("app.normandy.enabled", false);
	user_pref("extensions.update.enabled", false);
	user_pref("network.captive-portal-service.enabled", false);
	user_pref("network.connectivity-service.enabled", false);
	user_pref("browser.startup.homepage_override.mstone", "ignore");
	user_pref("browser.sessionstore.resume_from_crash", false);
END
start chromium chromium --headless --no-sandbox --disable-gpu --no-first-run --disable-sync \
	--disable-background-networking --disable-component-update --disable-extensions \
	--autoplay-policy=no-user-gesture-required --use-fake-ui-for-media-stream \
	"--user-data-dir=$T/chromium" "$url/chromium"
start firefox firefox-esr --headless --no-remote --profile "$T/firefox" "$url/firefox"

check "both browsers show pictures" within 300 both '.frames > 5'
echo "# after $SECONDS s"
check "both list the virtual camera by its name" both '.labels | index("Effigy")'
check "they get it in its size" both ".size == \"$SIZE\""
check "they draw the card" within 60 shows corner "$ground"

push 120,90,160
check "they draw a render in its colour" within 60 shows middle 120,90,160

stop sink KILL
sleep $DEAD_S
goes_on "the sink killed: pictures come"
check "they show the last render" shows middle 120,90,160
start sink $START 10
goes_on "the sink restarted: pictures come"
stop push
push 80,150,110
check "they show new renders" within 60 shows middle 80,150,110

stop push KILL
check "the sender of renders killed: the card comes" within 60 shows corner "$ground"
goes_on "the sender killed: pictures come"
push 160,110,120
check "the sender restarted: renders come" within 60 shows middle 160,110,120

echo "# longest waits: $(for browser in $BROWSERS; do
	jq -r "\"$browser \\(.longest | floor) ms, \\(.frames) frames in \\(.now / 1000 | floor) s;\"" \
		"$T/$browser.json"; done | tr '\n' ' ')"
check "no page has seen an error" both '.error == null'
check "the track is live and not muted" both '.track == "live" and .muted == false'
check "the track has been live and not muted all the time" both '.events == []'
check "neither waited longer than $GAP ms for a picture" both ".longest <= $GAP"
cat "$T"/*.json >"$T/reports.log"
finish
