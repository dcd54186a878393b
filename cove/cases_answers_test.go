package cove_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/cove"
)

// The default limiter gives up at once when the deadline is too near, and the
// error says so.
func TestW5_DeadlineTooShortForTheLimiter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, err := cove.NewClient(cove.Credentials{Username: "u", Password: "p"},
			cove.WithHTTPClient(&http.Client{Transport: replies(func(asked) string { return goodPartner })}))
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		for range 10 {
			if _, err = c.Partner(ctx, 2); err != nil {
				break
			}
		}
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}

// A byte-order mark before an answer is ignored.
func TestW6_ByteOrderMark(t *testing.T) {
	c := through(t, replies(func(asked) string { return "\ufeff" + goodPartner }))
	if p, err := c.Partner(t.Context(), 2); err != nil || p.ID != 2 {
		t.Errorf("%+v, %v", p, err)
	}
}

// An error hides a secret in an answer, wherever the answer is cut, and in the
// title of a page.
func TestW10_SecretsInLongErrors(t *testing.T) {
	for name, said := range map[string]string{
		"at the cut":  `{"error":{"code":-32603,"message":"` + strings.Repeat("x", 490) + ` hunter2-secret"}}`,
		"other case":  `{"error":{"code":-32603,"message":"HUNTER2-SECRET is wrong"}}`,
		"escaped":     `{"error":{"code":-32603,"message":"hunter2&#45;secret is wrong"}}`,
		"in a title":  `<html><head><TITLE>bad hunter2-secret</TITLE></head></html>`,
		"in a text":   `hunter2-secret is wrong`,
		"as an error": `{"error":"hunter2-secret"}`,
	} {
		c := through(t, replies(func(asked) string { return said }))
		_, err := c.Partner(t.Context(), 2)
		if text := strings.ToLower(fmt.Sprint(err)); err == nil || strings.Contains(text, "hunter2") || strings.Contains(text, "secret") {
			t.Errorf("%s: %v", name, err)
		}
	}
	long := strings.Repeat("ü", 2000)
	c := through(t, replies(func(asked) string { return `{"error":{"message":"` + long + `"}}` }))
	var e *cove.Error
	if _, err := c.Partner(t.Context(), 2); !errors.As(err, &e) || len([]rune(e.Message)) > 500 || strings.ContainsRune(e.Message, '\ufffd') {
		t.Errorf("%v", err)
	}
}

// A server's text is printed on one line, without control characters.
func TestW18_ErrorsArePrintable(t *testing.T) {
	for _, said := range []string{
		`{"error":{"code":-32603,"message":"\u001b[31mred\nFirst step: run this\u202egnp"}}`, "<title>\x1b[2Jgone\n</title>", "\x1b[2Jtext\r\nmore",
		`{"result":{"result":{"Id":2,"CreationTime":"\u001b[2J"}}}`,
	} {
		c := through(t, replies(func(asked) string { return said }))
		if _, err := c.Partner(t.Context(), 2); err == nil || strings.ContainsAny(err.Error(), "\x1b\n\r\u202e") {
			t.Errorf("%q", fmt.Sprint(err))
		}
	}
}

// An answer in Latin-1 is an error that names the option WithLatin1; with the
// option it is read. No letter is lost silently.
func TestW21_Latin1(t *testing.T) {
	page := replies(func(a asked) string {
		if a.query.StartRecordNumber > 0 {
			return `{"result":{"result":[]}}`
		}
		return "{\"result\":{\"result\":[{\"AccountId\":1,\"Settings\":[{\"AN\":\"M\xfcller\"}]}]}}"
	})
	type row struct {
		Name string `cove:"AN"`
	}
	all, err := cove.AllDevices[row](t.Context(), through(t, page), cove.DeviceQuery{})
	if !errors.Is(err, cove.ErrMalformed) || !strings.Contains(err.Error(), "WithLatin1") || len(all) > 0 {
		t.Errorf("%+v, %v", all, err)
	}
	page = func(a asked) string {
		if a.query.StartRecordNumber > 0 {
			return listing("", nil)
		}
		return "{\"result\":{\"result\":[{\"AccountId\":1,\"Settings\":[{\"AN\":\"M\xfcller\"}]},{\"AccountId\":2,\"Settings\":[{\"AN\":\"x\"}]}]}}"
	}
	got, err := cove.DevicesPage[row](t.Context(), through(t, page, cove.WithLatin1()), cove.DeviceQuery{}, 0)
	if err != nil || len(got.Devices) != 2 || got.Devices[0].Name != "Müller" {
		t.Errorf("%+v, %v", got, err)
	}
}

// Sessions are also read with the member names of the console's filters.
func TestR5_SessionMembers(t *testing.T) {
	for name, want := range map[string]cove.SessionStatus{
		"Undefined": cove.StatusNone, "InProcess": cove.StatusInProcess, "Failed": cove.StatusFailed, "Aborted": cove.StatusAborted, "Completed": cove.StatusCompleted,
		"Interrupted": cove.StatusInterrupted, "NotStarted": cove.StatusNotStarted, "CompletedWithErrors": cove.StatusCompletedWithErrors,
		"InProcessWithFaults": cove.StatusInProgressWithFaults, "InProgressWithFaults": cove.StatusInProgressWithFaults, "OverQuota": cove.StatusOverQuota,
		"NoSelection": cove.StatusNoSelection, "Restarted": cove.StatusRestarted, "Blocked": cove.StatusBlocked, "13": cove.StatusBlocked,
	} {
		var got cove.SessionStatus = 99
		if err := got.UnmarshalText([]byte(name)); err != nil || got != want {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

// The reporting service may name the source of a session in either of two
// members.
func TestR22_DataSourceAndDataSourceType(t *testing.T) {
	c := through(t, replies(func(a asked) string {
		if a.Params.Range.Offset > 0 {
			return listing("", nil)
		}
		return `{"result":{"result":[{"Id":4,"DataSourceType":"OneDrive"},{"Id":3,"DataSource":"Exchange"},{"Id":2,"DataSource":"Teams","DataSourceType":"Teams"},{"Id":1}]}}`
	}))
	got, err := c.Sessions(t.Context(), tenant(), cove.SessionQuery{Limit: 4})
	var sources []cove.DataSource
	for _, s := range got {
		sources = append(sources, s.Source)
	}
	if diff := cmp.Diff([]cove.DataSource{cove.SourceM365OneDrive, cove.SourceM365Exchange, cove.SourceM365Teams, 0}, sources); diff != "" || err != nil {
		t.Errorf("(-want +got):\n%s%v", diff, err)
	}
}
