# Reads what "perf script -F comm,ip,sym" prints. Prints a line for each stack, from its root to its top,
# with frames separated by semicolons.

function flush_stack() {
	if (program != "")
		print program stack
	program = stack = ""
}

/^$/ { flush_stack(); next }

# A frame: its address, its function.
/^[ \t]/ {
	address = $1
	$1 = ""
	sub(/^ +/, "")
	if ($0 == "" || $0 == "[unknown]")
		$0 = "[" address "]"
	gsub(/;/, ":")
	stack = ";" $0 stack
	next
}

# The name of the thread.
{ sub(/[ \t]+$/, ""); gsub(/;/, ":"); program = $0 }

END { flush_stack() }
