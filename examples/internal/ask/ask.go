// Package ask asks a person at a terminal. Programs that run without one never
// ask: they have flags for every answer.
package ask

import (
	"errors"
	"slices"
	"strings"

	"github.com/charmbracelet/huh"

	"github.com/covedesk/covedesk/connectwise/desk/setup"
	"github.com/covedesk/covedesk/examples/internal/program"
)

// Option is an answer that can be chosen.
type Option[T comparable] struct {
	Label string
	Value T
}

// Agree asks a person to agree before anything is written, unless -yes was
// given. Without a terminal it returns an error.
func Agree(p *program.Program, yes bool, question string) error {
	if yes {
		return nil
	}
	if !p.Interactive {
		return program.End(program.Wrong, errors.New("nothing was written: -yes says that this is meant"))
	}
	if err := run(p, huh.NewConfirm().Title(question).Affirmative("Yes").Negative("No").Value(&yes)); err != nil || yes {
		return err
	}
	return program.End(program.Failed, errors.New("given up; nothing was written"))
}

// Setting asks for one of the possible values of a setting; "" means the
// tenant's default.
func Setting(p *program.Program, choice setup.Choice) (name string, err error) {
	options := []huh.Option[string]{huh.NewOption("           leave it to the tenant", "")}
	current := slices.ContainsFunc(choice.Options, func(o setup.Option) bool { return o.Current })
	lines := strings.Split(choice.String(), "\n")[1:] // the first line is the setting's name
	for i, o := range choice.Options {
		options = append(options, huh.NewOption(strings.TrimPrefix(lines[i], "  "), o.Name))
		if o.Current || !current && o.Recommended {
			name = o.Name // the option that is selected at first
		}
	}
	err = run(p, huh.NewSelect[string]().Title(choice.Setting+"  (★ recommended, ✓ current)").Options(options...).Value(&name))
	return name, err
}

// Several asks for any number of the options.
func Several[T comparable](p *program.Program, question string, options []Option[T]) (answers []T, err error) {
	var list []huh.Option[T]
	for _, o := range options {
		list = append(list, huh.NewOption(o.Label, o.Value))
	}
	err = run(p, huh.NewMultiSelect[T]().Title(question).Options(list...).Value(&answers))
	return answers, err
}

// Text asks for a line of text that is not empty.
func Text(p *program.Program, question, initial string) (answer string, err error) {
	answer = initial
	err = run(p, huh.NewInput().Title(question).Value(&answer).Validate(func(s string) error {
		if strings.TrimSpace(s) == "" {
			return errors.New("an answer is needed")
		}
		return nil
	}))
	return answer, err
}

func run(p *program.Program, field huh.Field) error {
	err := huh.NewForm(huh.NewGroup(field)).WithInput(p.Stdin).WithOutput(p.Stderr).Run()
	if errors.Is(err, huh.ErrUserAborted) {
		return program.End(program.Failed, errors.New("given up; nothing was written"))
	}
	return err
}
