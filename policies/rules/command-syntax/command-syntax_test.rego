package batchgate.rules_test["command-syntax"]

import data.batchgate.rules["command-syntax"] as rule

job(container) := {
	"job": {"spec": {}},
	"pod": {"spec": {}},
	"containers": [object.union({"name": "main", "role": "main"}, container)],
	"params": {"injected": ["AWS_"]},
}

findings_of(facts) := findings if findings := rule.deny with input as facts

said(container) := {$"{finding.field[2]}: {finding.msg}" | some finding in findings_of(job(container))}

silent(container) if findings_of(job(container)) == set()

test_denies_the_quotes_of_a_web_page if {
	findings_of(job({"command": ["“echo”", "“Hello", "Kubernetes Job!”"]})) == {{
		"field": ["containers", "main", "command"],
		"msg": `command holds “” where "" is meant, as if copied from a web page`,
		"value": "“echo” “Hello Kubernetes Job!”",
	}}
	said({"args": ["–verbose"]}) == {"args: args holds – where - is meant, as if copied from a web page"}
}

test_denies_a_value_that_closes_no_quote if {
	said({"env": [{"name": "MODE", "value": "“fast"}]}) == {"env: env MODE holds “” where \"\" is meant, as if copied from a web page"}
}

test_allows_typographic_quotes_in_a_sentence if {
	silent({"command": ["notify", "The “big” one – done"], "env": [{"name": "TITLE", "value": "The “big” one"}]})
	silent({"command": ["notify"], "args": ["“The release is out”"], "env": [{"name": "TITLE", "value": "“Done”"}]})
}

test_denies_a_command_line_in_one_word if {
	said({"command": ["python main.py"]}) == {concat(" ", [
		"command: command takes python and the words behind it for one program;",
		"make each an element, or use sh -c",
	])}
}

test_allows_spaces_where_they_belong if {
	silent({"command": ["sh", "-c", "echo hello"]})
	silent({"command": [`C:\Program Files\Report\report.exe`]})
	silent({"command": ["C:/Program Files/Report/report.exe"]})
	silent({"args": ["echo hello"]})
}

test_denies_a_script_in_place_of_a_file if {
	findings_of(job({"command": ["sh"], "args": ["echo a && b"]})) == {{
		"field": ["containers", "main", "command"],
		"msg": "command gives sh a script for the name of a file; put -c before it",
		"value": "echo a && b",
	}}
}

test_denies_a_command_without_a_program if {
	every word in ["", " "] {
		said({"command": [word]}) == {"command: command names no program"}
	}
}

test_denies_operators_that_no_shell_reads if {
	said({"command": ["migrate", "&&"], "args": ["seed", ">", "log"]}) == {
		"command: command passes && to migrate, because no shell reads it; use sh -c",
		"args: args passes > to migrate, because no shell reads it; use sh -c",
	}
}

test_allows_operators_that_a_shell_or_a_program_reads if {
	silent({"command": ["/bin/sh", "-c"], "args": ["migrate && seed > log"]})
	silent({"command": ["cmd", "/c", "migrate", "&&", "seed"]})
	silent({"command": ["jq", ".a | .b"]})
	silent({"command": ["timeout", "3600", "find", "/data"], "args": ["-exec", "rm", "{}", ";"]})
	silent({"command": ["mlr", "--ifs", ";"], "args": ["cat", "/data/list"]})
	silent({"args": ["migrate", "&&", "seed"]})
}

env := {"env": [{"name": "DB_HOST", "value": "db"}]}

with_env(container) := object.union(env, container)

test_denies_a_variable_that_no_shell_reads if {
	every word in ["$DB_HOST", "${DB_HOST}"] {
		said(with_env({"command": ["psql", "-h"], "args": [word]})) == {concat(" ", [
			$"args: args passes {word} as it stands, because no shell reads it;",
			"write $(DB_HOST)",
		])}
	}
}

from := {"envFrom": [{"secretRef": {"name": "db"}}]}

test_denies_a_variable_of_a_secret_that_no_shell_reads if {
	said(object.union(from, {"command": ["psql", "$DATABASE_URL"]})) == {concat(" ", [
		"command: command passes $DATABASE_URL as it stands, because no shell reads it;",
		"write $(DATABASE_URL)",
	])}
	silent(object.union(from, {"command": ["psql", "$name"]}))
}

test_allows_a_variable_that_somebody_reads if {
	silent(with_env({"command": ["sh", "-c", "$DB_HOST"]}))
	silent(with_env({"command": ["envsubst", "$DB_HOST"]}))
	silent(with_env({"command": ["psql", "$OTHER", "$(DB_HOST)"]}))
	silent(with_env({"args": ["$DB_HOST"]}))
}

test_denies_a_reference_to_nothing if {
	said(with_env({"command": ["psql", "-h", "$(DB_HOTS)"]})) == {"command: command refers to $(DB_HOTS), which the container's env does not define"}
	said(with_env({"args": ["$(DB_HOTS)"]})) == {"args: args refers to $(DB_HOTS), which the container's env does not define"}
	said({"env": [{"name": "URL", "value": "db://$(DB_HOST)"}, {"name": "DB_HOST", "value": "db"}]}) == {concat(" ", [
		"env: env URL refers to $(DB_HOST),",
		"which env does not define before it",
	])}
}

test_allows_a_reference_to_what_may_be_there if {
	silent(with_env({"args": ["$(DB_HOST)"]}))
	silent({"args": ["$(AWS_REGION)"]})
	silent({"args": ["$(DB_HOST)"], "envFrom": [{"configMapRef": {"name": "db"}}]})
	silent({"command": ["sh", "-c", "TOKEN() { date; }; echo $(TOKEN)"]})
	silent({"env": [
		{"name": "A", "value": "a"},
		{"name": "B", "value": "$(A)"},
		{"name": "C", "value": "$(AWS_REGION)"},
		{"name": "D", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
	]})
	silent({"env": [{"name": "B", "value": "$(A)"}], "envFrom": [{"secretRef": {"name": "db"}}]})
}

test_denies_with_the_word_that_is_wrong if {
	every container, value in {
		{"command": ["a b"]}: "a b",
		{"command": ["a", "&&", "b"]}: "&&",
		{"args": ["--b=$(B)", "--c=$(B)"]}: "$(B)",
		{"env": [{"name": "A", "value": "x$(B)"}]}: "x$(B)",
		{"command": ["sh", "-c", "sleep infinity"]}: "sleep infinity",
	} {
		{finding.value | some finding in findings_of(job(container))} == {value}
	}
}

endless := {"command": ["sh", "-c", "migrate; sleep infinity"]}

test_denies_a_command_that_never_ends if {
	said(endless) == {concat(" ", [
		"command: runs sleep infinity to the end, so the Job never completes;",
		"leave it out, or set a deadline",
	])}
	said({"args": ["tail", "-f", "/dev/null"]}) == {concat(" ", [
		"command: runs tail -f to the end, so the Job never completes;",
		"leave it out, or set a deadline",
	])}
}

test_allows_a_command_that_a_deadline_ends if {
	findings_of(object.union(job(endless), {"job": {"spec": {"activeDeadlineSeconds": 60}}})) == set()
	findings_of(object.union(job(endless), {"pod": {"spec": {"activeDeadlineSeconds": 60}}})) == set()
}

test_allows_a_sidecar_that_never_ends if {
	silent(object.union(endless, {"role": "sidecar"}))
}

test_allows_a_container_that_says_nothing if {
	silent({})
}
