package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/covedesk/covedesk/examples/internal/program"
)

var caseCommands = []program.Command{
	command("case add", "[-group G] [-system S] [-text T] [-priority P] [-ticket] TITLE", "open a case", 1, 1, false, caseAdd),
	command("case list", "[-all]", "list open cases, or all", 0, 0, false, caseList),
	command("case show", "[-file NAME] NUMBER", "show a case, its ticket and its history, or an attachment", 1, 1, false, caseShow),
	command("case comment", "NUMBER TEXT", "add a comment", 2, 2, false, caseComment),
	command("case attach", "NUMBER FILE", "attach a file", 2, 2, false, caseAttach),
	command("case set", "[-status S] [-priority P] [-ticket] NUMBER", "change a case; ask for a ticket, or for another when it was deleted", 1, 1, false, caseSet),
}

func caseAdd(flags *flag.FlagSet) runner {
	group := flags.String("group", "", "`name` of the customer group")
	system := flags.String("system", "", "`name` of the group's system that the case is about")
	text := flags.String("text", "", "the `text`")
	priority := flags.String("priority", "", "`priority` (default: the second lowest)")
	ticket := flags.Bool("ticket", false, "create a ticket, too")
	by := flags.String("by", "", "`name` of the person who opens it (default: the user)")
	return func(ctx context.Context, a *app, args []string) error {
		c := &Case{Title: program.OneLine(args[0]), Status: a.Statuses[0], Priority: cmp.Or(*priority, a.Priorities[max(0, len(a.Priorities)-2)]), By: a.user(*by)}
		if err := oneOf("priority", c.Priority, a.Priorities); err != nil {
			return err
		}
		if c.Title == "" {
			return wrong("a case needs a title")
		}
		c.Comments = []Comment{{Text: cmp.Or(plain(program.Printable(*text)), c.Title)}}
		return a.store.change(ctx, func(tx *tx) error {
			if err := tx.place(c, *group, *system); err != nil {
				return err
			}
			if err := tx.add(c); err != nil {
				return err
			}
			if *ticket {
				err := tx.edit(c.Number, c.By, func(c *Case) ([]Event, error) { e, err := c.request(); return []Event{e}, err })
				if err != nil {
					return err
				}
			}
			_, err := fmt.Fprintf(a.Stdout, "case %d\n", c.Number)
			return err
		})
	}
}

// place finds the group and the system of a case.
func (t *tx) place(c *Case, group, system string) error {
	for _, p := range []struct {
		kind, name string
		into       *int64
	}{{mapGroup, group, &c.Group}, {mapSystem, system, &c.System}} {
		if p.name == "" {
			continue
		}
		if p.kind == mapSystem {
			p.name = group + "/" + p.name
		}
		m, err := t.named(p.kind, p.name)
		if err != nil {
			return err
		}
		*p.into = m.ID
	}
	return nil
}

func caseList(flags *flag.FlagSet) runner {
	all := flags.Bool("all", false, "closed cases, too")
	return func(ctx context.Context, a *app, _ []string) error {
		rows := [][]string{{"CASE", "STATUS", "PRIORITY", "GROUP", "SYSTEM", "TICKET", "TITLE"}}
		err := a.store.change(ctx, func(tx *tx) error {
			for _, n := range tx.numbers("1 ORDER BY number") {
				c, err := tx.load(n)
				if err != nil {
					return err
				}
				if *all || !slices.Contains(a.Closed, c.Status) {
					rows = append(rows, []string{itoa(n), c.Status, c.Priority, c.GroupName, c.SystemName, c.ticket(), c.Title})
				}
			}
			return nil
		})
		return errors.Join(err, program.Table(a.Stdout, program.FormTable, rows, nil))
	}
}

// ticket says in a word what the case's ticket is.
func (c *Case) ticket() string {
	switch l := c.Link; {
	case l.Ticket == 0 && l.Wanted:
		return "on its way"
	case l.Ticket == 0:
		return none
	case l.State != "":
		return fmt.Sprintf("#%d (%s)", l.Ticket, l.State)
	default:
		return fmt.Sprintf("#%d", l.Ticket)
	}
}

func caseShow(flags *flag.FlagSet) runner {
	file := flags.String("file", "", "write the content of the attachment with this `name` instead")
	return func(ctx context.Context, a *app, args []string) error {
		number, err := numberOf(args[0])
		if err != nil {
			return err
		}
		return a.store.change(ctx, func(tx *tx) error {
			c, err := tx.load(number)
			if err != nil {
				return err
			}
			if *file == "" {
				show(a.Stdout, c, tx.events("number = ?", number))
				return nil
			}
			f := first(c.Attachments, func(f Attachment) bool { return f.Name == *file })
			if f == nil {
				return wrong("case %d has no attachment %q", number, *file)
			}
			_, err = a.Stdout.Write(tx.content(number, f.Hash))
			return err
		})
	}
}

func show(to io.Writer, c *Case, history []Event) {
	const stamp = "2006-01-02 15:04"
	say := func(format string, args ...any) { _, _ = fmt.Fprintf(to, format+"\n", args...) }
	say("Case %d: %s", c.Number, c.Title)
	say("%s, priority %s, group %q, system %q, opened %s UTC by %s", c.Status, c.Priority, cmp.Or(c.GroupName, none), cmp.Or(c.SystemName, none), c.Opened.Format(stamp), c.By)
	say("Ticket: %s", c.ticket())
	if l := c.Link; l.Board != "" {
		say("  company %q, configuration %q, board %q, status %q", program.OneLine(l.Company), program.OneLine(cmp.Or(l.Configuration, none)), program.OneLine(l.Board), program.OneLine(l.TicketStatus))
	}
	if why := c.parked(); why != "" && c.Link.Wanted {
		say("  parked: %s", why)
	}
	for _, m := range c.Comments {
		say("\n%d. %s, %s UTC:\n%s", m.N, program.OneLine(m.Author), m.At.Format(stamp), program.Printable(m.Text))
	}
	for _, f := range c.Attachments {
		say("\nAttachment: %s, %d bytes, by %s", f.Name, f.Size, program.OneLine(f.By))
	}
	say("\nHistory:")
	for _, e := range history {
		say("%s %s %s %s", e.At.Format(stamp), e.Kind, e.User, e.Text)
	}
}

func numberOf(arg string) (int64, error) {
	n, err := strconv.ParseInt(strings.TrimPrefix(arg, "#"), 10, 64)
	if err != nil || n < 1 {
		return 0, wrong("%q is not a number of a case", arg)
	}
	return n, nil
}

// editing makes a command that changes a case.
func editing(flags *flag.FlagSet, change func(*app, *tx, *Case, string, []string) ([]Event, error)) runner {
	by := flags.String("by", "", "`name` of the person who does it (default: the user)")
	return func(ctx context.Context, a *app, args []string) error {
		number, err := numberOf(args[0])
		if err != nil {
			return err
		}
		return a.store.change(ctx, func(tx *tx) error {
			user := a.user(*by)
			return tx.edit(number, user, func(c *Case) ([]Event, error) { return change(a, tx, c, user, args[1:]) })
		})
	}
}

func caseComment(flags *flag.FlagSet) runner {
	return editing(flags, func(_ *app, tx *tx, c *Case, user string, args []string) ([]Event, error) {
		text := plain(program.Printable(args[0]))
		if text == "" {
			return nil, wrong("a comment needs a text")
		}
		c.Comments = append(c.Comments, Comment{N: c.next(), Author: user, Text: text, At: tx.now})
		return []Event{{Kind: eventModified, Text: "comment"}}, nil
	})
}

func caseAttach(flags *flag.FlagSet) runner {
	return editing(flags, func(a *app, _ *tx, c *Case, user string, args []string) ([]Event, error) {
		file, err := os.Open(args[0])
		if err != nil {
			return nil, program.End(program.Wrong, err)
		}
		defer func() { _ = file.Close() }()
		data, err := io.ReadAll(io.LimitReader(file, a.MaxAttachment+1))
		if err != nil {
			return nil, err
		}
		if int64(len(data)) > a.MaxAttachment {
			return nil, wrong("%s is larger than the %d bytes that twoway.maxAttachment allows", args[0], a.MaxAttachment)
		}
		if !c.attach(args[0], data, user) {
			a.Say("case %d has this content already; it is not attached twice", c.Number)
			return nil, nil
		}
		return []Event{{Kind: eventModified, Text: "attachment " + fileName(args[0])}}, nil
	})
}

func caseSet(flags *flag.FlagSet) runner {
	status := flags.String("status", "", "new `status`")
	priority := flags.String("priority", "", "new `priority`")
	ticket := flags.Bool("ticket", false, "create a ticket; another one if the ticket was deleted")
	return editing(flags, func(a *app, tx *tx, c *Case, _ string, _ []string) (events []Event, err error) {
		maps := &Maps{Closed: a.Closed}
		for _, f := range []struct {
			kind  Kind
			value string
			among []string
			into  *string
			at    *time.Time
		}{{writeStatus, *status, a.Statuses, &c.Status, &c.StatusAt}, {writePriority, *priority, a.Priorities, &c.Priority, &c.PriorityAt}} {
			if f.value == "" || f.value == *f.into {
				continue
			}
			if err := oneOf(string(f.kind), f.value, f.among); err != nil {
				return nil, err
			}
			events = append(events, Event{Kind: maps.eventOf(f.kind, *f.into, f.value), Text: fmt.Sprintf("%s: %s → %s", f.kind, *f.into, f.value)})
			*f.into, *f.at = f.value, tx.now
		}
		if *ticket {
			e, err := c.request()
			return append(events, e), err
		}
		return events, nil
	})
}

func oneOf(what, value string, among []string) error {
	if !slices.Contains(among, value) {
		return wrong("%s %q is none of %s", what, value, strings.Join(among, ", "))
	}
	return nil
}
