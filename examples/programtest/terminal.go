package programtest

import (
	"bytes"
	"context"
	"regexp"
	"strings"

	"github.com/creack/pty"

	"github.com/covedesk/covedesk/examples/internal/program"
)

// Answer is what a person types when the screen shows a text.
type Answer struct{ Shown, Typed string }

// Keys that are not letters.
const (
	Enter     = "\r"
	Down      = "\x1b[B"
	Interrupt = "\x03"
)

// left is the last that a terminal shows: the program has ended.
const left = "\x1b[0;0;0m"

// Terminal runs a program in a terminal, and types the answers in their order.
// It returns what the screen showed, without colours. With the race detector
// the test is skipped, because the forms' library has a data race at its end.
func (p Place) Terminal(run func(context.Context, *program.Program) error, answers []Answer, args ...string) (code program.Exit, stdout, screen string) {
	p.Helper()
	if race {
		p.Skip("the forms' library (bubbletea, cancelreader) races with itself; .ci/run forms runs this without the race detector")
	}
	person, terminal, err := pty.Open()
	if err == nil {
		err = pty.Setsize(person, &pty.Winsize{Rows: 50, Cols: 150})
	}
	if err != nil {
		p.Fatal(err)
	}
	var all strings.Builder
	done := make(chan struct{})
	go func() {
		defer close(done)
		shown, buffer := "", make([]byte, 4096)
		for {
			n, err := person.Read(buffer)
			all.Write(buffer[:n])
			shown = escapes.ReplaceAllString(shown+string(buffer[:n]), "")
			for len(answers) > 0 && strings.Contains(shown, answers[0].Shown) {
				shown = ""
				_, _ = person.WriteString(answers[0].Typed)
				answers = answers[1:]
			}
			if err != nil || strings.HasSuffix(all.String(), left) {
				return
			}
		}
	}()
	var out bytes.Buffer
	surroundings := p.Program(args...)
	surroundings.Stdin, surroundings.Stdout, surroundings.Stderr, surroundings.Interactive = terminal, &out, terminal, true
	code = surroundings.Run(p.Context(), run)
	_, err = terminal.WriteString(left) // a reader that the forms' library leaves behind may keep the terminal open
	_ = terminal.Close()
	if err != nil {
		p.Fatal(err)
	}
	<-done
	_ = person.Close()
	if len(answers) > 0 {
		p.Errorf("the program never showed %q", answers[0].Shown)
	}
	return code, out.String(), escapes.ReplaceAllString(all.String(), "")
}

var escapes = regexp.MustCompile(`\x1b\[[0-9;?]*[a-zA-Z]`)
