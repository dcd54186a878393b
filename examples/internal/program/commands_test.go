package program

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"strings"
	"testing"
)

func TestCommand(t *testing.T) {
	commands := []Command{{"case add", "[-loud] TITLE", "open a case", 1, 2, func(flags *flag.FlagSet) func(context.Context, *Program, []string) error {
		loud := flags.Bool("loud", false, "in capitals")
		return func(_ context.Context, p *Program, args []string) error {
			text := strings.Join(args, "+")
			if *loud {
				text = strings.ToUpper(text)
			}
			_, err := p.Stdout.Write([]byte(text))
			return err
		}
	}}}
	for _, c := range []struct {
		args   string
		code   Exit
		stdout string
		stderr string
	}{
		{"case add a", Fine, "a", ""},
		{"case add -loud a b", Fine, "A+B", ""},
		{"case add", Wrong, "", "want tried case add [-loud] TITLE"},
		{"case add a b c", Wrong, "", "c"},
		{"case added a", Wrong, "", "no such command"},
		{"", Wrong, "", "tried case add [-loud] TITLE"},
		{"help", Fine, "", "the note"},
	} {
		var out, log bytes.Buffer
		p := &Program{Name: "tried", Args: strings.Fields(c.args), Stdout: &out, Stderr: &log}
		err := p.Command(t.Context(), commands, "the note")
		if err != nil {
			log.WriteString(err.Error())
		}
		if errors.Is(err, flag.ErrHelp) || ExitOf(err) != c.code || out.String() != c.stdout || !strings.Contains(log.String(), c.stderr) {
			t.Errorf("%q: %v, %q, %q", c.args, err, out.String(), log.String())
		}
	}
}
