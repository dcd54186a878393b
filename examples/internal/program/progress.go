package program

import "github.com/schollz/progressbar/v3"

// Progress shows progress to a person at a terminal; in a pipe it shows
// nothing. The function step counts one more, done clears the line.
func (p *Program) Progress(what string) (step, done func()) {
	if !p.Interactive {
		return func() {}, func() {}
	}
	bar := progressbar.NewOptions(-1, progressbar.OptionSetWriter(p.Stderr), progressbar.OptionSetDescription(what), progressbar.OptionShowCount())
	return func() { _ = bar.Add(1) }, func() { _ = bar.Clear() }
}
