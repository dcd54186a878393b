package faulttest

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/reconcile"
)

var (
	stories  = flag.Int("stories", 60, "how many random stories TestStories tells")
	length   = flag.Int("length", 2, "TestShortStories tells all stories of so many events")
	share    = flag.Int("share", 40, "TestShortStories tells one in so many of the longest")
	lasting  = flag.Duration("for", 0, "tell no more stories and live no more lives after so long; 0: all")
	most     = flag.Int("most", 3, "stop after so many stories that go wrong")
	bad      atomic.Int64
	oneStory = flag.String("story", "", "the story that TestStory tells, as a failure prints it")
)

// plot is a story before it is played: the kind of feed, the number of
// problems, and the events.
type plot struct {
	kind     reconcile.FeedKind
	problems int
	sinces   bool
	fresh    bool // no problem has a ticket when it begins
	steps    []step
}

type step struct{ event, problem int }

func (p plot) String() string {
	texts := []string{fmt.Sprintf("%d %d %v %v", p.kind, p.problems, p.sinces, p.fresh)}
	for _, s := range p.steps {
		texts = append(texts, fmt.Sprintf("%s @%d", events[s.event].name, s.problem))
	}
	return strings.Join(texts, "; ")
}

func parsePlot(text string) (p plot, err error) {
	parts := strings.Split(text, "; ")
	if _, err := fmt.Sscanf(parts[0], "%d %d %t %t", &p.kind, &p.problems, &p.sinces, &p.fresh); err != nil {
		return p, err
	}
	for _, part := range parts[1:] {
		name, number, _ := strings.Cut(part, " @")
		s := step{event: -1}
		for i, e := range events {
			if e.name == name {
				s.event = i
			}
		}
		if _, err := fmt.Sscan(number, &s.problem); err != nil || s.event < 0 {
			return p, fmt.Errorf("%q is not an event", part)
		}
		p.steps = append(p.steps, s)
	}
	return p, nil
}

// tell plays the story. All problems last when it begins, and have their
// tickets unless it is fresh.
func (p plot) tell(t *testing.T) (s *story) {
	synctest.Test(t, func(t *testing.T) {
		s = newStory(t, p.kind, p.problems)
		s.world.sinces = p.sinces
		for _, problem := range s.world.problems {
			s.world.fail(problem, reconcile.SeverityMedium)
		}
		if !p.fresh {
			s.run(0, interruption{}, desk.Options{})
			time.Sleep(2 * time.Minute)
		}
		for _, step := range p.steps {
			e := events[step.event]
			s.note("%s (%s)", e.name, s.world.problems[step.problem%p.problems].subject)
			e.do(s, s.world.problems[step.problem%p.problems])
			time.Sleep(time.Second)
		}
		s.world.down = false
		s.finish()
		time.Sleep(time.Hour)
	})
	return s
}

// shortest leaves out the events that a failing story does not need to fail.
func (p plot) shortest(t *testing.T) plot {
	for again := true; again; {
		again = false
		for i := range p.steps {
			shorter := p
			shorter.steps = append(append([]step(nil), p.steps[:i]...), p.steps[i+1:]...)
			if len(shorter.tell(t).wrongs) > 0 {
				p, again = shorter, true
				break
			}
		}
	}
	return p
}

func (p plot) check(t *testing.T) {
	s := p.tell(t)
	if len(s.wrongs) == 0 {
		return
	}
	bad.Add(1)
	short := p.shortest(t)
	s = short.tell(t)
	t.Errorf("-story %q\n%s", short, strings.Join(s.log, "\n"))
}

func randomPlot(rng *rand.Rand) plot {
	p := plot{kind: reconcile.FeedKind(rng.IntN(3)), problems: []int{1, 2, 3, 6}[rng.IntN(4)], sinces: rng.IntN(2) == 0, fresh: rng.IntN(2) == 0}
	for range 4 + rng.IntN(16) {
		e := rng.IntN(len(events))
		if rng.IntN(3) == 0 {
			e = runEvent
		}
		p.steps = append(p.steps, step{e, rng.IntN(p.problems)})
	}
	return p
}

var runEvent = func() int {
	for i, e := range events {
		if e.name == "run" {
			return i
		}
	}
	panic("no run")
}()

// side plays n stories, two at a time, until too many have failed or the time
// is over. It returns how many were played.
func side(t *testing.T, n int, tell func(t *testing.T, i int)) int64 {
	bad.Store(0)
	began := time.Now()
	next, told := atomic.Int64{}, atomic.Int64{}
	on := func(i int) bool {
		return i < n && bad.Load() < int64(*most) && (*lasting == 0 || time.Since(began) < *lasting)
	}
	t.Run("stories", func(t *testing.T) {
		for range 2 {
			t.Run("", func(t *testing.T) {
				t.Parallel()
				for i := int(next.Add(1)) - 1; on(i); i = int(next.Add(1)) - 1 {
					tell(t, i)
					told.Add(1)
				}
			})
		}
	})
	return told.Load()
}

// Random stories of writers, people, an older tool and lost memories.
func TestStories(t *testing.T) {
	told := side(t, *stories, func(t *testing.T, i int) {
		randomPlot(rand.New(rand.NewPCG(*seed+uint64(i), 4))).check(t)
	})
	t.Logf("%d stories from seed %d", told, *seed)
}

// All short stories.
func TestShortStories(t *testing.T) {
	n, told := 1, atomic.Int64{}
	for range *length {
		n *= len(events)
	}
	side(t, n, func(t *testing.T, i int) {
		if (i+int(*seed))%*share != 0 {
			return
		}
		p := plot{kind: reconcile.FeedKind((i / *share) % 3), problems: 1, sinces: i%2 == 0, fresh: (i / *share)%2 == 0}
		for range *length {
			p.steps = append(p.steps, step{event: i % len(events)})
			i /= len(events)
		}
		told.Add(1)
		p.check(t)
	})
	t.Logf("%d of %d stories of %d events", told.Load(), n, *length)
}

// Stories that have gone wrong once.
func TestStoriesThatWentWrong(t *testing.T) {
	for name, story := range map[string]string{
		"the note of an interrupted update was written to a copy":             "1 1 false false; changes @0; run killed after its second write @0; person copies @0",
		"a closed ticket that lists did not show yet was forgotten":           "1 1 true true; lists lag @0; run @0; person closes @0; run @0; run @0",
		"a ticket that the older tool rewrote after its close never reopened": "2 2 false false; ends @1; run @1; fails @1; older tool rewrites @1",
		"a duplicate with a note was tried in every run, and no other":        "0 2 false true; lists lag @1; three writers @1; changes @1; person writes a note @1",
	} {
		p, err := parsePlot(story)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(name, p.check)
	}
}

// The one story of -story.
func TestStory(t *testing.T) {
	if *oneStory == "" {
		t.Skip("no -story")
	}
	p, err := parsePlot(*oneStory)
	if err != nil {
		t.Fatal(err)
	}
	s := p.tell(t)
	t.Logf("%s", strings.Join(s.log, "\n"))
	if len(s.wrongs) > 0 {
		t.Fail()
	}
}
