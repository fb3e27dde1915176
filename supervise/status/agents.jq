# What agents tell of the stages on other machines: jq -n -f agents.jq, called by agents.sh.
# $away: these stages, separated by blanks. The arguments are three words for each agent: its endpoint, its
# answer, and what to say when there is none. Prints an array with an object for each agent, and one for the
# stages of which none tells.

def text: if type == "string" then gsub("[[:cntrl:]]"; "?") else "" end;
def place: sub("^tcp://"; "") | sub(":[0-9]+$"; "");

($away | split(" ")) as $away
| [$ARGS.positional as $w | range(0; $w | length; 3) as $i | $w[$i:$i + 3]
	| .[0] as $endpoint | (.[1] | try fromjson catch {}) as $told
	| {agent: $endpoint, silence: .[2], host: $told.host, offset_ms: $told.offset_ms,
		offset_error_ms: $told.offset_error_ms,
		stages: [$told.stages[]? | select(.stage as $name | $away | index($name))
			| .state |= text | .note |= text | .comment = "on \($endpoint | place)"]}] as $answers
# Of two agents that tell of the same stage, the first counts.
| [$answers[] as $one | $one | .stages |= map(select(.stage as $name
	| first($answers[] | select(any(.stages[]; .stage == $name))).agent == $one.agent))] as $answers
| [$away[] | select(. as $name | any($answers[].stages[]; .stage == $name) | not)] as $missing
| ([$answers[].silence | select(. != "")] | join("; ")) as $silence
| (if $silence != "" then $silence
	elif $answers == [] then "on another machine; EFFIGY_ASK says where its agent is"
	else "does not run on " + ([$answers[].agent | place] | join(" or on ")) end) as $comment
| $answers + [{agent: null, silence: "", host: null, offset_ms: null, offset_error_ms: null,
	stages: [$missing[] | {stage: ., state: "UNKNOWN", note: "", comment: $comment}]}]
