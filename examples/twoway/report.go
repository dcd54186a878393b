package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/covedesk/covedesk/examples/internal/program"
)

// counted are the kinds of events that reports count.
var counted = []string{eventCreated, eventReopened, eventModified, eventClosed}

func report(flags *flag.FlagSet) runner {
	var from, to time.Time
	day := func(into *time.Time, add int) func(string) error {
		return func(text string) (err error) {
			*into, err = time.Parse(time.DateOnly, text)
			*into = into.AddDate(0, 0, add)
			return err
		}
	}
	flags.Func("from", "first `day` (UTC), such as 2026-03-01 (default: 30 days ago)", day(&from, 0))
	flags.Func("to", "last `day` (default: today)", day(&to, 1))
	by := flags.String("by", "", "count by user, customer or domain (default: list all events)")
	format := flags.String("format", "table", "table, csv or json")
	return func(ctx context.Context, a *app, _ []string) error {
		if !slices.Contains([]string{"", "user", "customer", "domain"}, *by) || !slices.Contains([]string{program.FormTable, program.FormCSV, program.FormJSON}, *format) {
			return wrong("want -by user, customer or domain, and -format table, csv or json")
		}
		if from.IsZero() {
			from = a.Now().AddDate(0, 0, -30)
		}
		if to.IsZero() {
			to = a.Now().Add(time.Second)
		}
		var list []Event
		err := a.store.read(ctx, func(tx *tx) { list = tx.events("at >= ? AND at < ?", from.UnixMilli(), to.UnixMilli()) })
		if err != nil {
			return err
		}
		if *by == "" {
			return program.Table(a.Stdout, *format, eventRows(list), list)
		}
		counts := count(list, *by)
		return program.Table(a.Stdout, *format, countRows(*by, counts), counts)
	}
}

// count counts events by somebody and kind.
func count(list []Event, by string) map[string]map[string]int {
	found := map[string]map[string]int{}
	for _, e := range list {
		if slices.Contains(counted, e.Kind) {
			who := cmp.Or(map[string]string{"user": e.User, "customer": e.Customer, "domain": e.Domain}[by], "(none)")
			if found[who] == nil {
				found[who] = map[string]int{}
			}
			found[who][e.Kind]++
		}
	}
	return found
}

func countRows(by string, counts map[string]map[string]int) [][]string {
	rows := [][]string{append([]string{by}, counted...)}
	for _, who := range slices.Sorted(maps.Keys(counts)) {
		row := []string{who}
		for _, kind := range counted {
			row = append(row, fmt.Sprint(counts[who][kind]))
		}
		rows = append(rows, row)
	}
	return rows
}

func eventRows(list []Event) [][]string {
	rows := [][]string{{"time", "event", "case", "ticket", "user", "customer", "domain", "text"}}
	for _, e := range list {
		rows = append(rows, []string{e.At.Format(time.RFC3339), e.Kind, fmt.Sprint(e.Case), fmt.Sprint(e.Ticket), e.User, e.Customer, e.Domain, e.Text})
	}
	return rows
}
