package batchgate.lib

# A command line is the list of words that a container is started with. No shell
# reads it unless it names one.

# METADATA
# description: |
#   The program that a word of a command line names: sh for /bin/sh.
program(word) := lower(parts[count(parts) - 1]) if parts := split(replace(word, "\\", "/"), "/")

# METADATA
# description: |
#   Whether a command line hands its words, or some of them, to a shell or to what
#   reads them like one.
hands_to_shell(line) if {
	some word in line
	program(word) in {
		"ash", "bash", "busybox", "cmd", "cmd.exe", "csh", "dash", "envsubst", "eval", "fish", "ksh", "launcher", "mksh", "nu", "parallel",
		"powershell", "powershell.exe", "pwsh", "pwsh.exe", "sh", "ssh", "su", "tcsh", "watch", "zsh",
	}
}

# METADATA
# description: |
#   What is wrong with how a command begins, with the word at fault: no program, a
#   whole line in place of one, or a script where a shell expects the name of a file.
misstarted(command, line) := [command[0], "command names no program"] if {
	trim_space(command[0]) == ""
} else := [command[0], msg] if {
	first := trim_space(command[0])
	contains(first, " ")
	not contains(first, "\\")
	not substring(first, 1, 2) == ":/"
	msg := $"command takes {split(first, " ")[0]} and the words behind it for one program; make each an element, or use sh -c"
} else := [line[1], $"command gives {command[0]} a script for the name of a file; put -c before it"] if {
	program(command[0]) in {"ash", "bash", "dash", "ksh", "sh", "zsh"}
	contains(trim_space(line[1]), " ")
	not strings.any_prefix_match(trim_space(line[1]), ["-", "/", "."])
}

# METADATA
# description: |
#   What keeps a command line running for ever when it comes to its end.
endless(line) := "sleep infinity" if {
	statement := _last_statement(line)
	array.slice(statement, count(statement) - 2, count(statement)) == ["sleep", "infinity"]
	not "echo" in statement
} else := "tail -f" if {
	statement := _last_statement(line)
	"tail" in statement
	some follow in ["-f", "-F", "--follow"]
	follow in statement
	not "timeout" in statement
	not contains(concat(" ", statement), "--pid")
}

# METADATA
# description: |
#   Whether some of these words end the sidecars beside the work.
ends_sidecars(words) if {
	some word in words
	some call in ["quitquitquit", "/shutdown", "/agent/v1/quit", "linkerd-await", "pilot-agent", "exit-after-auth"]
	contains(word, call)
}

# METADATA
# description: |
#   The names in $(NAME) that Kubernetes is to replace in a text. $$(NAME) stands
#   for itself, and what has small letters in it is a command of a shell. Names
#   that an Indexed Job or a Service gives to every container are left out, and
#   those that begin with what is given.
references(text, given) := {name |
	contains(text, "$(")
	parts := split(text, "$(")
	some i, part in parts
	i > 0
	not endswith(parts[i - 1], "$")
	contains(part, ")")
	name := split(part, ")")[0]
	name != ""
	trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == ""
	name != "JOB_COMPLETION_INDEX"
	not strings.any_prefix_match(name, given)
	not contains(name, "_SERVICE_")
	not contains(concat("", [name, "_"]), "_PORT_")
}

# METADATA
# description: |
#   The place of each name in a list, of the first where it stands twice.
places(names) := object.union_n(array.reverse([{name: i} | some i, name in names]))

# The words of the last statement, which may be one of a script.
_last_statement(line) := split(trim_space(statements[count(statements) - 1]), " ") if {
	text := replace(replace(trim_right(concat(" ", line), "; \n\t"), ";", "\n"), "&", "\n")
	statements := split(replace(text, "|", "\n"), "\n")
}
