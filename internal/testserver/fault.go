package testserver

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// FaultKind is what goes wrong with a request.
type FaultKind uint8

// The kinds of fault. "Before" means that the request has no effect on the
// server's data. "After" means that it is carried out and only its answer is
// affected.
const (
	RefuseConnection FaultKind = iota + 1 // before; over a socket it looks like ResetBefore
	ResetBefore                           // the connection is reset
	ResetAfter
	StatusBefore // an error of the API with Fault.Status
	StatusAfter
	TooManyRequests // before: 429, with Fault.RetryAfter
	Timeout         // before: the API's own message that it timed out
	HTML            // before: a page of a gateway in front, with Fault.Status and Fault.Body
	HTMLAfter
	Garbage  // after: bytes that are not JSON, or Fault.Body
	Truncate // after: half of the answer, then the end of the connection
	Hang     // before: no answer until the caller leaves or Fault.Delay is over, then a reset
	HangAfter
	Latency // the answer comes Fault.Delay late
	// Late carries the request out only when Fault.Delay has passed by the
	// server's clock, just before the next request after that. The caller gets a
	// gateway's page of Fault.Status at once, or no answer if that is 0.
	Late
)

// kindNames are the names of the kinds in texts.
var kindNames = []string{
	"", "refuse", "reset", "resetAfter", "status", "statusAfter", "tooManyRequests", "timeout",
	"page", "pageAfter", "mangled", "cut", "hang", "hangAfter", "latency", "late",
}

// String returns the kind's name; "" for none.
func (k FaultKind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("fault %d", uint8(k))
}

// MarshalText returns the kind's name.
func (k FaultKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads the name of a kind.
func (k *FaultKind) UnmarshalText(text []byte) error {
	i := slices.Index(kindNames, string(text))
	if i < 1 {
		return fmt.Errorf("no kind of fault is called %q: there are %s", text, strings.Join(kindNames[1:], ", "))
	}
	*k = FaultKind(i)
	return nil
}

// Fault breaks chosen requests. A request must match all of Method, Path and
// At that are set.
type Fault struct {
	Kind FaultKind

	Method string // HTTP method or, where the API has them, method of the RPC
	Path   string // a part of the URL's path; case does not matter
	At     int    // the number of one request, counted since the start or the last reset of the journal
	Skip   int    // how many matching requests pass unharmed first
	Times  int    // how many matching requests then fail: 0 is one, negative means all

	Status     int           // of StatusBefore, StatusAfter, HTML, HTMLAfter, Late; 0: the kind's own
	Body       string        // replaces the kind's own body
	RetryAfter string        // the header Retry-After of answers with a status; "": none
	Delay      time.Duration // of Latency, Hang and HangAfter (0: until the caller leaves), Late
}

// Faults are the faults that a server has. The zero value has none.
type Faults struct {
	mu    sync.Mutex
	list  []*armed
	later []postponed
}

type armed struct {
	Fault
	seen, fired int
}

// postponed is a request that is carried out late.
type postponed struct {
	due time.Time
	run func()
}

// Inject adds faults. If several match a request, the one that was injected
// first decides.
func (f *Faults) Inject(list ...Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, fault := range list {
		f.list = append(f.list, &armed{Fault: fault})
	}
}

// Clear removes all faults. Postponed requests are still carried out.
func (f *Faults) Clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = nil
}

// Pick returns the fault for a request: number and path are the request's,
// methods the names of its method. The zero Fault means none.
func (f *Faults) Pick(number int, path string, methods ...string) Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	var hit Fault
	for _, a := range f.list {
		if a.Method != "" && !slices.Contains(methods, a.Method) || a.At != 0 && a.At != number || !HasPart(path, a.Path) {
			continue
		}
		a.seen++
		if a.seen <= a.Skip || hit.Kind != 0 || a.Times >= 0 && a.fired >= max(a.Times, 1) {
			continue
		}
		a.fired++
		hit = a.Fault
	}
	return hit
}

// HasPart reports whether a path contains a part, ignoring case.
func HasPart(path, part string) bool {
	return strings.Contains(strings.ToLower(path), strings.ToLower(part))
}

func (f *Faults) postpone(due time.Time, run func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.later = append(f.later, postponed{due, run})
}

// CatchUp carries out the postponed requests that are due. Call it before each
// request is served.
func (f *Faults) CatchUp(now time.Time) {
	f.mu.Lock()
	var due, later []postponed
	for _, p := range f.later {
		if p.due.After(now) {
			later = append(later, p)
		} else {
			due = append(due, p)
		}
	}
	f.later = later
	f.mu.Unlock()
	slices.SortStableFunc(due, func(a, b postponed) int { return a.due.Compare(b.due) })
	for _, p := range due {
		p.run()
	}
}
