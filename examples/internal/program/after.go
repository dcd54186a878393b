package program

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

// health is what the next run knows about this one, in a file beside the
// memory. Other programs may read it too: lastGood is when a run last did its
// work.
type health struct {
	Exit     Exit      `json:"exit"`
	LastGood time.Time `json:"lastGood,omitzero"`
	// Told is when people were told that the program is broken; zero if it is
	// not broken.
	Told time.Time `json:"told,omitzero"`
}

// After ends a run. It sends one message when the program breaks and one when
// it works again, and requests the heartbeat address if the run did its work.
// It prints its own errors to standard error, because the run itself is over.
func (p *Program) After(ctx context.Context, n Notify, state string, code Exit, summary string) {
	if ctx.Err() != nil {
		return // a person has interrupted the run and knows it
	}
	file := Beside(state, "health.json")
	var last health
	if data, err := os.ReadFile(file); err == nil {
		if json.Unmarshal(data, &last) != nil {
			last = health{}
		}
	}
	now := p.Now().UTC()
	last.Exit = code
	switch {
	case code.Broken() && last.Told.IsZero():
		if p.tell(ctx, n, "does not work", summary) {
			last.Told = now
		}
	case !code.Broken() && !last.Told.IsZero():
		if p.tell(ctx, n, "works again", fmt.Sprintf("It did not since %s.\n%s", last.Told.Format(time.RFC1123), summary)) {
			last.Told = time.Time{}
		}
	}
	if !code.Broken() {
		last.LastGood = now
		if n.Heartbeat != "" {
			if err := request(ctx, http.MethodGet, n.Heartbeat, nil); err != nil {
				p.Say("heartbeat: %v", err)
			}
		}
	}
	if err := WriteFile(file, func(w io.Writer) error { return json.NewEncoder(w).Encode(last) }); err != nil {
		p.Say("%v", err)
	}
}

func (p *Program) tell(ctx context.Context, n Notify, what, summary string) bool {
	where, err := os.Hostname()
	if err != nil {
		where = "this machine"
	}
	told, err := p.Send(ctx, n, fmt.Sprintf("%s on %s %s", p.Name, where, what), summary)
	if err != nil {
		p.Say("not everybody could be told that it %s: %v", what, err)
	}
	return told
}
