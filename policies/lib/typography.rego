package batchgate.lib

# METADATA
# description: |
#   The typographic quotes and dashes that words of a list, command, args or env,
#   have in place of plain ones: a quote around or at one end of a word, or that
#   nothing closes, and a dash before an option. In a line that a shell reads, those
#   in a script: the first of a kind, outside of plain quotes, comments and
#   here-documents. What stands within a sentence is meant, and so is a whole
#   sentence in quotes that is handed to a program, or any value of env that closes
#   its quotes. The answer is triples of what was typed, what was meant, and the words.
mistyped(list, words, line) := {[typed, plain, concat(" ", said)] |
	_typographic(concat("\n", words))
	scripted := count({true | hands_to_shell(line)}) > 0
	found := [[pair, word] | some word in words; pair := _mistyped(word, list, scripted)]
	kinds := {pair | some [pair, _] in found}
	some [typed, plain] in kinds
	said := [word | some [pair, word] in found; pair[0] == typed]
}

_mistyped(word, list, scripted) := ["“”", "\"\""] if {
	_unclosed(word, scripted)
} else := ["“”", "\"\""] if {
	startswith(word, "“")
	endswith(word, "”")
	_told(word, list)
} else := ["‘’", "''"] if {
	startswith(word, "‘")
	not contains(word, "’")
} else := ["‘’", "''"] if {
	startswith(word, "‘")
	endswith(word, "’")
	_told(word, list)
} else := [dash, plain] if {
	list != "env"
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

# A word that tells the program what to do, and not what to say.
_told(_, "command")

_told(word, "args") if not contains(word, " ")

# A script has sentences, and quotes, of its own.
_unclosed(word, scripted) if {
	[scripted, contains(word, " ")] != [true, true]
	_odd(word)
}

_unclosed(word, true) if {
	endswith(word, "”")
	not contains(word, "“")
}

# Which of them opens and which closes depends on the language.
_odd(word) if ((strings.count(word, "“") + strings.count(word, "”")) + strings.count(word, "„")) % 2 == 1

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
