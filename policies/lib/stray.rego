package batchgate.lib

# METADATA
# description: |
#   What a command line passes to its program as it stands, because no shell reads
#   it: pairs of the word and the end of a sentence. names are the variables of the
#   container; where closed is false, it may have others.
stray(line, names, closed) := operators | variables if {
	operators := {[word, $"passes {word} to {line[0]}, because no shell reads it; use sh -c"] | some word in _operators(line)}
	variables := {[word, $"passes {word} as it stands, because no shell reads it; write $({name})"] |
		some [word, name] in _variables(line)
		_known(name, names, closed)
	}
}

_operators(line) := {word |
	operators := {word | some word in line} & {"&&", "||", "|", ">", ">>", "<", ";", "2>", "2>&1", "&>"}
	count(operators) > 0
	not hands_to_shell(line)
	wrapped := count({true | _wraps(line[0])}) > 0
	readers := [i | some i, word in line; _reads(i, program(word), wrapped)]
	finders := [i | some i, word in line; program(word) == "find"]
	padded := array.concat(line, ["-"])
	some i, word in line
	i > 0
	word in operators
	every reader in array.slice(readers, 0, 1) {
		i < reader
	}
	every finder in array.slice(finders, 0, 1) {
		[i < finder, word == ";"] != [false, true]
	}
	not _delimits(word, line[i - 1], padded[i + 1])
}

# What starts the program that is named further on.
_wraps(word) if {
	program(word) in {
		"catatonit", "chrt", "dumb-init", "env", "flock", "gosu", "ionice", "nice", "nohup", "setpriv", "setsid", "stdbuf", "su-exec",
		"sudo", "taskset", "time", "timeout", "tini", "xargs",
	}
}

# What takes an operator for part of a pattern or an expression.
_reads(0, name, _) if name in {"[", "awk", "egrep", "expr", "fgrep", "gawk", "grep", "jq", "rg", "sed", "test", "tr", "yq"}

_reads(_, name, true) if name in {"awk", "egrep", "fgrep", "gawk", "grep", "jq", "rg", "sed", "tr", "yq"}

# The value of an option: of one whose name says so, and where no program and no
# file follows, as after an operator of a shell.
_delimits(operator, option, _) if {
	operator in {"|", ";", "<"}
	_separator(option)
}

_delimits(";", option, _) if startswith(option, "-")

_delimits(operator, option, following) if {
	startswith(option, "-")
	startswith(following, "-")
	operator != "2>&1"
}

_separator(option) if {
	some mark in ["delim", "sep", "terminat"]
	contains(option, mark)
}

_separator(option) if option in {"--fs", "--ifs", "--ofs", "--ips", "--ops", "--ps", "--irs", "--ors", "--rs"}

# -d, -F, -sd
_separator(option) if {
	startswith(option, "-")
	count(option) in {2, 3}
	substring(option, count(option) - 1, 1) in {"d", "D", "F", "o", "R", "s", "S", "t"}
}

# The words $NAME and ${NAME}, with NAME.
_variables(line) := {[word, name] |
	words := {word | some word in line; startswith(word, "$"); not startswith(word, "$(")}
	count(words) > 0
	not hands_to_shell(line)
	some word in words
	name := trim(word, "${}")
	word in {concat("", ["$", name]), concat("", ["${", name, "}"])}
}

_known(name, names, _) if name in names

# What envFrom gives is not known here.
_known(name, _, false) if {
	trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == ""
	trim(substring(name, 0, 1), "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
	name != ""
}
