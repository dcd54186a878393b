package covetest

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// running tells whether a status means that a session runs.
func running(status int) bool { return status == 1 || status == 9 || status == 12 }

// completed fills the members that are derived from others.
func (src Source) completed() Source {
	if src.LastSuccessStatus == 0 && !src.LastSuccess.IsZero() {
		src.LastSuccessStatus = 5
	}
	if src.LastCompletedStatus == 0 && !running(src.Status) {
		src.LastCompletedStatus = src.Status
	}
	if src.LastCompleted.IsZero() && src.LastCompletedStatus == src.LastSuccessStatus {
		src.LastCompleted = src.LastSuccess
	}
	if src.LastSession.IsZero() {
		src.LastSession = later(src.LastCompleted, src.LastSuccess)
	}
	return src
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// badness lists status digits from best to worst, for the total's colour bar.
const badness = "0514978632"

// totalOf derives source D09, without its colour bar, from the sources of a
// device: newest times and sums. A good source can hide a bad one, as in the
// real service.
func totalOf(sources []filed) (t Source, ok bool) {
	var newest, success, ended Source
	for i := range sources {
		src := sources[i].completed()
		if i == 0 || src.newer(&newest) {
			newest = src
		}
		if i == 0 || src.LastSuccess.After(success.LastSuccess) {
			success = src
		}
		if i == 0 || src.LastCompleted.After(ended.LastCompleted) {
			ended = src
		}
		t.Errors += src.Errors
		t.SelectedCount += src.SelectedCount
		t.ProcessedCount += src.ProcessedCount
		t.SelectedSize += src.SelectedSize
		t.ProcessedSize += src.ProcessedSize
		t.SentSize += src.SentSize
		t.ProtectedSize += src.ProtectedSize
		t.PreviousCount += src.PreviousCount
		t.PreviousSize += src.PreviousSize
		t.LicenseItems += src.LicenseItems
		t.ProtectedUsers += src.ProtectedUsers
		t.SharedMailboxes += src.SharedMailboxes
	}
	t.Status, t.LastSession, t.Duration = newest.Status, newest.LastSession, newest.Duration
	t.LastSuccess, t.LastSuccessStatus = success.LastSuccess, success.LastSuccessStatus
	t.LastCompleted, t.LastCompletedStatus = ended.LastCompleted, ended.LastCompletedStatus
	return t.completed(), len(sources) > 0
}

// newer tells whether the newest session of src is newer than that of other. A
// running session is newer than any that ended.
func (src *Source) newer(other *Source) bool {
	if a, b := running(src.Status), running(other.Status); a != b {
		return a
	}
	return src.LastSession.After(other.LastSession)
}

// bar returns the colour bar of the total.
func bar(sources []filed) string {
	bars := make([]string, len(sources))
	for i := range sources {
		bars[i] = sources[i].ColorBar
	}
	return worstBar(bars)
}

// worstBar combines colour bars, aligned at the newest day, into one with the
// worst status of each day.
func worstBar(bars []string) string {
	out := make([]byte, len(slices.MaxFunc(bars, func(a, b string) int { return cmp.Compare(len(a), len(b)) })))
	for i := range out {
		out[i] = '0'
		for _, bar := range bars {
			if at := len(bar) - len(out) + i; at >= 0 && strings.IndexByte(badness, bar[at]) > strings.IndexByte(badness, out[i]) {
				out[i] = bar[at]
			}
		}
	}
	return string(out)
}
