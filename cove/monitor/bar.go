package monitor

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/covedesk/covedesk/cove"
)

// barDays holds, by the status of a day's session, the day's letter in the
// colour bar of a ticket and its name where days are counted.
var barDays = [...]struct {
	letter byte
	name   string
}{
	{'.', "without a session"}, {'R', "without an end"}, {'X', "failed"}, {'X', "failed"}, {'?', "unknown"}, {'O', "good"}, {'I', "interrupted"},
	{'M', "missed"}, {'E', "with errors"}, {'R', "without an end"}, {'X', "over quota"}, {'X', "with nothing selected"}, {'R', "without an end"},
}

// barText writes the colour bar, oldest day first, without the empty days
// before the first session.
func barText(bar cove.ColorBar) string {
	var text []byte
	for _, s := range bar {
		if s != cove.StatusNone || text != nil {
			text = append(text, barDays[min(int(s), len(barDays)-1)].letter)
		}
	}
	return string(text)
}

// barLegend explains the letters of a bar: "O good, X failed".
func barLegend(bar cove.ColorBar) string {
	var said []string
	for _, s := range bar[len(bar)-len(barText(bar)):] {
		d := barDays[min(int(s), len(barDays)-1)]
		if meaning := string(d.letter) + " " + d.name; !slices.Contains(said, meaning) {
			said = append(said, meaning)
		}
	}
	slices.Sort(said)
	return strings.Join(said, ", ")
}

// badRun finds the latest run of days without a good session that ended at
// least ago days ago. It returns the newest day of the run, and the day before
// the oldest. A day without any session counts only between bad ones: today is
// not bad because its session is still to come.
func badRun(bar cove.ColorBar, ago int) (from, to int) {
	from, to = ago, ago
	for ; ago < len(bar); ago++ {
		switch s := bar.Ago(ago); {
		case s == cove.StatusCompleted:
			return from, to
		case s == cove.StatusNone, s.Running():
			if from == to {
				from, to = ago+1, ago+1
			}
		default:
			to = ago + 1
		}
	}
	return from, to
}

// badDays returns the length of the current run of bad days.
func badDays(bar cove.ColorBar) int {
	from, to := badRun(bar, 0)
	return to - from
}

// badDaysBefore finds the run of bad days before the newest good ones.
func badDaysBefore(bar cove.ColorBar) (from, to int) {
	for ago := range len(bar) {
		if from, to = badRun(bar, ago); to > from {
			break
		}
	}
	return from, to
}

// badDaysText counts the current run of bad days by what was bad about them. It
// returns "" for fewer than two days, and when the run is longer than the time
// since the last good backup: a source that is backed up several times a day
// may have a good backup on a day with a failure.
func badDaysText(bar cove.ColorBar, since time.Duration) string {
	from, to := badRun(bar, 0)
	if to-from < 2 || to > int(since/day)+2 {
		return ""
	}
	var names []string
	counts := map[string]int{}
	for ago := from; ago < to; ago++ {
		name := barDays[min(int(bar.Ago(ago)), len(barDays)-1)].name
		if counts[name]++; counts[name] == 1 {
			names = append(names, name)
		}
	}
	text := strconv.Itoa(to-from) + " bad days in a row"
	if len(names) == 1 {
		return text + ", all " + names[0] + "."
	}
	for i, name := range names {
		names[i] = strconv.Itoa(counts[name]) + " " + name
	}
	return text + ": " + strings.Join(names, ", ") + "."
}

// firstDay returns how many days ago the first session of the bar was.
func firstDay(bar cove.ColorBar) int { return max(len(barText(bar))-1, 0) }
