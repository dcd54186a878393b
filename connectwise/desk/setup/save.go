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

// Set sets the member at a path, as in f.Set("New", "desk", "newStatus"), and
// reads all settings again. It creates missing objects on the path, and keeps
// the order of members. The value nil removes the member. If the result is not
// valid, nothing is changed and the error says why. Set does not write the
// file; [File.Save] does.
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

// set returns an object in which the member at the path is changed.
func set(object json.RawMessage, path []string, value json.RawMessage) (json.RawMessage, error) {
	if len(path) == 0 {
		return value, nil
	}
	in := json.NewDecoder(strings.NewReader(cmp.Or(string(object), "{}")))
	if start, err := in.Token(); err != nil || start != json.Delim('{') {
		return nil, errors.New("is below what is not an object")
	}
	var members []string
	found := false
	for more := true; more; {
		name, old := path[0], json.RawMessage(nil)
		if more = in.More(); more {
			token, _ := in.Token() // cannot fail: the JSON was parsed before
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

// Save writes the settings to a file, completely or not at all, and reads the
// file back. It keeps the last ten versions beside the file, with their dates,
// for [Undo]. It does not overwrite a file that somebody has changed since it
// was read. Only its owner can read a new file; an existing file keeps its
// permissions.
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

// copyDate is the format of the end of a copy's name.
const copyDate = "20060102T150405.000000000Z.bak"

// keep makes a dated copy and removes the oldest copies if there are too many.
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

// Undo restores the version that the file had before the last [File.Save], and
// with every further call the version before that. It is an error if there is
// none. The replaced content is kept as path + ".undone". Undo returns the name
// of the restored copy, which ends with its date.
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
