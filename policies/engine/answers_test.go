package engine

import (
	"math/rand/v2"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// TestAnswersAreThoseOfTopdownsOwnCache does the same to both caches.
func TestAnswersAreThoseOfTopdownsOwnCache(t *testing.T) {
	for name, refs := range map[string]int{"few": 8, "many": 200} {
		t.Run(name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(1, 2))
			ours := newAnswers()
			for range 20 {
				own, depth := topdown.NewVirtualCache(), 0
				for range 2000 {
					ref := drawnRef(random, refs)
					switch action := random.IntN(40); {
					case action == 0:
						ours.Push()
						own.Push()
						depth++
					case action == 1 && depth > 0:
						ours.Pop()
						own.Pop()
						depth--
					case action < 15:
						var value *ast.Term
						if random.IntN(4) > 0 {
							value = ast.InternedTerm(random.IntN(100))
						}
						ours.Put(ref, value)
						own.Put(ref, value)
						clear(ref) // topdown writes the next one over it
					default:
						value, undefined := ours.Get(ref)
						wanted, wantUndefined := own.Get(ref)
						if value != wanted || undefined != wantUndefined {
							t.Fatalf("%v: %v, %v; want %v, %v", ref, value, undefined, wanted, wantUndefined)
						}
					}
				}
				if len(ours.Keys()) != len(own.Keys()) {
					t.Fatalf("%d keys, want %d", len(ours.Keys()), len(own.Keys()))
				}
				ours.reset()
			}
		})
	}
}

// drawnRef is one of so many refs, some of which hold the same parts.
func drawnRef(random *rand.Rand, many int) ast.Ref {
	n := random.IntN(many)
	ref := ast.Ref{ast.DefaultRootDocument, ast.StringTerm("f"), ast.InternedTerm(n % 10)}
	for range n % 3 {
		ref = append(ref, ast.ArrayTerm(ast.InternedTerm(n/10), ast.StringTerm("a")))
	}
	return ref
}
