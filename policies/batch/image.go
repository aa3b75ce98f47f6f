package batch

import (
	"github.com/distribution/reference"
	"github.com/open-policy-agent/opa/v1/ast"
)

// maxImage is the longest image name, in characters, that is read: a name has
// at most 255, the rest is room for a tag and a digest.
const maxImage = 1024

// image is an image name in its parts, as the container runtimes read it.
type image struct {
	registry, repository, tag, digest string // tag and digest: "" when not written
}

// parseImage reads an image name; ok is false when it is none.
func parseImage(name string) (i image, ok bool) {
	if name == "" || len(name) > maxImage {
		return image{}, false
	}
	named, err := reference.ParseNormalizedNamed(name)
	if err != nil {
		return image{}, false
	}
	i = image{registry: reference.Domain(named), repository: reference.Path(named)}
	if tagged, ok := named.(reference.Tagged); ok {
		i.tag = tagged.Tag()
	}
	if digested, ok := named.(reference.Digested); ok {
		i.digest = digested.Digest().String()
	}
	return i, true
}

// referenceTerm is {registry, repository, tag, digest} with the keys that
// exist; nil when the name does not parse.
func referenceTerm(name string) *ast.Term {
	i, ok := parseImage(name)
	if !ok {
		return nil
	}
	pairs := make([][2]*ast.Term, 0, 4)
	for _, part := range [][2]string{
		{"registry", i.registry}, {"repository", i.repository}, {"tag", i.tag}, {"digest", i.digest},
	} {
		if part[1] != "" {
			pairs = append(pairs, [2]*ast.Term{words.term(part[0]), words.term(part[1])})
		}
	}
	return ast.ObjectTerm(pairs...)
}

// pullPolicy is the imagePullPolicy that the API server writes for an image.
func pullPolicy(name string) string {
	i, ok := parseImage(name)
	if ok && (i.tag == "latest" || i.tag == "" && i.digest == "") {
		return "Always"
	}
	return "IfNotPresent"
}
