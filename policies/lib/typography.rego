package batchgate.lib

# METADATA
# description: |
#   The typographic quotes and dashes that words of a command line have in place of
#   plain ones: around or at one end of a word, or before an option. In a line that
#   a shell reads, those in a script: the first of a kind, outside of plain quotes,
#   comments and here-documents. What stands within a sentence is meant. The answer
#   is pairs of what was typed and what was meant.
mistyped(words, line) := {pair |
	_typographic(concat("\n", words))
	scripted := count({true | hands_to_shell(line)}) > 0
	some word in words
	pair := _mistyped(word, scripted)
}

_mistyped(word, scripted) := ["“”", "\"\""] if {
	startswith(word, "“")
	_ends_quote(word, "”")
} else := ["“”", "\"\""] if {
	endswith(word, "”")
	not contains(word, "“")
} else := ["‘’", "''"] if {
	startswith(word, "‘")
	_ends_quote(word, "’")
} else := [dash, plain] if {
	some dash, plain in {"–": "-", "—": "--"}
	startswith(trim_prefix(word, "-"), dash)
	not substring(trim_prefix(word, "-"), 1, 1) in {"", " "}
} else := found[0] if {
	scripted
	contains(word, " ")
	found := [[typed, plain] |
		some [mark, typed, plain] in [["“", "“”", "\"\""], [" –", "–", "-"], [" —", "—", "--"]]
		_in_script(word, mark)
	]
}

_in_script(text, mark) if {
	contains(text, mark)
	not contains(text, "<<")
	parts := split(text, mark)
	not substring(parts[1], 0, 1) in {"", " "}
	every quote in ["\"", "'"] {
		strings.count(parts[0], quote) % 2 == 0
	}
	lines := split(parts[0], "\n")
	not contains(lines[count(lines) - 1], "#")
}

_typographic(text) if {
	some mark in ["“", "”", "‘", "–", "—"]
	contains(text, mark)
}

# A quote that is opened and closed around the word, or not closed at all.
_ends_quote(word, closing) if endswith(word, closing)

_ends_quote(word, closing) if not contains(word, closing)
