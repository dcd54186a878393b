package setup

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/covedesk/covedesk/connectwise/desk/filestate"
	"github.com/covedesk/covedesk/internal/strict"
)

// copies is how many earlier versions of a settings file are kept beside it.
const copies = 10

// Set gives the member at the path a value, as in f.Set("New", "desk",
// "newStatus"), and reads everything anew. Objects on the way are made; members keep
// their order; nil takes the member away. Where the result would be wrong, nothing
// is changed and the error says why. Nothing is written before [File.Save].
func (f *File) Set(value any, path ...string) error {
	raw, err := strict.Encode(value)
	if err != nil {
		return fmt.Errorf("setup: %s: %w", strings.Join(path, "."), err)
	}
	data, err := set(f.data, path, raw)
	if err != nil {
		return fmt.Errorf("setup: %s: %w", strings.Join(path, "."), err)
	}
	return f.parse(data)
}

// set gives an object with the member at the path changed.
func set(object json.RawMessage, path []string, value json.RawMessage) (json.RawMessage, error) {
	if len(path) == 0 {
		return value, nil
	}
	if len(object) == 0 {
		object = json.RawMessage("{}")
	}
	in := json.NewDecoder(bytes.NewReader(object))
	if start, err := in.Token(); err != nil || start != json.Delim('{') {
		return nil, errors.New("is below what is no object")
	}
	var out bytes.Buffer
	member := func(name string, value json.RawMessage) {
		if string(value) == "null" {
			return
		}
		out.WriteByte("{,"[min(out.Len(), 1)])
		key, _ := json.Marshal(name) // text
		out.Write(append(key, ':'))
		out.Write(value)
	}
	found := false
	for in.More() {
		token, _ := in.Token() // what was parsed is JSON
		name, _ := token.(string)
		var old json.RawMessage
		if err := in.Decode(&old); err != nil {
			return nil, err
		}
		if name == path[0] {
			found = true
			next, err := set(old, path[1:], value)
			if err != nil {
				return nil, err
			}
			old = next
		}
		member(name, old)
	}
	if !found {
		next, err := set(nil, path[1:], value)
		if err != nil {
			return nil, err
		}
		member(path[0], next)
	}
	if out.Len() == 0 {
		out.WriteByte('{')
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

// Save writes the settings to a file, whole or not at all, and reads it back. What
// stood there is kept beside it with its date, the last ten of them, for [Undo]. A
// file that somebody has changed since it was read is not overwritten. A new file is
// readable by its owner alone; one that is there keeps its permissions.
func (f *File) Save(path string) error {
	var out bytes.Buffer
	if err := json.Indent(&out, f.data, "", "  "); err != nil {
		return fmt.Errorf("setup: %w", err)
	}
	out.WriteByte('\n')
	old, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return fmt.Errorf("setup: %w", err)
	case path == f.path && !bytes.Equal(old, f.read):
		return fmt.Errorf("setup: %s was changed by somebody else since it was read; nothing was written", path)
	case bytes.Equal(old, out.Bytes()):
		return nil
	default:
		if err := keep(path, old); err != nil {
			return err
		}
	}
	if err := replace(path, out.Bytes()); err != nil {
		return err
	}
	f.path, f.read = path, out.Bytes()
	return nil
}

// replace writes a file and reads it back.
func replace(path string, data []byte) error {
	before, _ := os.Stat(path)
	if err := filestate.Open(path).Save(data); err != nil {
		return fmt.Errorf("setup: %w", err)
	}
	if before != nil {
		if err := os.Chmod(path, before.Mode().Perm()); err != nil {
			return fmt.Errorf("setup: %w", err)
		}
	}
	if back, err := os.ReadFile(path); err != nil || !bytes.Equal(back, data) {
		return errors.Join(fmt.Errorf("setup: %s does not hold what was written", path), err)
	}
	return nil
}

const copyDate = "20060102T150405.000000000Z"

// keep makes a dated copy, and removes those that are too old.
func keep(path string, data []byte) error {
	if err := filestate.Open(path + "." + time.Now().UTC().Format(copyDate) + ".bak").Save(data); err != nil {
		return fmt.Errorf("setup: nothing was written: %w", err)
	}
	kept, err := earlier(path)
	for len(kept) > copies && err == nil {
		err = os.Remove(kept[0])
		kept = kept[1:]
	}
	if err != nil {
		return fmt.Errorf("setup: copies of %s: %w", path, err)
	}
	return nil
}

// earlier lists the dated copies, the oldest first.
func earlier(path string) (kept []string, err error) {
	entries, err := os.ReadDir(filepath.Dir(path))
	for _, e := range entries {
		if _, ours := dated(path, e.Name()); ours {
			kept = append(kept, filepath.Join(filepath.Dir(path), e.Name()))
		}
	}
	slices.Sort(kept)
	return kept, err
}

// dated gives the date of a copy from the name of its file.
func dated(path, name string) (date time.Time, ours bool) {
	name, ours = strings.CutPrefix(filepath.Base(name), filepath.Base(path)+".")
	name, bak := strings.CutSuffix(name, ".bak")
	date, err := time.Parse(copyDate, name)
	return date, ours && bak && err == nil
}

// Undo puts the version back that stood in the file before the last [File.Save],
// and with every further call the one before that. What is replaced is kept as path
// + ".undone". It gives the date of the copy, in UTC; an error where there is none.
func Undo(path string) (time.Time, error) {
	kept, err := earlier(path)
	if err != nil || len(kept) == 0 {
		return time.Time{}, errors.Join(fmt.Errorf("setup: there is no earlier version of %s", path), err)
	}
	last := kept[len(kept)-1]
	data, err := os.ReadFile(last)
	if err != nil {
		return time.Time{}, fmt.Errorf("setup: %w", err)
	}
	if now, err := os.ReadFile(path); err == nil {
		if err := filestate.Open(path + ".undone").Save(now); err != nil {
			return time.Time{}, fmt.Errorf("setup: nothing was undone: %w", err)
		}
	}
	if err := replace(path, data); err != nil {
		return time.Time{}, err
	}
	date, _ := dated(path, last)
	if err := os.Remove(last); err != nil {
		return date, fmt.Errorf("setup: %w", err)
	}
	return date, nil
}
