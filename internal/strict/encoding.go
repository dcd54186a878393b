package strict

import (
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"
)

// inUTF8 returns the content of a file without a byte-order mark at its
// beginning. If the content is not UTF-8, the fault names the line and the
// encoding that it looks like.
func inUTF8(data []byte) ([]byte, error) {
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	const save = "; save it as UTF-8"
	head := data[:min(len(data), 1<<10)]
	zeros := bytes.Count(head, []byte{0})
	switch {
	case bytes.HasPrefix(data, []byte{0xFF, 0xFE}), bytes.HasPrefix(data, []byte{0xFE, 0xFF}), zeros > 0 && zeros >= len(head)/3:
		return nil, Faults{{"", "is not UTF-8; looks like UTF-16" + save}}
	case utf8.Valid(data):
		return data, nil
	}
	at := 0
	for r, n := utf8.DecodeRune(data); r != utf8.RuneError || n > 1; r, n = utf8.DecodeRune(data[at:]) {
		at += n
	}
	var faults Faults
	line := 1 + bytes.Count(data[:at], []byte("\n"))
	// Western European text is ASCII with a few other letters.
	if high := countHigh(data); zeros == 0 && high <= len(data)/4 {
		faults.Add("", "is not UTF-8 (line %d); looks like Windows-1252%s", line, save)
	} else {
		faults.Add("", "is not UTF-8 (line %d), nor anything that is text%s", line, save)
	}
	return nil, faults
}

func countHigh(data []byte) int {
	n := 0
	for _, c := range data {
		if c >= utf8.RuneSelf {
			n++
		}
	}
	return n
}

// Read reads a file that a person wrote, of at most most bytes, and returns its
// content like inUTF8.
func Read(from io.Reader, most int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(from, most+1))
	switch {
	case err != nil:
		return nil, err
	case int64(len(data)) > most:
		return nil, Faults{{"", fmt.Sprintf("has more than %d bytes", most)}}
	}
	return inUTF8(data)
}
