package conformance

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// caseTimeout bounds one case. The longest of them look on for five minutes; one that waits for what never comes would
// do so for fifteen.
const caseTimeout = 8 * time.Minute

// suite is Kubernetes' own e2e suite against one cluster.
type suite struct {
	binary     string
	kubeconfig string
	dir        string // for reports and logs
}

// cases lists the cases whose names match, in the order of the suite.
func (s suite) cases(ctx context.Context, focus string) ([]string, error) {
	results, log, err := s.run(ctx, "list", "--ginkgo.dry-run", "--ginkgo.focus="+focus)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, result := range results {
		if result.Outcome == Passed { // what a dry run calls those that it would run
			names = append(names, result.Case)
		}
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("no case of the suite matches %s, see %s", focus, log)
	}
	return names, nil
}

// try runs one case and finds the namespaces that it made.
func (s suite) try(ctx context.Context, number int, name string) (Result, []string, error) {
	results, log, err := s.run(ctx, fmt.Sprintf("case-%02d", number),
		"--ginkgo.focus= "+regexp.QuoteMeta(name)+"$", // the name of the suite comes before it,
		"--ginkgo.timeout="+caseTimeout.String(),
		"--ginkgo.v",
	)
	if err != nil {
		return Result{}, nil, fmt.Errorf("%s: %w", name, err)
	}
	text, err := os.ReadFile(log)
	if err != nil {
		return Result{}, nil, err
	}
	for _, result := range results {
		if result.Case == name {
			return result, namespaces(string(text)), nil
		}
	}
	return Result{}, nil, fmt.Errorf("%s: the report does not name it, see %s", name, log)
}

// run runs the suite and reads its report. That cases fail is no error.
func (s suite) run(ctx context.Context, name string, args ...string) ([]Result, string, error) {
	dir := filepath.Join(s.dir, name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, "", err
	}
	log := filepath.Join(dir, "log")
	output, err := os.Create(log)
	if err != nil {
		return nil, "", err
	}
	defer output.Close()
	ctx, cancel := context.WithTimeout(ctx, caseTimeout+2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, s.binary, append([]string{
		"--provider=skeleton",
		"--kubeconfig=" + s.kubeconfig,
		"--report-dir=" + dir,
		"--e2e-output-dir=" + dir,
		"--disable-log-dump",
		"--dump-logs-on-failure=false",
		"--ginkgo.no-color",
	}, args...)...)
	cmd.Dir = dir
	cmd.Env = []string{"HOME=" + dir, "PATH=" + os.Getenv("PATH")}
	cmd.Stdout, cmd.Stderr = output, output
	ran := cmd.Run()
	var exit *exec.ExitError
	if ran != nil && !errors.As(ran, &exit) {
		return nil, log, ran
	}
	report, err := os.Open(filepath.Join(dir, "junit_01.xml"))
	if err != nil {
		return nil, log, fmt.Errorf("the suite wrote no report (%w), see %s", errors.Join(ran, err), log)
	}
	defer report.Close()
	results, err := readReport(report)
	return results, log, err
}

// namespaces are those that a case says it has made.
func namespaces(log string) []string {
	var names []string
	for _, match := range regexp.MustCompile(`(?m)Destroying namespace "([^"]+)"`).FindAllStringSubmatch(log, -1) {
		if name := match[1]; !strings.Contains(strings.Join(names, " "), name) {
			names = append(names, name)
		}
	}
	return names
}
