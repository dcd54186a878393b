package covetest

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"
)

// envelope is the part of a JSON-RPC request that could be read.
type envelope struct {
	id        json.RawMessage
	visa      string
	method    string
	params    object
	rawParams json.RawMessage
}

// object is a JSON object. Its member names are case-sensitive, which is why
// requests are not decoded into structs.
type object map[string]any

// readEnvelope checks a request as strictly as JSON-RPC 2.0 and the service do.
// When it refuses a request, the envelope still holds what the error answer
// needs.
func readEnvelope(body []byte) (envelope, *failure) {
	e := envelope{id: json.RawMessage("null")}
	if !utf8.Valid(body) {
		return e, &failure{code: codeParse, message: "Request is not valid UTF-8"}
	}
	var top any
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&top); err != nil {
		return e, &failure{code: codeParse, message: "Parse error: " + err.Error()}
	}
	if _, err := d.Token(); err != io.EOF {
		return e, &failure{code: codeParse, message: "Parse error: text after the request"}
	}
	members, ok := top.(map[string]any)
	if !ok {
		return e, &failure{code: codeRequest, message: "Request must be one object, batches are not supported"}
	}
	invalid := func(what string) (envelope, *failure) {
		return e, &failure{code: codeRequest, message: "Invalid request: " + what}
	}
	switch id := members["id"].(type) {
	case string, json.Number:
		e.id = marshal(id)
	default:
		return invalid("'id' must be a string or a number")
	}
	if members["jsonrpc"] != "2.0" {
		return invalid("'jsonrpc' must be \"2.0\"")
	}
	if e.method, ok = members["method"].(string); !ok || e.method == "" {
		return invalid("'method' must be a string")
	}
	if visa, given := members["visa"]; given && visa != nil {
		if e.visa, ok = visa.(string); !ok {
			return invalid("'visa' must be a string")
		}
	}
	params, ok := members["params"].(map[string]any)
	if !ok && members["params"] != nil {
		return invalid("'params' must be an object")
	}
	e.params, e.rawParams = params, marshal(params)
	return e, nil
}

// result is what a method returns: its return value and the OUT parameters of
// the schema.
type result struct {
	value any
	outs  map[string]any
	void  bool // the outer result is null
	flat  bool // the value is the outer result
}

// success writes an answer. Members are sorted by name, as the service sends
// them.
func (e envelope) success(r result, visa string) []byte {
	out := append([]byte(`{"id":`), e.id...)
	out = append(out, `,"jsonrpc":"2.0","result":`...)
	switch {
	case r.void:
		out = append(out, "null"...)
	case r.flat:
		out = append(out, marshal(r.value)...)
	default:
		names := append(slices.Collect(maps.Keys(r.outs)), "result")
		slices.Sort(names)
		for i, name := range names {
			value := r.outs[name]
			if name == "result" {
				value = r.value
			}
			out = append(out, "{,"[min(i, 1)])
			out = append(append(append(out, '"'), name...), `":`...)
			out = appendValue(out, value)
		}
		out = append(out, '}')
	}
	return closeEnvelope(out, visa)
}

func appendValue(out []byte, value any) []byte {
	if raw, ok := value.(json.RawMessage); ok {
		return append(out, raw...) // already valid JSON
	}
	return append(out, marshal(value)...)
}

// escapeHTML escapes messages as the service does.
var escapeHTML = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "'", "&apos;", `"`, "&quot;")

// failure writes an error answer. Its HTTP status is 200, like that of other
// answers.
func (e envelope) failure(f *failure, visa string) []byte {
	out := append([]byte(`{"id":`), e.id...)
	out = append(out, `,"jsonrpc":"2.0","error":`...)
	out = append(out, marshal(map[string]any{"code": f.code, "data": f.data, "message": escapeHTML.Replace(f.message)})...)
	return closeEnvelope(out, visa)
}

func closeEnvelope(out []byte, visa string) []byte {
	if visa != "" {
		out = append(append(append(out, `,"visa":"`...), visa...), '"')
	}
	return append(out, '}')
}

// marshal writes values of JSON types.
func marshal(value any) json.RawMessage {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(value); err != nil {
		panic("covetest: " + err.Error())
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// service answers one request, or returns how it failed.
type service func(r *http.Request, e envelope) ([]byte, *failure)
