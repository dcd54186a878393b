package mark_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/covedesk/covedesk/reconcile/mark"
)

func TestDigestsWrote(t *testing.T) {
	before := mark.Digests{Summary: "aaaaa", Company: "bbbbb", Priority: "ccccc", State: "ddddd"}
	for _, tt := range []struct {
		name              string
		state, sent, kept string
		want              mark.Digests
	}{
		{"kept as sent", "failed", "disk full", "disk full",
			mark.Digests{Summary: mark.DigestOf("disk full"), Company: "bbbbb", Priority: "ccccc", State: mark.DigestOf("failed")}},
		{"changed by the server", "failed", "disk  full", "disk full",
			mark.Digests{Summary: mark.DigestOf("disk full"), Company: "bbbbb", Priority: "ccccc", State: mark.DigestOf("failed\ndisk  full")}},
		{"over, changed by the server", "", "disk  full", "disk full",
			mark.Digests{Summary: mark.DigestOf("disk full"), Company: "bbbbb", Priority: "ccccc", State: mark.Recovered}},
	} {
		if got := before.Wrote(tt.state, tt.sent, tt.kept); got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
}

func TestDigestsUnchanged(t *testing.T) {
	plain := mark.Digests{}.Wrote("failed", "disk full", "disk full")
	changed := mark.Digests{}.Wrote("failed", "disk full on srv", "disk full on s")
	for _, tt := range []struct {
		name           string
		digests        mark.Digests
		state, summary string
		want           bool
	}{
		{"nothing", plain, "failed", "disk full", true},
		{"the state", plain, "late", "disk full", false},
		{"the summary", plain, "failed", "disk fine", false},
		{"nothing, changed by the server", changed, "failed", "disk full on srv", true},
		{"what the server made of it was not sent", changed, "failed", "disk full on s", false},
		{"the state, changed by the server", changed, "late", "disk full on srv", false},
		{"the summary, changed by the server", changed, "failed", "disk full on srv2", false},
		{"never written", mark.Digests{}, "failed", "disk full", false},
	} {
		if got := tt.digests.Unchanged(tt.state, tt.summary); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

// Whatever the server makes of a summary, the same summary is never due again.
func TestDigestsSettle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		state := rapid.StringN(1, 20, -1).Draw(t, "state")
		sent, kept := rapid.String().Draw(t, "sent"), rapid.String().Draw(t, "kept")
		if !(mark.Digests{}).Wrote(state, sent, kept).Unchanged(state, sent) {
			t.Fatalf("%q sent, %q kept: counts as changed", sent, kept)
		}
	})
}
