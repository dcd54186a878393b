package setup

import (
	"bytes"
	"cmp"
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
	in := json.NewDecoder(strings.NewReader(cmp.Or(string(object), "{}")))
	if start, err := in.Token(); err != nil || start != json.Delim('{') {
		return nil, errors.New("is below what is no object")
	}
	var members []string
	found := false
	for more := true; more; {
		name, old := path[0], json.RawMessage(nil)
		if more = in.More(); more {
			token, _ := in.Token() // what was parsed is JSON
			name, _ = token.(string)
			_ = in.Decode(&old)
		} else if found {
			break
		}
		if name == path[0] {
			found = true
			next, err := set(old, path[1:], value)
			if err != nil {
				return nil, err
			}
			old = next
		}
		if string(old) != "null" {
			key, _ := json.Marshal(name) // text
			members = append(members, string(key)+":"+string(old))
		}
	}
	return json.RawMessage("{" + strings.Join(members, ",") + "}"), nil
}

// Save writes the settings to a file, whole or not at all, and reads it back.
// The last ten versions are kept beside it, with their dates, for [Undo]. A
// file that somebody has changed since it was read is not overwritten. A new
// file is readable by its owner alone; one that is there keeps its permissions.
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

// copyDate is how the name of a copy ends.
const copyDate = "20060102T150405.000000000Z.bak"

// keep makes a dated copy, and removes those that are too old.
func keep(path string, data []byte) error {
	if err := filestate.Open(path + "." + time.Now().UTC().Format(copyDate)).Save(data); err != nil {
		return fmt.Errorf("setup: nothing was written: %w", err)
	}
	kept, err := earlier(path)
	for _, old := range kept[:max(0, len(kept)-copies)] {
		err = errors.Join(err, os.Remove(old))
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
		date, ours := strings.CutPrefix(e.Name(), filepath.Base(path)+".")
		if _, other := time.Parse(copyDate, date); ours && other == nil {
			kept = append(kept, filepath.Join(filepath.Dir(path), e.Name()))
		}
	}
	slices.Sort(kept)
	return kept, err
}

// Undo puts the version back that stood in the file before the last
// [File.Save], and with every further call the one before that; an error where
// there is none. What is replaced is kept as path + ".undone". It returns the
// name of that copy, which ends with its date.
func Undo(path string) (from string, err error) {
	kept, err := earlier(path)
	if err != nil || len(kept) == 0 {
		return "", errors.Join(fmt.Errorf("setup: there is no earlier version of %s", path), err)
	}
	from = kept[len(kept)-1]
	data, err := os.ReadFile(from)
	if err != nil {
		return "", fmt.Errorf("setup: %w", err)
	}
	if now, err := os.ReadFile(path); err == nil {
		if err := filestate.Open(path + ".undone").Save(now); err != nil {
			return "", fmt.Errorf("setup: nothing was undone: %w", err)
		}
	}
	if err = replace(path, data); err == nil {
		err = os.Remove(from)
	}
	return from, err
}
