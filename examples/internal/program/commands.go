package program

import (
	"context"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Command is one of the commands of a program that has several.
type Command struct {
	// Name is one word or more: "case add".
	Name string
	// Args and About are shown in the list of commands: the arguments, and what
	// the command does.
	Args, About string
	// Min and Max bound the number of arguments after the flags.
	Min, Max int
	// Define defines the command's flags and returns the function that runs it.
	Define func(*flag.FlagSet) func(context.Context, *Program, []string) error
}

// Command runs the command that the first arguments name. "help" lists all
// commands. An unknown command also lists them and ends with [Wrong]. The note
// is printed at the end of the list.
func (p *Program) Command(ctx context.Context, commands []Command, note string) error {
	line := strings.Join(p.Args, " ") + " "
	for _, c := range commands {
		if !strings.HasPrefix(line, c.Name+" ") {
			continue
		}
		p.Args = p.Args[len(strings.Fields(c.Name)):]
		flags := flag.NewFlagSet(c.Name, flag.ContinueOnError)
		do := c.Define(flags)
		if err := p.ParseWith(flags, c.Max); err != nil {
			return err
		}
		if flags.NArg() < c.Min {
			return End(Wrong, fmt.Errorf("want %s %s %s", p.Name, c.Name, c.Args))
		}
		return do(ctx, p, flags.Args())
	}
	p.list(p.Stderr, commands, note)
	if len(p.Args) > 0 && slices.Contains([]string{"help", "-help", "--help", "-h"}, p.Args[0]) {
		return nil
	}
	return End(Wrong, fmt.Errorf("no such command: %q", strings.TrimSpace(line)))
}

func (p *Program) list(to io.Writer, commands []Command, note string) {
	for _, c := range commands {
		_, _ = fmt.Fprintf(to, "%s %-60s %s\n", p.Name, strings.TrimSpace(c.Name+" "+c.Args), c.About)
	}
	_, _ = fmt.Fprintln(to, note)
}
