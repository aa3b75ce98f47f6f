package controlplane

import (
	"strings"
	"testing"
)

func TestTheVersionsComeFromGoMod(t *testing.T) {
	manifest := []byte("module x\n\nrequire (\n\tk8s.io/kubernetes v1.37.2\n\tk8s.io/kubernetes-x v9.9.9 // indirect\n)\n\n" +
		"replace k8s.io/api => k8s.io/api v0.37.2\n")
	for module, want := range map[string]string{
		"k8s.io/kubernetes":          "v1.37.2",
		"go.etcd.io/etcd/server/v3":  "",
		"k8s.io/api":                 "",
		"k8s.io/kubernetes-x":        "v9.9.9",
		"k8s.io/kubernetes-x-others": "",
	} {
		got, err := required(manifest, module)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%s: got %q, %v; expected %q", module, got, err, want)
		}
	}
}

func TestTheBinariesKnowTheirVersion(t *testing.T) {
	programs, err := programsOf("v1.37.2")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"gitVersion=v1.37.2", "gitMajor=1", "gitMinor=37"} {
		if !strings.Contains(programs[0].ldflags, want) {
			t.Errorf("flags %q of %s, expected %s in them", programs[0].ldflags, programs[0].name, want)
		}
	}
	if _, err := programsOf("master"); err == nil {
		t.Error(`version "master" is accepted, expected an error`)
	}
}
