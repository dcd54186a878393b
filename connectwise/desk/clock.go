package desk

import (
	"context"
	"fmt"
	"time"

	"github.com/covedesk/covedesk/connectwise"
)

// clockSlack is how far two services' clocks may differ beyond Settle.
const clockSlack = 2 * time.Minute

// Now returns the service desk's time: the host's time, corrected by the
// difference that was measured last.
func (d *Desk) Now() time.Time { return d.config.Now().Add(-time.Duration(d.ahead.Load())) }

// serverTime asks the service desk for its time, unless [New] has just done so.
// Times that are compared with those of tickets must come from the same clock.
func (d *Desk) serverTime(ctx context.Context) (time.Time, error) {
	if since := d.config.Now().Sub(time.Unix(d.asked.Load(), 0)); since < 0 || since > time.Minute {
		var answer connectwise.Answer
		if _, err := d.client.System.Info(connectwise.WithAnswer(ctx, &answer)); err != nil {
			return time.Time{}, fmt.Errorf("desk: the service desk's time: %w", err)
		}
		d.setClock(answer.Date)
	}
	return d.Now(), nil
}

// setClock records the service desk's time; zero if an answer did not hold it.
func (d *Desk) setClock(date time.Time) {
	now := d.config.Now()
	ahead := time.Duration(0)
	if !date.IsZero() {
		// The header has whole seconds, so a small difference means nothing.
		if ahead = now.Sub(date); ahead.Abs() < 2*time.Second {
			ahead = 0
		}
	}
	d.ahead.Store(int64(ahead))
	d.asked.Store(now.Unix())
}

// clocks reports clocks that differ from the service desk's: the host's, which
// is corrected, and those of the monitored tools, whose times would be misread.
func (s *syncRun) clocks(at time.Time) {
	d := s.desk
	allowed := d.config.Settle + clockSlack
	if ahead := time.Duration(d.ahead.Load()); ahead.Abs() > allowed {
		s.found(HealthAttention, "clock",
			fmt.Sprintf("this host's clock is %s; the service desk's is used", apart(ahead)), "host")
	}
	for _, l := range s.looks {
		if l.snapshot.Clock.IsZero() {
			continue
		}
		if ahead := l.snapshot.Clock.Sub(at); ahead.Abs() > allowed {
			s.found(HealthBlind, "clock",
				fmt.Sprintf("the clock of %s is %s, so ages and times are not to be relied on", l.monitor.Name(), apart(ahead)), l.monitor.Name())
		}
	}
}

// apart returns a text on how far a clock is from the service desk's.
func apart(ahead time.Duration) string {
	if ahead < 0 {
		return fmt.Sprintf("%s behind the service desk's", -ahead.Round(time.Second))
	}
	return fmt.Sprintf("%s ahead of the service desk's", ahead.Round(time.Second))
}
