package text

import (
	"errors"
	"fmt"
	"strings"
	"text/template"
	"text/template/parse"
)

// The limits of a template that people write.
const (
	mostBytes = 32 << 10 // of its text
	mostTurns = 100_000  // of all its loops and calls of templates together
)

var (
	errTooLong = fmt.Errorf("the text is longer than %d bytes", mostBytes)
	errEndless = fmt.Errorf("the loops and templates take more than %d turns", mostTurns)
)

// functions replace those functions of package template that make texts. They
// limit the length: a variable that doubles in a loop would otherwise use all
// memory before anything is written.
var functions = template.FuncMap{
	"print": brief(fmt.Sprint), "println": brief(fmt.Sprintln),
	"html": brief(template.HTMLEscaper), "js": brief(template.JSEscaper), "urlquery": brief(template.URLQueryEscaper),
	"printf": func(format string, args ...any) (string, error) {
		return brief(func(...any) string { return fmt.Sprintf(format, args...) })()
	},
}

func brief(f func(...any) string) func(...any) (string, error) {
	return func(args ...any) (string, error) {
		s := f(args...)
		if len(s) > mostBytes {
			return "", errTooLong
		}
		return s, nil
	}
}

// Bound prepares a template, and those that it defines, for [Execute]. Every
// turn of a loop and every call of a template then writes an empty text, so
// that turns can be counted even when they write nothing else. Functions make
// texts of at most 32 KiB each. Call Bound once, before the template is used.
// It leaves templates alone whose trees are from shared.
func Bound(t, shared *template.Template) {
	t.Funcs(functions)
	for _, each := range t.Templates() {
		if shared != nil {
			if theirs := shared.Lookup(each.Name()); theirs != nil && theirs.Tree == each.Tree {
				continue
			}
		}
		if each.Tree != nil {
			count(each.Root)
		}
	}
}

func count(list *parse.ListNode) {
	if list == nil {
		return
	}
	turn := &parse.TextNode{NodeType: parse.NodeText}
	var nodes []parse.Node
	for _, n := range list.Nodes {
		switch n := n.(type) {
		case *parse.IfNode:
			count(n.List)
			count(n.ElseList)
		case *parse.WithNode:
			count(n.List)
			count(n.ElseList)
		case *parse.RangeNode:
			count(n.List)
			count(n.ElseList)
			n.List.Nodes = append([]parse.Node{turn}, n.List.Nodes...)
		case *parse.TemplateNode:
			nodes = append(nodes, turn)
		}
		nodes = append(nodes, n)
	}
	list.Nodes = nodes
}

// Execute returns the text of a template without blanks around it. It fails
// when the text gets longer than 32 KiB or, after [Bound], when loops and calls
// of templates take more than 100,000 turns.
func Execute(t *template.Template, name string, data any) (string, error) {
	var b bounded
	err := t.ExecuteTemplate(&b, name, data)
	for _, limit := range []error{errTooLong, errEndless} {
		if errors.Is(err, limit) {
			return "", limit // without the place, which means nothing here
		}
	}
	if err != nil {
		return "", err
	}
	return strings.TrimSpace(b.text.String()), nil
}

// bounded is a writer with a limit of bytes and of writes.
type bounded struct {
	text  strings.Builder
	turns int
}

func (b *bounded) Write(p []byte) (int, error) {
	if len(p) == 0 {
		b.turns++
	}
	switch {
	case b.turns > mostTurns:
		return 0, errEndless
	case b.text.Len()+len(p) > mostBytes:
		return 0, errTooLong
	}
	return b.text.Write(p)
}
