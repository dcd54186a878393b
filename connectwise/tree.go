package connectwise

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
)

// apply changes the tree at the path, as JSON Patch does. Unlike JSON Patch,
// adding to a missing list creates the list.
func apply(tree any, path []string, kind string, value any) (any, error) {
	switch v := tree.(type) {
	case map[string]any:
		if len(path) > 1 {
			child, present := v[path[0]]
			if !present && kind == "add" {
				if _, err := strconv.Atoi(path[1]); err == nil {
					child = []any{}
				} else {
					child = map[string]any{}
				}
			}
			child, err := apply(child, path[1:], kind, value)
			if err == nil {
				v[path[0]] = child
			}
			return v, err
		}
		if kind == "remove" {
			delete(v, path[0])
		} else {
			v[path[0]] = value
		}
		return v, nil
	case []any:
		i, err := strconv.Atoi(path[0])
		if err != nil {
			return nil, err
		}
		limit := len(v)
		if kind == "add" && len(path) == 1 {
			limit++
		}
		if i >= limit {
			return nil, fmt.Errorf("index %d of a list of %d", i, len(v))
		}
		switch {
		case len(path) > 1:
			child, err := apply(v[i], path[1:], kind, value)
			if err == nil {
				v[i] = child
			}
			return v, err
		case kind == "add":
			return slices.Insert(v, i, value), nil
		case kind == "remove":
			return slices.Delete(v, i, i+1), nil
		}
		v[i] = value
		return v, nil
	}
	return nil, fmt.Errorf("nothing there to change %q of", path[0])
}

// toTree turns a value into the maps, slices and scalars of the JSON to send.
// It replaces each [Secret] by its text.
func toTree(value any) (any, error) {
	if secret, ok := value.(Secret); ok {
		return secret.Reveal(), nil
	}
	data, err := encode(value)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var tree any
	if err := d.Decode(&tree); err != nil {
		return nil, err
	}
	reveal(tree, reflect.ValueOf(value))
	return tree, nil
}

// reveal puts the secrets of a value into its tree.
func reveal(tree any, v reflect.Value) {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	switch node := tree.(type) {
	case map[string]any:
		if !v.IsValid() {
			return
		}
		s := schemaOf(v.Type())
		if s == nil {
			return
		}
		for name, child := range node {
			m := s.members[name]
			if m == nil {
				continue
			}
			f, err := v.FieldByIndexErr(m.index)
			switch {
			case err != nil:
			case f.Type() == secretType:
				node[name] = f.Interface().(Secret).Reveal()
			default:
				reveal(child, f)
			}
		}
	case []any:
		if v.Kind() == reflect.Slice && v.Len() == len(node) {
			for i := range node {
				reveal(node[i], v.Index(i))
			}
		}
	}
}

// encode writes JSON without escaping < > &, so that logs are easy to read.
func encode(value any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
