package batch

import (
	"hash/fnv"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/batchgate/batchgate/policies/schedule"
)

// cronJobView is the CronJob, with what its schedule says where rules want to
// know.
func (o *Object) cronJobView() *ast.Term {
	spec := memberAt(o.root, "spec")
	text := stringAt(spec, "schedule")
	if !o.keep.timetables || text == "" {
		return o.root
	}
	facts := o.keep.schedules.term(stringAt(spec, "timeZone")+" "+text, timetableTerm)
	if facts == nil {
		return o.root
	}
	pairs := make([][2]*ast.Term, 0, 3)
	for _, key := range []string{"metadata", "spec"} {
		if t := memberAt(o.root, key); t != nil {
			pairs = append(pairs, [2]*ast.Term{words.term(key), t})
		}
	}
	timetable, _ := facts.Value.(ast.Object).Merge(ast.NewObject([2]*ast.Term{words.term("spread"), ast.InternedTerm(o.spread())}))
	return ast.ObjectTerm(append(pairs, [2]*ast.Term{words.term("timetable"), ast.NewTerm(timetable)})...)
}

// timetableTerm is what a schedule says that follows its time zone and a space; no zone has one
// in its name. It is nil when the schedule or the zone cannot be read.
func timetableTerm(text string) *ast.Term {
	zone, text, _ := strings.Cut(text, " ")
	s, err := schedule.Parse(text)
	if err != nil {
		return nil
	}
	if s, err = s.In(zone); err != nil {
		return nil
	}
	interval, never := s.Interval()
	pairs := [][2]*ast.Term{
		{words.term("never"), ast.InternedTerm(never)},
		{words.term("every"), ast.InternedTerm(s.Every())},
	}
	if !never {
		// The controller makes one Job a minute at most: its name has no seconds.
		pairs = append(pairs, [2]*ast.Term{words.term("interval"), ast.InternedTerm(int64(max(interval, time.Minute) / time.Second))})
	}
	if fields := s.Fields(); fields != nil {
		items := make([]*ast.Term, len(fields))
		for i, field := range fields {
			items[i] = ast.StringTerm(field)
		}
		pairs = append(pairs, [2]*ast.Term{words.term("fields"), ast.ArrayTerm(items...)})
	}
	skipped, repeated := s.SummerTime()
	for key, run := range map[string]string{"skipped": skipped, "repeated": repeated} {
		if run != "" {
			pairs = append(pairs, [2]*ast.Term{words.term(key), ast.StringTerm(run)})
		}
	}
	return ast.ObjectTerm(pairs...)
}

// spread is a minute of the hour that depends on the CronJob's name, so that
// those who take it do not all take the same. A name that the API server draws
// is not known to everybody who is asked, what it begins with is.
func (o *Object) spread() int64 {
	name := o.GenerateName()
	if name == "" {
		name = o.Name()
	}
	sum := fnv.New32a()
	sum.Write([]byte(o.Namespace() + "/" + name))
	return int64(sum.Sum32() % 60)
}
