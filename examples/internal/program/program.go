// Package program is shared by the programs of this module: where credentials
// come from, where files are, who gets a message when a program breaks, and how
// a program ends.
//
//	func main() { program.Main("synctickets", run) }
//
//	func run(ctx context.Context, p *program.Program) error {
//		credentials, err := p.Credentials(program.ConnectWise...)
//		...
//	}
//
// It does not know Cove or the task of any program, and imports nothing
// internal to this repository: copy the folder, change the import paths, and it
// builds.
package program

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
	_ "time/tzdata" // settings name time zones, and not every machine knows them

	"golang.org/x/term"
)

// Program is a program with its environment. [Main] uses the real environment,
// a test its own.
type Program struct {
	Name string
	// Args are the arguments without the program's name.
	Args []string
	// Lookup reads the environment, as os.LookupEnv does.
	Lookup func(string) (string, bool)
	Stdin  io.Reader
	// Stdout never fails within [Program.Run]: a full disk or a closed pipe
	// does not interrupt a run, but changes the exit code.
	Stdout io.Writer
	// Stderr is for everything other than the program's result.
	Stderr io.Writer
	// Interactive says that a person uses a terminal, so the program can show
	// progress and ask.
	Interactive bool
	// Folder is the default folder of a program's files; empty if the machine
	// has no such folder.
	Folder string
	Now    func() time.Time
}

// Main runs a program and ends the process. SIGINT and SIGTERM end the context,
// so that the program ends cleanly; a second signal kills it.
func Main(name string, run func(context.Context, *Program) error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	// Otherwise a reader that stops ("| head") would kill the run between two
	// writes.
	signal.Ignore(syscall.SIGPIPE)
	folder, err := os.UserConfigDir()
	if err == nil {
		folder = filepath.Join(folder, "covedesk")
	}
	p := &Program{
		Name: name, Args: os.Args[1:], Lookup: os.LookupEnv, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Interactive: term.IsTerminal(int(os.Stdin.Fd())) && term.IsTerminal(int(os.Stderr.Fd())),
		Folder:      folder, Now: time.Now,
	}
	code := p.Run(ctx, run)
	stop()
	os.Exit(int(code))
}

// Run runs a program, prints to standard error why it failed, and returns the
// exit code.
func (p *Program) Run(ctx context.Context, run func(context.Context, *Program) error) Exit {
	out := &output{to: p.Stdout}
	p.Stdout = out
	err := run(ctx, p)
	if errors.Is(err, flag.ErrHelp) {
		return Fine
	}
	code := ExitOf(err)
	var told *ended
	if err != nil && (!errors.As(err, &told) || told.err != nil) {
		p.Say("%v", err)
	}
	if out.err != nil {
		p.Say("the output is incomplete: %v", out.err)
		code = Worse(code, Failed)
	}
	return code
}

// Say writes a line to standard error.
func (p *Program) Say(format string, args ...any) {
	_, _ = fmt.Fprintf(p.Stderr, p.Name+": "+format+"\n", args...)
}

// Parse reads the flags of a program without other arguments. An error is one
// line and ends with [Wrong]. -help prints the flags and returns flag.ErrHelp.
func (p *Program) Parse(flags *flag.FlagSet) error { return p.ParseWith(flags, 0) }

// ParseWith is Parse for a program with at most the given number of other
// arguments, which follow the flags.
func (p *Program) ParseWith(flags *flag.FlagSet, arguments int) error {
	flags.Init(p.Name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	err := flags.Parse(p.Args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		_, _ = fmt.Fprintf(p.Stdout, "usage: %s [flags]\n", p.Name)
		flags.SetOutput(p.Stdout)
		flags.PrintDefaults()
		return err
	case err != nil:
		return End(Wrong, fmt.Errorf("%w; see -help", err))
	case flags.NArg() > arguments:
		return End(Wrong, fmt.Errorf("unknown argument %q; see -help", flags.Arg(arguments)))
	}
	return nil
}

// Need refuses a flag that has no effect without another one: needs["csv"] is
// "list".
func Need(flags *flag.FlagSet, needs map[string]string) error {
	given := map[string]bool{}
	flags.Visit(func(f *flag.Flag) { given[f.Name] = true })
	for _, name := range slices.Sorted(maps.Keys(needs)) {
		if given[name] && !given[needs[name]] {
			return End(Wrong, fmt.Errorf("-%s needs -%s; see -help", name, needs[name]))
		}
	}
	return nil
}

// List is for a flag that may be repeated: flags.Func(name, usage, program.List(&names)).
func List(into *[]string) func(string) error {
	return func(s string) error { *into = append(*into, s); return nil }
}

// Sleep waits for a time. It returns the context's error if the context ends
// first.
func Sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// env returns an environment variable without blanks around it.
func (p *Program) env(name string) string {
	value, _ := p.Lookup(name)
	return strings.TrimSpace(value)
}

// output remembers the first error of a writer, and ignores all later writes.
type output struct {
	to  io.Writer
	err error
}

func (o *output) Write(b []byte) (int, error) {
	if o.err == nil {
		_, o.err = o.to.Write(b)
	}
	return len(b), nil
}
