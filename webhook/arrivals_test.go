package webhook

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestAStalledBodyMakesRoomForOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := &arrivals{most: 2}
		var cut []string
		arriving := func(name string) *body {
			return &body{began: time.Now(), cut: func() { cut = append(cut, name) }}
		}
		first, second := arriving("first"), arriving("second")
		if !a.enter(first) || !a.enter(second) {
			t.Fatal("there was no place at first")
		}
		if a.enter(arriving("third")) {
			t.Error("a newcomer took the place of one that has just begun")
		}
		time.Sleep(2 * arrivalGrace) // of the test's clock
		third := arriving("third")
		if !a.enter(third) || len(cut) != 1 || cut[0] != "first" {
			t.Errorf("the newcomer has no place; cut were %v", cut)
		}
		if !a.leave(first) || a.leave(second) || a.leave(third) {
			t.Error("it is not the first one alone that was displaced")
		}
		if !a.enter(arriving("fourth")) || a.list.Len() != 1 {
			t.Errorf("%d are on their way, expected 1", a.list.Len())
		}
	})
}
