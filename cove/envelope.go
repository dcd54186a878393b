package cove

import (
	"encoding/json"
	"fmt"
)

// An envelope holds the members of an answer other than its result.
type envelope struct {
	visa    string
	failure *rpcError // nil: the call succeeded
}

// rpcError is the member "error" of an answer.
type rpcError struct {
	Code    int
	Data    int
	Message string
}

// envelope reads a whole answer. It calls the given function to read the member
// "result", at most once, and not when the member is null or follows an error.
func (s *scanner) envelope(result func(*scanner) error) (envelope, error) {
	var env envelope
	results := 0
	err := s.members(func(name []byte) (err error) {
		switch string(name) {
		case "result":
			if results++; results > 1 {
				return s.fail("one result")
			}
			if s.space() == 'n' {
				return s.literal("null")
			}
			return result(s)
		case "error":
			env.failure, err = s.failure()
			return err
		case "visa":
			if s.space() == '"' {
				visa, err := s.str()
				env.visa = string(visa)
				return err
			}
		}
		return s.skip(0)
	})
	if err != nil {
		return env, err
	}
	if err := s.end(); err != nil {
		return env, err
	}
	if results == 0 && env.failure == nil {
		return env, fmt.Errorf("%w: neither a result nor an error", ErrMalformed)
	}
	return env, nil
}

// failure reads the member "error". Any value other than null is an error, even
// if its form is unknown.
func (s *scanner) failure() (*rpcError, error) {
	if s.space() == 'n' {
		return nil, s.literal("null")
	}
	raw, err := s.raw()
	if err != nil {
		return nil, err
	}
	return failureOf(raw), nil
}

// failureOf reads what it can from an error object.
func failureOf(raw []byte) *rpcError {
	var wire struct {
		Code    json.RawMessage `json:"code"`
		Data    json.RawMessage `json:"data"`
		Message json.RawMessage `json:"message"`
	}
	if json.Unmarshal(raw, &wire) != nil {
		return &rpcError{Message: string(raw[:min(len(raw), 16<<10)])}
	}
	e := &rpcError{Code: intOf(wire.Code), Data: intOf(wire.Data)}
	var message string
	if json.Unmarshal(wire.Message, &message) != nil {
		message = string(wire.Message)
	}
	e.Message = message[:min(len(message), 16<<10)]
	return e
}

// intOf reads a number, which may be written as text; anything else is 0.
func intOf(raw json.RawMessage) int {
	var n json.Number
	if json.Unmarshal(raw, &n) != nil {
		return 0
	}
	i, err := n.Int64()
	if err != nil {
		return 0
	}
	return int(i)
}
