package reconcile_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

var update = flag.Bool("update", false, "write the golden files")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// goldenScene has an action of each kind, and each code that writes.
func goldenScene() scene {
	long := func(is *reconcile.Issue) {
		is.Detail = "Access is denied: D:\\Shares\\Accounting\\q3.xlsx (and 14 more).\nFirst step: check the rights of the service's account."
	}
	changed := issue("changed", long, func(is *reconcile.Issue) { is.Severity, is.State = reconcile.SeverityHigh, "D01:failed D02:failed" })
	s := scene{observe(), boardOf(), reconcile.DefaultPolicy()}
	s.obs.Feeds = append(s.obs.Feeds, reconcile.Feed{Name: "rmm", Kind: reconcile.ActiveAlerts, Everything: true})
	s.policy.AbsentAfter = 7 * 24 * time.Hour
	s.policy.MaxCreate = 3
	s.obs.Issues = []reconcile.Issue{
		issue("new", long), issue("recurred"), issue("lasting", func(is *reconcile.Issue) { is.Since = now.Add(-20 * 24 * time.Hour) }),
		issue("again", long), changed, issue("returned"), issue("unchanged"),
		issue("unmatched", func(is *reconcile.Issue) {
			is.Company, is.CompanyReason = "", "Birch Dental is not matched with a company: two have this name."
		}),
		issue("waits", func(is *reconcile.Issue) { is.Severity = reconcile.SeverityLow }),
		issue("snoozed"), issue("adopt"), issue("moved", func(is *reconcile.Issue) { is.Customer = "c2" }),
	}
	well := func(subject, detail string) reconcile.Healthy {
		return reconcile.Healthy{Key: key(subject), Customer: "c1", Since: now.Add(-2 * time.Hour), Detail: detail}
	}
	s.obs.Healthy = []reconcile.Healthy{well("recovered", "Files: good backup today 04:00, 412,337 files."), well("verify", ""), well("working", "")}
	s.obs.Suppressed = []reconcile.Suppressed{{Key: key("suppressed"), Customer: "c1", Reason: "No contact since Monday.", State: "offline"}}
	over := ticketFor(12, issue("over", func(is *reconcile.Issue) { is.Key.Feed = "rmm" }), absentSince(time.Hour))
	s.policy.OnRecovery[reconcile.StageWaiting] = reconcile.RecoveryVerify
	s.board.Tickets = []reconcile.Ticket{
		ticketFor(1, issue("recurred"), closed(50*time.Hour, true)), ticketFor(2, issue("lasting"), closed(8*24*time.Hour, false)),
		ticketFor(3, issue("again"), closed(3*time.Hour, true)), ticketFor(4, issue("changed")), ticketFor(5, issue("returned"), noted),
		ticketFor(6, issue("unchanged")), ticketFor(7, issue("recovered")), ticketFor(8, issue("verify"), stage(reconcile.StageWaiting)),
		ticketFor(9, issue("working"), stage(reconcile.StageWorking)), ticketFor(10, issue("suppressed")), ticketFor(11, issue("absent")), over,
		ticketFor(13, issue("unchanged")), ticketFor(14, issue("snoozed"), closed(time.Hour, false)),
		ticketFor(15, issue("adopt"), adoptable), ticketFor(16, issue("moved")), ticketFor(17, issue("copied"), copied),
		ticketFor(18, issue("gone"), absentSince(8*24*time.Hour), func(t *reconcile.Ticket) { t.Mark.Digests.State = goneNoted }),
	}
	return s
}

func TestGoldenPlan(t *testing.T) {
	s := goldenScene()
	plan := s.plan(t)
	golden(t, "plan.txt", plan.String())
	data, err := json.MarshalIndent(plan, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "plan.json", string(data)+"\n")
}

// The plan's text says why tickets are kept. Reasons that differ only in parts
// are counted together, without those parts.
func TestPlanSaysWhyItKeeps(t *testing.T) {
	s := scene{observe(), boardOf(), reconcile.DefaultPolicy()}
	if got := s.plan(t).String(); got != "Plan of 2026-11-20 06:00:00 UTC for msp: nothing to do\n" {
		t.Errorf("an empty plan: %q", got)
	}
	for i, reason := range []string{"On holiday.", "On holiday.", "No contact."} {
		subject := fmt.Sprint(i)
		s.board.Tickets = append(s.board.Tickets, ticketFor(int64(i+1), issue(subject)))
		s.obs.Suppressed = append(s.obs.Suppressed, reconcile.Suppressed{Key: key(subject), Customer: "c1", Reason: reason})
		want := []string{"keep          1 × Suppressed: On holiday.\n", "keep          2 × Suppressed: On holiday.\n", "keep          3 × Suppressed: …\n"}[i]
		if got := s.plan(t).String(); !strings.HasSuffix(got, want) {
			t.Errorf("want %q at the end of\n%s", want, got)
		}
	}
}

// An issue without a company and without a CompanyReason.
func TestReasonWithoutACompany(t *testing.T) {
	s := scene{observe(issue("1", func(is *reconcile.Issue) { is.Company = "" })), boardOf(), reconcile.DefaultPolicy()}
	if got, want := only(t, s.plan(t), "1").Reason(), "No ticket without a company: Issue.Company is empty."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := (reconcile.Action{Code: reconcile.CodeSuppressed}).Reason(), "Suppressed: no reason given."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// plainTexts returns the plain texts of all actions that have some.
func plainTexts(p reconcile.Plan) string {
	var b strings.Builder
	for _, a := range p.Actions {
		if text := a.Text(); text != (reconcile.Text{}) {
			fmt.Fprintf(&b, "===== %s %s (%s), internal\n%s\n----- discussion\n%s\n", a.Kind, a.Key, a.Code, text.Internal, text.Discussion)
		}
	}
	return b.String()
}

// What a technician reads when the monitor composes no texts.
func TestGoldenTexts(t *testing.T) {
	golden(t, "texts.txt", plainTexts(goldenScene().plan(t)))

	storm := stormy(many(14, func(i int, is *reconcile.Issue) {
		is.Kind = []string{"failed", "offline", "stale"}[i%3]
		if i == 3 {
			is.Severity = reconcile.SeverityCritical
		}
	})...)
	out := plainTexts(storm.run(t, now))
	storm.obs.Issues = append(storm.obs.Issues, many(3, from(14))...)
	out += plainTexts(storm.run(t, minutes(61)))
	for i := range storm.obs.Issues {
		storm.obs.Healthy = append(storm.obs.Healthy, reconcile.Healthy{Key: storm.obs.Issues[i].Key, Customer: "c1"})
	}
	storm.obs.Issues = nil
	storm.run(t, minutes(120))
	out += plainTexts(storm.run(t, minutes(181)))
	golden(t, "storm.txt", out)

	p := stormy(many(5000)...).plan(t)
	golden(t, "storm5000.txt", p.String()+plainTexts(p))
}

// No text holds a digest, a code or a marker.
func TestPlainTextsAreForPeople(t *testing.T) {
	p := goldenScene().plan(t)
	for _, a := range p.Actions {
		text := a.Text().Internal + a.Text().Discussion
		for _, word := range []string{"(" + a.Code + ")", a.ID, string(a.KeyID), "cdk1", "marker"} {
			if a.Kind.Writes() && word != "" && strings.Contains(text, word) {
				t.Errorf("%s: %q stands in\n%s", describe(a), word, text)
			}
		}
		if (text != "") != (a.Note || a.Kind == reconcile.Create) {
			t.Errorf("%s: %q", describe(a), text)
		}
	}
}

// An approval that was cut off, edited, or made by another version is refused.
func TestParseApproval(t *testing.T) {
	p := goldenScene().plan(t)
	data, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	good := string(data)
	approval, err := reconcile.ParseApproval(data)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(approval.String(), "Plan of 2026-11-20 06:00:00 UTC for msp: 2 create") {
		t.Error(approval)
	}
	var update reconcile.Action
	for _, a := range p.Actions {
		if a.Kind == reconcile.Update && len(a.Changes) > 0 {
			update = a
		}
	}
	for name, edit := range map[string]func(*reconcile.Action){
		"another ticket": func(a *reconcile.Action) { a.Ticket++ }, "another kind": func(a *reconcile.Action) { a.Kind = reconcile.Close },
		"another key": func(a *reconcile.Action) { a.KeyID = "x" }, "other changes": func(a *reconcile.Action) { a.Changes = nil },
		"another recovery": func(a *reconcile.Action) { a.Recovery = reconcile.RecoveryVerify },
	} {
		a := update
		edit(&a)
		if approval.Holds(a) {
			t.Errorf("%s is held", name)
		}
	}
	for name, text := range map[string]string{
		"cut off":          good[:len(good)/2],
		"another ticket":   strings.Replace(good, `"ticket":4,`, `"ticket":44,`, 1),
		"another company":  strings.Replace(good, `"company":"250"`, `"company":"251"`, 1),
		"moved in time":    strings.Replace(good, `"at":"2026-11-20T06`, `"at":"2026-11-21T06`, 1),
		"another owner":    strings.Replace(good, `"owner":"msp"`, `"owner":"own"`, 1),
		"one action fewer": strings.Replace(good, `"kind":"adopt"`, `"kind":"keep"`, 1),
		"hold to create":   strings.Replace(good, `"kind":"hold"`, `"kind":"create"`, 1),
		"the first format": strings.Replace(good, "covedesk.plan/2", "covedesk.plan/1", 1),
		"a later one":      strings.Replace(good, "covedesk.plan/2", "covedesk.plan/20", 1),
		"no number":        strings.Replace(good, "covedesk.plan/2", "covedesk.plan/2.x", 1),
		"a word after it":  strings.Replace(good, "covedesk.plan/2", "covedesk.plan/2x", 1),
		"nothing":          "", "a list": "[]", "another program's": `{"resource_changes":[]}`,
	} {
		if text == good {
			t.Fatalf("%s: nothing was changed", name)
		}
		if _, err := reconcile.ParseApproval([]byte(text)); !errors.Is(err, reconcile.ErrFormat) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, text := range []string{
		strings.Replace(good, "covedesk.plan/2", "covedesk.plan/2.4", 1), strings.Replace(good, `"owner"`, `"later":{"x":1},"owner"`, 1),
	} {
		if _, err := reconcile.ParseApproval([]byte(text)); err != nil {
			t.Error(err)
		}
	}
	if err := json.Unmarshal(data, new(reconcile.Plan)); err == nil {
		t.Error("a plan was read back")
	}
}

// Bytes that are not UTF-8 do not survive JSON. One such text must not spoil
// the approval of a whole plan.
func TestApprovalOfWhatIsNotUTF8(t *testing.T) {
	bad := func(is *reconcile.Issue) {
		is.Customer, is.CustomerName, is.Kind, is.Class = "K\xfchn", "K\xfchn", "k\xff\xff", "c\xff"
		is.Summary, is.State, is.Detail, is.Labels = "\xff", "gest\xf6rt", "\ufffd \\ufffd \xff", map[string]string{"\xff": "\xff"}
	}
	s := scene{observe(issue("1", bad), issue("2", bad)), boardOf(ticketFor(7, issue("2"))), reconcile.DefaultPolicy()}
	s.board.Tickets[0].Summary, s.board.Tickets[0].Status = "\xff", "\xff"
	p := s.plan(t)
	approval, err := reconcile.ParseApproval([]byte(encode(t, p)))
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range p.Actions {
		if !approval.Holds(a) {
			t.Errorf("not held: %s", describe(a))
		}
	}
}

// What is printed of an approval is printable, whatever the file held (W18).
func TestApprovalIsPrintable(t *testing.T) {
	evil := "\x1b[31mred\r\nline\u202e"
	a := reconcile.Approval{Owner: evil, Actions: []reconcile.Action{
		{Kind: reconcile.ActionKind(evil), Would: reconcile.ActionKind(evil), Code: evil, Summary: evil},
		{Kind: reconcile.Keep, Code: evil}, {Kind: reconcile.Hold, Code: reconcile.CodeNotAllowed, Would: reconcile.ActionKind(evil), Key: reconcile.Key{Subject: evil}},
	}}
	if text := a.String(); strings.ContainsAny(text, "\x1b\r\u202e") || strings.Contains(text, "\nline") {
		t.Errorf("%q", text)
	}
}

// The first run on a board that the first edition left, with markers in every
// state: nothing is written that is not due.
func TestUpgrade(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("testdata", "upgrade.json"))
	if err != nil {
		t.Fatal(err)
	}
	var left []struct {
		Subject string
		Marker  string
		Summary string
		Company string
		Open    bool
		Stage   reconcile.Stage
		Closed  time.Time
		Issue   string // the problem's state now; healthy, suppressed, absent
	}
	if err := json.Unmarshal(data, &left); err != nil {
		t.Fatal(err)
	}
	s := scene{observe(), boardOf(), reconcile.DefaultPolicy()}
	s.policy.CloseAfter, s.policy.AbsentAfter = 4*time.Hour, 7*24*time.Hour
	for i, l := range left {
		place, m := mark.Look(l.Marker, owner)
		if place != mark.Ours {
			t.Fatalf("%s: %s", l.Subject, place)
		}
		tk := reconcile.Ticket{
			ID: int64(100 + i), Place: place, Mark: m, Open: l.Open, Stage: l.Stage, Status: "New", Company: l.Company, Summary: l.Summary, EnteredByUs: true, SameCompany: true,
			Created: now.Add(-90 * time.Hour), Updated: m.Written, Closed: l.Closed,
		}
		tk.Differs = edited(tk)
		s.board.Tickets = append(s.board.Tickets, tk)
		switch l.Issue {
		case "healthy":
			s.obs.Healthy = append(s.obs.Healthy, reconcile.Healthy{Key: key(l.Subject), Customer: "c1"})
		case "suppressed":
			s.obs.Suppressed = append(s.obs.Suppressed, reconcile.Suppressed{Key: key(l.Subject), Customer: "c1", Reason: "No contact."})
		case "absent":
		default:
			s.obs.Issues = append(s.obs.Issues, issue(l.Subject, func(is *reconcile.Issue) { is.State = l.Issue }))
		}
	}
	golden(t, "upgrade.txt", s.plan(t).String())
}
