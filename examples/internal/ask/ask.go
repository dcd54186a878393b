// Package ask asks a person at a terminal. Programs that run without one never
// ask: they have flags for every answer.
package ask

import (
	"errors"

	"github.com/charmbracelet/huh"

	"github.com/covedesk/covedesk/examples/internal/program"
)

// Option is an answer that can be chosen.
type Option[T comparable] struct {
	Label string
	Value T
	// Chosen says that it is chosen already.
	Chosen bool
}

// Confirm asks yes or no. No is the answer to begin with.
func Confirm(p *program.Program, question string) (yes bool, err error) {
	err = run(p, huh.NewConfirm().Title(question).Affirmative("Yes").Negative("No").Value(&yes))
	return yes, err
}

// One asks for one of the options.
func One[T comparable](p *program.Program, question string, options []Option[T]) (answer T, err error) {
	list := huhOptions(options)
	for _, o := range options {
		if o.Chosen {
			answer = o.Value
		}
	}
	err = run(p, huh.NewSelect[T]().Title(question).Options(list...).Value(&answer))
	return answer, err
}

// Several asks for any number of the options.
func Several[T comparable](p *program.Program, question string, options []Option[T]) (answers []T, err error) {
	err = run(p, huh.NewMultiSelect[T]().Title(question).Options(huhOptions(options)...).Value(&answers))
	return answers, err
}

// Text asks for a line of text, which check may refuse.
func Text(p *program.Program, question, initial string, check func(string) error) (answer string, err error) {
	answer = initial
	err = run(p, huh.NewInput().Title(question).Value(&answer).Validate(check))
	return answer, err
}

func huhOptions[T comparable](options []Option[T]) (list []huh.Option[T]) {
	for _, o := range options {
		list = append(list, huh.NewOption(o.Label, o.Value).Selected(o.Chosen))
	}
	return list
}

func run(p *program.Program, field huh.Field) error {
	err := huh.NewForm(huh.NewGroup(field)).WithInput(p.Stdin).WithOutput(p.Stderr).Run()
	if errors.Is(err, huh.ErrUserAborted) {
		return program.End(program.Failed, errors.New("given up; nothing was written"))
	}
	return err
}
