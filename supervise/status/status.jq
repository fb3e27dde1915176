# The object of effigy status --json: jq -n -f status.jq, called by status.sh.
# $now: of /proc/uptime. $order: all stages, separated by blanks. $answers: of agents.jq. The arguments are
# eight words for each stage here: name, state, pid, uptime, failures, wait, comment, statistics.

def number: if . == "" then null else tonumber end;
def measured: if type == "number" then . else null end;
# A stage reports 0 when there was nothing to measure.
def time: measured | if . == 0 then null else . end;
def object: if type == "object" then . else {} end;
def text: if type == "string" then gsub("[[:cntrl:]]"; "?") else "" end;
# A message lost on one edge is missing on all later ones.
def beyond($other): if . == null then null else [0, . - ($other // 0)] | max end;
def shorter: if . == null then null else [0, .] | max end;

# What passed since the stage before has sent: of two clocks, unless both stages are on one host.
def way: if [.recent_way_p50_ms, .recent_way_p99_ms | type] != ["number", "number"] then null
	else {host: (.way_host | text), p50_ms: .recent_way_p50_ms, p99_ms: .recent_way_p99_ms} end;

def stage_here: (.[2] != "" and .[1] != "BACKOFF") as $runs
	| (if $runs then .[7] | try fromjson catch null | object else {} end) as $statistics
	| {stage: .[0], state: .[1], pid: (.[2] | number), uptime_s: (if $runs then .[3] | number else null end),
		fps: ($statistics.recent_fps | measured), p50_ms: ($statistics.recent_p50_ms | time),
		p99_ms: ($statistics.recent_p99_ms | time), age_p50_ms: ($statistics.recent_age_p50_ms | time),
		age_p99_ms: ($statistics.recent_age_p99_ms | time), lost: ($statistics.recent_dropped | measured),
		refused: ($statistics.recent_bad | measured), seconds: ($statistics.recent_s | measured),
		news_s: ($statistics.boot_s | measured
			| if . then [0, $now - .] | max * 10 | round / 10 else null end),
		failures: (.[4] | number), starts_in_s: (.[5] | number), note: ($statistics.note | text),
		comment: .[6], box: null, host: ($statistics.host | text), way: ($statistics | way)};

# . is an answer.
def stages_away: . as $answer | .stages[]
	| {stage, state, pid, uptime_s, fps, p50_ms, p99_ms, age_p50_ms, age_p99_ms, lost, refused, seconds, news_s,
		failures: (.failures // 0), starts_in_s, note, comment, box: ($answer.agent // ""), host: $answer.host,
		way};

# How far the clock of each host is from the one here, and how wrong that may be. . is the stages here.
def clocks: reduce (.[].host | select(. != "")) as $host ({}; .[$host] = {offset: 0, error: 0})
	| reduce ($answers[] | select(.offset_ms != null and .host != null)) as $one (.;
		if .[$one.host] then . else .[$one.host] = {offset: $one.offset_ms, error: $one.offset_error_ms} end);

def settle_way($clocks): .way as $way | $clocks[.host // ""] as $here | $clocks[$way.host // ""] as $there
	| (if $way == null then null
		elif .host == $way.host then {offset: 0, error: 0}
		elif $here and $there then {offset: ($here.offset - $there.offset), error: ($here.error + $there.error)}
		else null end) as $clock
	| del(.way, .host) + if $clock == null then {way_p50_ms: null, way_p99_ms: null, way_error_ms: null}
		else {way_p50_ms: ($way.p50_ms - $clock.offset | shorter),
			way_p99_ms: ($way.p99_ms - $clock.offset | shorter), way_error_ms: $clock.error} end;

# Where the time between two machines goes: on the ways there and back, and in the stages there. . is all
# stages.
def split: . as $all
	| {tracker: "tracking", normaliser: "normalising", "blender-node": "rendering"} as $working
	| [range(1; length) as $i | $all[$i] as $one | $all[$i - 1].box as $before
		| (if $one.box == $before then empty
			elif $before == null then {what: "uplink", ms: $one.way_p50_ms, error_ms: $one.way_error_ms}
			elif $one.box == null then {what: "downlink", ms: $one.way_p50_ms, error_ms: $one.way_error_ms}
			else {what: "on to \($one.stage)", ms: $one.way_p50_ms, error_ms: $one.way_error_ms} end),
		(if $one.box != null then {what: ($working[$one.stage] // $one.stage), ms: $one.p50_ms, error_ms: 0}
			else empty end)];

[$ARGS.positional as $w | range(0; $w | length; 8) as $i | $w[$i:$i + 8] | stage_here] as $here
| ($here | clocks) as $clocks
| ($order | split(" ")) as $order
| [$here[], ($answers[] | stages_away)]
| sort_by(.stage as $name | $order | index($name) // length)
| map(settle_way($clocks)) as $all
| (reduce $all[] as $one ({}; .[$one.stage] = $one)) as $of
| {up: ($supervisor != ""), supervisord: ($supervisor | number), runtime: $runtime, watchdog: $watchdog,
	stages: $all,
	dropped: {frames: $of.tracker.lost, faces: ($of.normaliser.lost | beyond($of.tracker.lost)),
		expressions: ($of["blender-node"].lost | beyond($of.normaliser.lost)),
		render: ($of.sink.lost | beyond($of["blender-node"].lost))},
	age_p50_ms: $of.sink.age_p50_ms, age_p99_ms: $of.sink.age_p99_ms, split: ($all | split)}
