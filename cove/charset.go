package cove

import (
	"fmt"
	"unicode/utf8"
)

// WithLatin1 reads answers that are not UTF-8 as ISO 8859-1 (Latin-1), which
// some deployments are reported to send. Without this option such an answer is
// an [ErrMalformed], because names in it would lose letters.
func WithLatin1() Option {
	return func(o *options) error {
		o.latin1 = true
		return nil
	}
}

// utf8Text returns an answer as UTF-8. With an error it returns the answer
// unchanged.
func utf8Text(answer []byte, latin1 bool) ([]byte, error) {
	if utf8.Valid(answer) {
		return answer, nil
	}
	if !latin1 {
		return answer, fmt.Errorf("%w: it is not UTF-8; WithLatin1 reads it if the server writes Latin-1", ErrMalformed)
	}
	text := make([]rune, len(answer))
	for i, c := range answer {
		text[i] = rune(c)
	}
	return []byte(string(text)), nil
}
