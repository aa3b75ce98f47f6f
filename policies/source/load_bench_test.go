package source

import "testing"

func BenchmarkLoadPreset(b *testing.B) {
	for b.Loop() {
		if _, err := Load("recommended"); err != nil {
			b.Fatal(err)
		}
	}
}
