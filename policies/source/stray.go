package source

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/batchgate/batchgate/policies/config"
)

// stray tells of rules that lie beside rules/, where nobody loads them: whoever
// wrote one believes that it holds. Only what says in its package that it is a
// rule, or part of the library, counts; other Rego in the directory is somebody
// else's.
func stray(dir string, files *tree) error {
	looking := &tree{root: files.root} // what is looked at here counts for nothing else
	var errs []error
	look := func(name string) {
		if !strings.HasSuffix(name, ".rego") || strings.HasSuffix(name, "_test.rego") {
			return
		}
		text, err := looking.ReadFile(name)
		if err != nil {
			return
		}
		found := regexp.MustCompile(`(?m)^package batchgate\.(rules|lib)\b(?:\["([a-z0-9-]+)"\]|\.(\w+))?`).FindSubmatch(text)
		if found == nil {
			return
		}
		belongs := path.Join("lib", path.Base(name))
		if string(found[1]) == "rules" {
			rule := string(found[2]) + string(found[3])
			if rule == "" {
				rule = strings.TrimSuffix(path.Base(name), ".rego")
			}
			belongs = path.Join("rules", rule, rule+".rego")
		}
		errs = append(errs, fmt.Errorf("%s: is not loaded where it lies; expected %s", filepath.Join(dir, name), filepath.Join(dir, belongs)))
	}
	for _, name := range looking.names(".") {
		if strings.HasPrefix(name, ".") || name == "rules" || name == "lib" {
			continue
		}
		look(name)
		look(path.Join(name, name+".rego"))
		if config.Nearest(name, []string{"rules", "lib"}) == "" {
			continue
		}
		for _, inside := range looking.names(name) { // rule/, libs/
			look(path.Join(name, inside))
			look(path.Join(name, inside, inside+".rego"))
		}
	}
	return errors.Join(errs...)
}
