# Draws a flame graph as SVG (Brendan Gregg, CACM 59.6, 2016): one box for each function, as wide as the share
# of the samples in which it runs or waits for what it called, on top of its caller. Reads sorted stacks.

function escape(text) {
	gsub(/&/, "\\&amp;", text)
	gsub(/</, "\\&lt;", text)
	gsub(/>/, "\\&gt;", text)
	gsub(/"/, "\\&quot;", text)
	return text
}

# Ends the boxes above that depth.
function close_to(depth,   i) {
	for (i = open; i > depth; i--) {
		names[boxes] = box[i]
		depths[boxes] = i
		starts[boxes] = since[i]
		lengths[boxes++] = samples - since[i]
	}
	open = depth
}

# A colour from red to yellow that is always the same for a name.
function colour_of(name,   i, sum) {
	for (i = 1; i <= length(name); i++)
		sum = (sum * 31 + index(letters, substr(name, i, 1))) % 997
	return "rgb(" 205 + sum % 50 "," 60 + sum % 150 "," sum % 55 ")"
}

function draw(i,   x, y, wide, name, room) {
	x = 10 + starts[i] * scale
	wide = lengths[i] * scale
	if (wide < 0.3)
		return
	y = height - 10 - 17 * depths[i]
	name = names[i]
	printf "<g><title>%s: %.1f %%</title><rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"16\" fill=\"%s\"/>", \
		escape(name), 100 * lengths[i] / samples, x, y, wide, colour_of(name)
	room = int((wide - 6) / 7)
	if (room >= 3) {
		if (length(name) > room)
			name = substr(name, 1, room - 1) "…"
		printf "<text x=\"%.1f\" y=\"%d\">%s</text>", x + 3, y + 12, escape(name)
	}
	print "</g>"
}

BEGIN {
	open = samples = boxes = deepest = 0
	letters = " _abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:<>()[].-*&~"
}

{
	depth = split($0, frames, ";")
	same = 0
	while (same < depth && same < open && frames[same + 1] == box[same + 1])
		same++
	close_to(same)
	for (i = same + 1; i <= depth; i++) {
		box[i] = frames[i]
		since[i] = samples
	}
	open = depth
	deepest = depth > deepest ? depth : deepest
	samples++
}

END {
	close_to(0)
	height = 60 + 17 * deepest
	scale = samples > 0 ? 1180 / samples : 0
	printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1200\" height=\"%d\" font-family=\"monospace\" " \
		"font-size=\"11\">\n<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n", height
	printf "<text x=\"10\" y=\"20\" font-size=\"14\">%s, %d samples</text>\n", escape(title), samples
	for (i = 0; i < boxes; i++)
		draw(i)
	print "</svg>"
}
