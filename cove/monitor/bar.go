package monitor

import "github.com/covedesk/covedesk/cove"

// barLetters are what a day of the colour bar looks like in a ticket: O good,
// X failed, E with errors, M missed, I interrupted, R running, a dot for a day
// without a session.
var barLetters = [...]byte{'.', 'R', 'X', 'X', '?', 'O', 'I', 'M', 'E', 'R', 'X', 'X', 'R'}

// barText writes the colour bar, oldest day first, without the empty days
// before the first session.
func barText(bar cove.ColorBar) string {
	first := 0
	for first < len(bar) && bar[first] == cove.StatusNone {
		first++
	}
	text := make([]byte, 0, len(bar))
	for _, s := range bar[first:] {
		letter := byte('?')
		if int(s) < len(barLetters) {
			letter = barLetters[s]
		}
		text = append(text, letter)
	}
	return string(text)
}

// badDays counts the days without a good session in a row, up to the newest on
// which one ended. Days without any session count only between bad ones: that
// today's is not over yet makes no bad day.
func badDays(bar cove.ColorBar) int { return badDaysFrom(bar, 0) }

// badDaysBefore counts the bad days in a row that the newest good ones ended.
func badDaysBefore(bar cove.ColorBar) int {
	for ago := range len(bar) {
		switch s := bar.Ago(ago); {
		case s == cove.StatusCompleted, s == cove.StatusNone, s.Running():
		default:
			return badDaysFrom(bar, ago)
		}
	}
	return 0
}

func badDaysFrom(bar cove.ColorBar, ago int) int {
	bad, run := 0, 0
	for ; ago < len(bar); ago++ {
		switch s := bar.Ago(ago); {
		case s == cove.StatusCompleted:
			return bad
		case s == cove.StatusNone, s.Running():
			if bad > 0 {
				run++
			}
		default:
			run++
			bad = run
		}
	}
	return bad
}

// firstDay is how many days ago the first session of the bar was.
func firstDay(bar cove.ColorBar) int {
	for i, s := range bar {
		if s != cove.StatusNone {
			return len(bar) - 1 - i
		}
	}
	return 0
}
