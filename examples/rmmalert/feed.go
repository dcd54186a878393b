package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/alerts"
)

// A record is the detail of one alert, as package alerts collects it: a mark,
// the time and the names of files, each after a mark, and the text from the
// next line on. No text contains the marks (see clean).
const (
	recordMark = "\x1e"
	fieldMark  = "\x1f"
)

type record struct {
	at    string
	files []string
	text  string
}

func (r record) String() string {
	return recordMark + strings.Join(append([]string{r.at}, r.files...), fieldMark) + "\n" + r.text
}

// parseRecords reads collected details. It also returns the text before the
// first record, which says how many are left out.
func parseRecords(detail string) (before string, list []record) {
	before, rest, _ := strings.Cut(detail, recordMark)
	for _, one := range strings.Split(rest, recordMark) {
		head, text, found := strings.Cut(one, "\n")
		if !found {
			continue
		}
		fields := strings.Split(head, fieldMark)
		list = append(list, record{fields[0], fields[1:], strings.TrimSuffix(text, "\n")})
	}
	return before, list
}

// show returns the text for people: a single record is only its text; several
// records have their times.
func show(list []record) string {
	var texts []string
	for _, r := range list {
		if len(list) > 1 {
			r.text = r.at + "\n" + r.text
		}
		texts = append(texts, r.text)
	}
	return strings.Join(texts, "\n")
}

// feed is the monitor of the alerts, with details in the form for people.
type feed struct {
	desk.Monitor
	rules  alerts.Rules
	first  bool     // only the first detail is in the note
	unread []string // what could not be read in the spool

	looked bool
	due    time.Time // when collected details are due, on the service desk's clock
	told   map[reconcile.Key][]record
}

// Unwrap returns the inner monitor, for the desk.
func (f *feed) Unwrap() desk.Monitor { return f.Monitor }

// Look implements desk.Monitor.
func (f *feed) Look(ctx context.Context, r reconcile.Request) (*reconcile.Snapshot, error) {
	s, err := f.Monitor.Look(ctx, r)
	if err != nil {
		return nil, err
	}
	var state alerts.State
	if err := json.Unmarshal(s.Memory, &state); err != nil {
		return nil, err
	}
	f.looked, f.due, f.told = true, state.Due(f.rules), map[reconcile.Key][]record{}
	for i := range s.Issues {
		s.Issues[i].Detail = f.shown(s.Issues[i].Key, s.Issues[i].Detail)
	}
	for i := range s.Healthy {
		s.Healthy[i].Detail = f.shown(s.Healthy[i].Key, s.Healthy[i].Detail)
	}
	s.Unread = append(s.Unread, f.unread...)
	return s, nil
}

// shown stores the records of a key and returns the text of its note.
func (f *feed) shown(key reconcile.Key, detail string) string {
	before, list := parseRecords(detail)
	f.told[key] = list
	if f.first && len(list) > 1 {
		return before + list[0].text + fmt.Sprintf("\n(%d further alerts are in the attached file %s)", len(list)-1, furtherFile)
	}
	return before + show(list)
}

// furtherFile is the name of the file with the details that are not in the
// note.
const furtherFile = "alerts.txt"

// attachments returns the files of the alerts that an action reports. Each file
// is moved before it is sent, so that none is sent twice.
func (f *feed) attachments(s *spool, a reconcile.Action) (files []desk.Attachment, err error) {
	list := f.told[a.Key]
	if f.first && len(list) > 1 {
		files = append(files, desk.Attachment{Name: furtherFile, Data: []byte(show(list[1:]) + "\n")})
	}
	var errs []error
	for _, r := range list {
		for _, name := range r.files {
			err := os.Rename(s.path(filesFolder, name), s.path(sendingFolder, name))
			if errors.Is(err, os.ErrNotExist) {
				continue // it was sent by an earlier run
			}
			var data []byte
			if err == nil {
				data, err = os.ReadFile(s.path(sendingFolder, name))
			}
			if err != nil {
				errs = append(errs, err)
				continue
			}
			files = append(files, desk.Attachment{Name: plainName(name), Data: data})
		}
	}
	return files, errors.Join(errs...)
}

// plainName returns the name that a file had before it was copied into the
// spool.
func plainName(name string) string {
	parts := strings.SplitN(name, "-", 4)
	return parts[len(parts)-1]
}
