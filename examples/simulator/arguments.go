package main

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// arguments are the parameters of a request. The first error is kept in err.
type arguments struct {
	values map[string]string
	err    error
}

func argumentsOf(r *http.Request, o order) (*arguments, error) {
	if err := r.ParseForm(); err != nil {
		return nil, fmt.Errorf("cannot read the parameters: %w", err)
	}
	var known []string
	for _, p := range o.parameters {
		known = append(known, p.name)
	}
	a := &arguments{values: map[string]string{}}
	for name, list := range r.Form {
		switch {
		case len(known) == 0:
			return nil, fmt.Errorf("it takes no parameters, not %q", name)
		case !slices.Contains(known, name):
			return nil, fmt.Errorf("there is no parameter %q: there are %s", name, strings.Join(known, ", "))
		case len(list) > 1:
			return nil, fmt.Errorf("%s is there %d times", name, len(list))
		}
		a.values[name] = strings.TrimSpace(list[0])
	}
	return a, nil
}

func (a *arguments) fail(format string, values ...any) {
	if a.err == nil {
		a.err = fmt.Errorf(format, values...)
	}
}

func (a *arguments) optional(name string) string { return a.values[name] }

func (a *arguments) required(name string) string {
	if a.values[name] == "" {
		a.fail("%s is missing", name)
	}
	return a.values[name]
}

// read reads a parameter that was given.
func read[T any](a *arguments, name string, parse func(string) (T, error)) T {
	var zero T
	text := a.values[name]
	if text == "" {
		return zero
	}
	value, err := parse(text)
	if err != nil {
		a.fail("%s=%s: %w", name, text, err)
		return zero
	}
	return value
}

// choice returns a parameter that is one of a few words, ignoring case.
func (a *arguments) choice(name string, words ...string) string {
	text := a.values[name]
	i := slices.IndexFunc(words, func(word string) bool { return strings.EqualFold(word, text) })
	if i < 0 {
		a.fail("%s=%s: want %s", name, text, strings.Join(words, ", "))
		return ""
	}
	return words[i]
}

// The names of the two APIs.
const (
	coveAPI        = "cove"
	connectwiseAPI = "connectwise"
)

// api returns the API that an order is about, "" for both.
func (a *arguments) api() string {
	if a.optional("api") == "" {
		return ""
	}
	return a.choice("api", coveAPI, connectwiseAPI)
}

func number(text string) (float64, error) {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, errors.New("want a number")
	}
	return n, nil
}

func whole(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, errors.New("want a whole number")
	}
	return n, nil
}

func yesOrNo(text string) (bool, error) {
	b, err := strconv.ParseBool(text)
	if err != nil {
		return false, errors.New("want true or false")
	}
	return b, nil
}
