package webhook

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

func quietHandler() http.Handler {
	return NewHandler(Options{Judge: silentJudge{}, Log: discard()})
}

// sends posts a body that arrives through a pipe.
func sends(h http.Handler, length int) (*io.PipeWriter, <-chan int) {
	r, w := io.Pipe()
	status := make(chan int, 1)
	go func() {
		req := httptest.NewRequest(http.MethodPost, "/validate?timeout=20s", r)
		req.ContentLength = int64(length)
		req.Header.Set("Content-Type", "application/json")
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, req)
		_ = r.Close()
		status <- rec.Code
	}()
	return w, status
}

func TestBodiesThatStallKeepNobodyOut(t *testing.T) {
	t.Parallel()
	h := quietHandler()
	var statuses []<-chan int
	var writers []*io.PipeWriter
	for range 2 * maxInFlight {
		w, status := sends(h, 1000)
		if _, err := w.Write([]byte("{")); err != nil {
			t.Fatal(err)
		}
		writers, statuses = append(writers, w), append(statuses, status)
	}
	if w := call(h, "/validate", recorded(t, createJob)); w.Code != http.StatusOK {
		t.Errorf("status %d beside bodies that stall", w.Code)
	}
	for i, w := range writers {
		_ = w.Close()
		<-statuses[i]
	}
}

func TestBodiesThatArriveTogetherDoNotWaitForOneAnother(t *testing.T) {
	t.Parallel()
	h := quietHandler()
	body := edit(t, recorded(t, createJob), func(_, r map[string]any) { r["zzz"] = strings.Repeat("x", 700<<10) })
	var half sync.WaitGroup
	var statuses []<-chan int
	for range 40 {
		w, status := sends(h, len(body))
		statuses = append(statuses, status)
		half.Add(1)
		go func() {
			_, err := w.Write(body[:len(body)/2])
			half.Done()
			half.Wait() // each holds half of what it needs
			if err == nil {
				_, err = io.Copy(w, bytes.NewReader(body[len(body)/2:]))
			}
			_ = w.CloseWithError(err)
		}()
	}
	late := time.After(30 * time.Second)
	for i, status := range statuses {
		select {
		case code := <-status:
			if code != http.StatusOK {
				t.Errorf("body %d: status %d", i, code)
			}
		case <-late:
			t.Fatal("they wait for one another")
		}
	}
}
