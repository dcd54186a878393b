package connectwisetest

import "strings"

// like is a pattern of the operator like: % and * stand for any text, _ for one
// character, [abc], [a-z] and [^a] for one character of a class. Case is
// ignored.
type like struct {
	parts  []likePart
	pieces []string // for a pattern without _ and classes: the texts between the wildcards
}

type likePart struct {
	kind  byte // '%', '_', 'c' one character, '[' a class
	r     rune
	class []rune // pairs, from and to
	not   bool
}

func newLike(pattern string) like {
	var l like
	if !strings.ContainsAny(pattern, "_[") {
		l.pieces = strings.Split(strings.ReplaceAll(fold(pattern), "*", "%"), "%")
		return l
	}
	rs := []rune(fold(pattern))
	for i := 0; i < len(rs); i++ {
		switch r := rs[i]; r {
		case '%', '*':
			l.parts = append(l.parts, likePart{kind: '%'})
		case '_':
			l.parts = append(l.parts, likePart{kind: '_'})
		case '[':
			end := strings.IndexRune(string(rs[i+1:]), ']')
			if end < 0 {
				l.parts = append(l.parts, likePart{kind: 'c', r: r})
				continue
			}
			class := []rune(string(rs[i+1:])[:end])
			i += len(class) + 1
			l.parts = append(l.parts, newClass(class))
		default:
			l.parts = append(l.parts, likePart{kind: 'c', r: r})
		}
	}
	return l
}

func newClass(class []rune) likePart {
	p := likePart{kind: '['}
	if len(class) > 0 && class[0] == '^' {
		p.not, class = true, class[1:]
	}
	for i := 0; i < len(class); i++ {
		from, to := class[i], class[i]
		if i+2 < len(class) && class[i+1] == '-' {
			to = class[i+2]
			i += 2
		}
		p.class = append(p.class, from, to)
	}
	return p
}

func (p likePart) one(r rune) bool {
	switch p.kind {
	case '_':
		return true
	case 'c':
		return p.r == r
	}
	in := false
	for i := 0; i < len(p.class); i += 2 {
		in = in || r >= p.class[i] && r <= p.class[i+1]
	}
	return in != p.not
}

// match compares text and pattern from left to right and returns to the last %
// on a mismatch. Its time is at most proportional to the product of both
// lengths.
func (l like) match(text string) bool {
	if l.pieces != nil {
		return l.matchPieces(fold(text))
	}
	rs := []rune(fold(text))
	i, j := 0, 0
	star, mark := -1, 0
	for i < len(rs) {
		switch {
		case j < len(l.parts) && l.parts[j].kind == '%':
			star, mark = j, i
			j++
		case j < len(l.parts) && l.parts[j].one(rs[i]):
			i++
			j++
		case star >= 0:
			mark++
			i, j = mark, star+1
		default:
			return false
		}
	}
	for j < len(l.parts) && l.parts[j].kind == '%' {
		j++
	}
	return j == len(l.parts)
}

// matchPieces finds the pieces one after another: the first at the beginning,
// the last at the end.
func (l like) matchPieces(text string) bool {
	last := len(l.pieces) - 1
	if last == 0 {
		return text == l.pieces[0]
	}
	text, ok := strings.CutPrefix(text, l.pieces[0])
	if !ok {
		return false
	}
	for _, piece := range l.pieces[1:last] {
		_, behind, ok := strings.Cut(text, piece)
		if !ok {
			return false
		}
		text = behind
	}
	return strings.HasSuffix(text, l.pieces[last])
}
