package main

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/covedesk/covedesk/cove/covetest"
	"github.com/covedesk/covedesk/examples/internal/program"
	"github.com/covedesk/covedesk/examples/programtest"
)

func TestReport(t *testing.T) {
	t.Parallel()
	place, w := programtest.Somewhere(t)
	id := w.Cove.DeviceIDs()[0]
	w.Cove.EditDevice(id, func(d *covetest.Device) { d.ComputerName = "<script>alert(1)</script>" })
	out := filepath.Join(place.Folder, "page.html")
	code, stdout, stderr := place.Run(run, "-out", out)
	if code.Broken() || stdout != "" || !strings.Contains(stderr, out) || programtest.Wrote(w) != 0 {
		t.Fatalf("exit %d, %q, %q", code, stdout, stderr)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for _, want := range []string{"<h2>Problems</h2>", "<h2>The last 28 days</h2>", "alert", "create", "prefers-color-scheme: dark", "@media print"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if strings.Contains(text, "<script") {
		t.Error("a name became an element")
	}
	if n := strings.Count(text, `<td class="day`); n != 28*len(w.Cove.DeviceIDs()) {
		t.Errorf("%d days in the heat map of %d devices", n, len(w.Cove.DeviceIDs()))
	}
	// Nothing is loaded from anywhere: there are links to click, and that is all.
	if found := regexp.MustCompile(`(?i)( src=|@import|url\(|<link|<img|<iframe)[^>]{0,60}`).FindString(text); found != "" {
		t.Errorf("the page loads something: %s", found)
	}
	wellFormed(t, text)
	code, stdout, _ = place.Run(run, "-out", "-")
	if code.Broken() || !strings.HasPrefix(stdout, "<!DOCTYPE html>") {
		t.Errorf("exit %d, %.40q", code, stdout)
	}
}

// wellFormed reads the page with the rules of HTML that encoding/xml knows.
func wellFormed(t *testing.T, text string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(text))
	d.Strict, d.AutoClose, d.Entity = false, slices.Concat(xml.HTMLAutoClose, []string{"meta", "li", "td", "th", "tr"}), xml.HTMLEntity
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, syscall.ENOSPC }

func TestReportThatCannotBeMade(t *testing.T) {
	t.Parallel()
	place, _ := programtest.Somewhere(t)
	out := filepath.Join(place.Folder, "none", "page.html")
	if code, _, stderr := place.Run(run, "-out", out); code != program.Failed || !strings.Contains(stderr, "page.html") {
		t.Errorf("no folder: exit %d, %q", code, stderr)
	}
	full := place.Program("-out", "-")
	full.Stdout = fullDisk{}
	if code := full.Run(t.Context(), run); code != program.Failed {
		t.Errorf("a full disk: exit %d", code)
	}
	out = filepath.Join(place.Folder, "page.html")
	if code, _, stderr := place.With("COVE_URL", "http://127.0.0.1:1").Run(run, "-out", out); code != program.Blind || stderr == "" {
		t.Errorf("Cove is away: exit %d, %q", code, stderr)
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("a page of nothing was written")
	}
}
