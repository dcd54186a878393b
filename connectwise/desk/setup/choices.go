package setup

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
)

// Option is one value that a setting can have.
type Option struct {
	ID          int64  `json:"id"`
	Name        string `json:"name"`
	Current     bool   `json:"current,omitzero"`     // the value in the file, or else the tenant's current value
	Recommended bool   `json:"recommended,omitzero"` // the suggested value

	closed, preset bool
	order          int64
}

// is reports whether a text names this option: by its name, ignoring case, or
// by its id.
func (o Option) is(written string) bool {
	return lookup.Means(written, o.Name, o.ID)
}

// Choice is a setting with its possible values in the tenant.
type Choice struct {
	Setting string   `json:"setting"` // its path in the file: "desk.newStatus"
	Options []Option `json:"options"`
}

// String lists the options with their ids, ✓ before what is current and ★ before
// what is recommended.
func (c Choice) String() string {
	var b strings.Builder
	b.WriteString(c.Setting + "\n")
	for _, o := range c.Options {
		mark := func(on bool, sign string) string { return map[bool]string{true: sign, false: " "}[on] }
		fmt.Fprintf(&b, "  %s%s %6d  %s\n", mark(o.Current, "✓"), mark(o.Recommended, "★"), o.ID, o.Name)
	}
	return b.String()
}

// Choices reads the possible values of the settings in the section desk: the
// boards, the priorities by class, and the sources; and for the board that the
// file names, or else the API member's default board, the statuses, types and
// teams. Statuses are recommended by their names: "Waiting Customer" for
// waiting. Of the priorities, the first is recommended for servers, the second
// for Microsoft 365 and the third for workstations, by names such as "Priority
// 2 - Quick Response", or else by their order.
func Choices(ctx context.Context, client *connectwise.Client, f *File) ([]Choice, error) {
	me, err := client.System.Me(ctx)
	if err != nil {
		return nil, fmt.Errorf("setup: the API member: %w", err)
	}
	service, desk := client.Service, f.own.Desk
	var choices []Choice
	add := func(setting string, among []Option, now []string, recommend func(Option) bool) {
		choices = append(choices, choose(setting, among, now, recommend))
	}
	boards := options(ctx, &err, service.Boards.Collection, func(b *connectwise.Board) (Option, bool) {
		return Option{ID: b.ID, Name: b.Name, preset: b.ID == me.ServiceDefaultBoard.ID}, b.InactiveFlag || b.ProjectFlag
	})
	add("desk.board", boards, or(desk.Board), preset)
	if at := slices.IndexFunc(choices[0].Options, func(o Option) bool { return o.Current }); at >= 0 {
		board, stages := boards[at].ID, desk.StatusStages
		statuses := options(ctx, &err, service.Boards.Statuses(board), func(s *connectwise.BoardStatus) (Option, bool) {
			return Option{ID: s.ID, Name: s.Name, preset: s.DefaultFlag, closed: s.ClosedStatus}, s.Inactive
		})
		open := slices.DeleteFunc(slices.Clone(statuses), func(o Option) bool { return o.closed })
		closed := slices.DeleteFunc(slices.Clone(statuses), func(o Option) bool { return !o.closed })
		add("desk.newStatus", open, or(desk.NewStatus), preset)
		add("desk.closedStatus", closed, only(desk.ClosedStatus), named(`^\W*closed\W*$`))
		add("desk.verifyStatus", open, only(desk.VerifyStatus), named("verify|review|confirm"))
		add("desk.statusStages.new", open, only(stages.New...), named(`^\W*new\b|re-?open`))
		add("desk.statusStages.working", open, only(stages.Working...), named("progress|assigned|working"))
		add("desk.statusStages.waiting", open, only(stages.Waiting...), named("wait|schedul|hold"))
		add("desk.statusStages.done", statuses, only(stages.Done...), named("complete|resolved|done"))
		add("desk.statusStages.silenced", open, only(stages.Silenced...), named("no action|silen|ignore"))
		add("desk.fields.type", options(ctx, &err, service.Boards.Types(board), func(t *connectwise.BoardType) (Option, bool) {
			return Option{ID: t.ID, Name: t.Name, preset: t.DefaultFlag}, t.InactiveFlag
		}), or(string(desk.Fields["type"])), named("backup"))
		add("desk.fields.team", options(ctx, &err, service.Boards.Teams(board), func(t *connectwise.BoardTeam) (Option, bool) {
			return Option{ID: t.ID, Name: t.Name, preset: t.DefaultFlag}, false
		}), or(string(desk.Fields["team"])), preset)
	}
	priorities := options(ctx, &err, service.Priorities, func(p *connectwise.Priority) (Option, bool) {
		return Option{ID: p.ID, Name: p.Name, preset: p.DefaultFlag, order: p.SortOrder}, false
	})
	slices.SortStableFunc(priorities, func(a, b Option) int { return cmp.Compare(a.order, b.order) })
	for i, class := range []string{"server", "m365", "workstation"} {
		add("desk.priorities."+class+".default", priorities, or(desk.Priorities[class][0].Priority), nth(priorities, i+1))
	}
	add("desk.fields.source", options(ctx, &err, service.Sources, func(s *connectwise.Source) (Option, bool) {
		return Option{ID: s.ID, Name: s.Name, preset: s.DefaultFlag}, false
	}), or(string(desk.Fields["source"])), named("monitor|backup|rmm"))
	if err != nil {
		return nil, fmt.Errorf("setup: %w", err)
	}
	return choices, nil
}

// options reads a list of the tenant. After an error it reads nothing more.
func options[T any](ctx context.Context, failed *error, all *connectwise.Collection[T], read func(*T) (o Option, unfit bool)) (list []Option) {
	if *failed != nil {
		return nil
	}
	rows, err := all.All(ctx, nil)
	*failed = err
	for _, row := range rows {
		if o, unfit := read(row); !unfit {
			list = append(list, o)
		}
	}
	return list
}

// or returns the value of a setting, or nil if it is empty, which means the
// tenant's preset.
func or(written string) []string {
	if written == "" {
		return nil
	}
	return []string{written}
}

// only returns the value of a setting that has no preset.
func only(written ...string) []string { return append([]string{}, written...) }

// choose marks the current and the recommended options.
func choose(setting string, among []Option, now []string, recommend func(Option) bool) Choice {
	c := Choice{setting, slices.Clone(among)}
	for i, o := range c.Options {
		c.Options[i].Current = now == nil && o.preset || slices.ContainsFunc(now, o.is)
		c.Options[i].Recommended = recommend(o)
	}
	return c
}

func preset(o Option) bool { return o.preset }

func named(pattern string) func(Option) bool {
	words := regexp.MustCompile("(?i)" + pattern)
	return func(o Option) bool { return words.MatchString(o.Name) }
}

// nth recommends the priority that is the n-th by name, else by order.
func nth(priorities []Option, n int) func(Option) bool {
	byName := named(fmt.Sprintf(`^(priority|prio|p)?\W*%d\b`, n))
	if slices.ContainsFunc(priorities, byName) {
		return byName
	}
	return func(o Option) bool { return n <= len(priorities) && o.ID == priorities[n-1].ID }
}
